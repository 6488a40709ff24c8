import type { ServerFrame } from "../../generated/typescript/messages.js";
import { decodeServerFrame } from "../../generated/typescript/validators.js";
import type { Authenticate } from "../auth.js";
import { VirtualClock } from "../clock.js";
import { serve, type Server, type ServerOptions } from "../server.js";
import {
  LocalTransport,
  type LocalClient,
  type LocalDial,
  type LocalLink,
} from "../transports/local.js";
import type { HttpAnswer } from "../transports/transport.js";

export const DEMO = { place: "demo" } as const;
export const ORDERS = '{"module":"orders","scope":{"place":"demo"}}';
export const CHAT = '{"module":"chat","scope":{"place":"demo"}}';

/** A server without a network under a virtual clock. */
export interface LocalServer {
  readonly server: Server;
  readonly clock: VirtualClock;
  readonly transport: LocalTransport;
  /** What the server reported as its own failures. */
  readonly failures: unknown[];
  readonly dial: (query: string, dial?: PeerDial) => Peer;
  /** Publishes and lets the events reach the sessions. */
  readonly publish: (
    event: string,
    payload: unknown,
    scopes?: readonly Record<string, string>[],
  ) => Promise<void>;
}

const EVENTS = { order_created: "orders", order_updated: "orders", chat_message: "chat" };

/** What else a peer says when it dials; a mute one answers no ping. */
export type PeerDial = Omit<LocalDial, "query"> & { readonly isMute?: boolean };

let ids = 0;

export async function localServer(
  options: Partial<ServerOptions> = {},
  authenticate?: Authenticate,
): Promise<LocalServer> {
  const clock = options.clock instanceof VirtualClock ? options.clock : new VirtualClock();
  const failures: unknown[] = [];
  let transport: LocalTransport | undefined;
  const server = await serve(
    {
      port: 0,
      auth: { mode: "none", scopes: [DEMO], modules: ["orders", "chat"] },
      ...(options.contract === undefined ? { events: EVENTS } : {}),
      uuid: () => `id-${String((ids += 1))}`,
      logger: {
        debug: () => undefined,
        info: () => undefined,
        warn: () => undefined,
        error: (about) => failures.push(about.err),
      },
      ...options,
      clock,
    },
    (host) => ({ transport: (transport = new LocalTransport(host)), hint: undefined }),
    authenticate,
  );
  if (transport === undefined) throw new Error("no transport was made");
  const local = transport;
  const peers: Peer[] = [];
  return {
    server,
    clock,
    transport: local,
    failures,
    dial: (query, dial = {}) => new Peer(local, clock, peers, { ...dial, query }),
    async publish(event, payload, scopes = [DEMO]) {
      await server.publish({ event, payload, scopes });
      clock.settle();
    },
  };
}

type Typed<Type extends ServerFrame["type"]> = Extract<ServerFrame, { type: Type }>;

/** A scripted client of a local server. It answers pings unless it is `mute`. */
export class Peer implements LocalClient {
  /** Every frame so far, valid against its schema; the text pong is left out. */
  readonly frames: ServerFrame[] = [];
  readonly texts: string[] = [];
  pings = 0;
  isMute: boolean;
  closeCode: number | undefined;
  readonly refusal: HttpAnswer | undefined;
  readonly link: LocalLink | undefined;

  constructor(
    transport: LocalTransport,
    private readonly clock: VirtualClock,
    private readonly peers: Peer[],
    dial: LocalDial & PeerDial,
  ) {
    this.isMute = dial.isMute ?? false;
    const link = transport.dial(this, dial);
    if ("status" in link) this.refusal = link;
    else this.link = link;
    peers.push(this);
    clock.settle();
    this.#answerPings();
  }

  received(frame: string | Uint8Array): void {
    const text = typeof frame === "string" ? frame : Buffer.from(frame).toString();
    this.texts.push(text);
    if (text === "pong") return;
    const decoded = decodeServerFrame(JSON.parse(text));
    if (decoded.kind !== "frame") throw new Error(`the server sent a bad frame: ${text}`);
    this.frames.push(decoded.frame);
  }

  pinged(): void {
    this.pings += 1;
    this.#owedPongs += 1;
  }

  closed(code: number): void {
    this.closeCode = code;
  }

  #owedPongs = 0;

  #answerPings(): void {
    while (!this.isMute && this.#owedPongs > 0) {
      this.#owedPongs -= 1;
      this.link?.pong();
      this.clock.settle();
    }
  }

  /** Moves time by `ms` in small steps; every peer that is not mute answers its pings on the way. */
  idle(ms: number, step = 250): void {
    for (let left = ms; left > 0; left -= step) {
      this.clock.advance(Math.min(step, left));
      for (const peer of this.peers) peer.#answerPings();
    }
  }

  /** Answers pings that wait. */
  pong(): void {
    this.isMute = false;
    this.#answerPings();
  }

  send(frame: Readonly<Record<string, unknown>> | string): void {
    this.link?.send(typeof frame === "string" ? frame : JSON.stringify(frame));
    this.clock.settle();
    this.#answerPings();
  }

  of<Type extends ServerFrame["type"]>(type: Type): Typed<Type>[] {
    return this.frames.filter((frame): frame is Typed<Type> => frame.type === type);
  }

  /** The newest frame of a type. */
  last<Type extends ServerFrame["type"]>(type: Type): Typed<Type> {
    const frame = this.of(type).at(-1);
    if (frame === undefined) throw new Error(`no ${type} came; got ${this.types().join(" ")}`);
    return frame;
  }

  types(): string[] {
    return this.frames.map(({ type }) => type);
  }

  /** Forgets what came so far. */
  forget(): void {
    this.frames.length = 0;
    this.texts.length = 0;
    this.pings = 0;
  }

  /** The head that CONNECT announced for a stream. */
  head(stream: string): {
    readonly stream: string;
    readonly epoch: string;
    readonly lastEventId: number;
  } {
    const head = this.last("CONNECT").streams.find((announced) => announced.stream === stream);
    if (head === undefined) throw new Error(`CONNECT has no ${stream}`);
    return { stream, epoch: head.epoch, lastEventId: head.lastEventId };
  }

  sync(stream: string, lastEventId: number, epoch = this.head(stream).epoch): void {
    this.send({ type: "REQUEST_SYNC", streams: [{ stream, epoch, lastEventId }] });
  }

  message(messageId: string, more: Readonly<Record<string, unknown>> = {}): void {
    this.send({
      type: "MESSAGE",
      messageId,
      event: "chat_message",
      scope: DEMO,
      payload: { text: "hi" },
      ...more,
    });
  }
}

/** A UUID from a small number. */
export function uuid(number: number): string {
  return `00000000-0000-4000-8000-${String(number).padStart(12, "0")}`;
}
