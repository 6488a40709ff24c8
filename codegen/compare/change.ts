import { compareText } from "../problem.js";

/** Whose deployed copies stop working with peers of the new contract. */
export type Broken = "clients" | "servers";

/** What talks to the server: a client on the WebSocket, a caller of its HTTP routes, or its webhook. */
export type Peer = "client" | "caller" | "webhook";

/** Two versions that meet, and why they do not understand each other. */
export interface Break {
  readonly breaks: Broken;
  /** For example `old client × new server`. */
  readonly pair: string;
  readonly why: string;
}

/** One difference between two contracts. */
export interface Change {
  /** What changed, for example `event order_created` or `OrderCreated.totalCents`. */
  readonly subject: string;
  /** How, for example `maximum 100 → 50`. */
  readonly change: string;
  /** Empty when it breaks nobody. */
  readonly breaks: readonly Break[];
  /** Why it breaks nobody, where that is not plain. */
  readonly note?: string;
  /** Frames, events and bodies that hold a changed type. */
  readonly in?: readonly string[];
}

/** Old peers against a new server: what breaks is in the field already and may never be updated. */
export function breaksClients(why: string, peer: Peer = "client"): Break {
  return { breaks: "clients", pair: `old ${peer} × new server`, why };
}

/** New peers against an old server: harmless where every server is updated before its clients. */
export function breaksServers(why: string, peer: Peer = "client"): Break {
  return { breaks: "servers", pair: `new ${peer} × old server`, why };
}

/** One break for each pair of versions, with every reason once; those in the field first. */
export function merged(breaks: readonly Break[]): readonly Break[] {
  const pairs = [...new Set(breaks.map(({ pair }) => pair))];
  const one = pairs.flatMap((pair) => {
    const group = breaks.filter((each) => each.pair === pair);
    const why = [...new Set(group.map((each) => each.why))].join(", and ");
    return group[0] === undefined ? [] : [{ ...group[0], why }];
  });
  return one.sort((a, b) => compareText(a.breaks, b.breaks));
}
