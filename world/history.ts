/**
 * What happened in a world, as plain facts in the order in which they happened. The checkers judge a
 * world from this list and its plan alone; they know neither sessions nor servers.
 */
export type Fact = StoreFact | ApplicationFact | WireFact | LifeFact;

/** A place in a stream. */
export interface Place {
  readonly stream: string;
  readonly epoch: string;
  readonly eventId: number;
}

/** What the log of the store took. `store` counts the lives of the store from 0. */
export type StoreFact =
  | (Place & {
      readonly fact: "appended";
      readonly at: number;
      readonly store: number;
      /** What the publisher put into the payload, unique in the world. */
      readonly mark: string;
      readonly messageId?: string;
    })
  | (Place & { readonly fact: "invalidated"; readonly at: number; readonly store: number })
  /** An instance asked about a message and got no answer, whether the log took it or not. */
  | { readonly fact: "unanswered"; readonly at: number; readonly messageId: string }
  | { readonly fact: "storeLost"; readonly at: number; readonly store: number };

interface OfClient {
  readonly at: number;
  /** Index in the plan. */
  readonly client: number;
  /** Counts the processes of this client from 0. */
  readonly life: number;
}

/** What a client's application saw. */
export type ApplicationFact =
  | (OfClient & Place & { readonly fact: "delivered"; readonly mark: string })
  | (OfClient & Place & { readonly fact: "handled" })
  | (OfClient &
      Place & { readonly fact: "reloadBegan"; readonly reloadId: number; readonly reason: string })
  | (OfClient & {
      readonly fact: "reloadEnded";
      readonly reloadId: number;
      readonly stream: string;
      /** Absent when it failed. */
      readonly snapshotId?: number;
      readonly failed: boolean;
    })
  | (OfClient & Place & { readonly fact: "stored" })
  | (OfClient & { readonly fact: "sent"; readonly messageId: string; readonly mark: string })
  | (OfClient & {
      readonly fact: "settled";
      readonly messageId: string;
      readonly status: "accepted" | "failed" | "unknown_outcome";
      readonly reason?: string;
      readonly kept?: boolean;
      readonly place?: Partial<Place>;
    })
  | (OfClient & { readonly fact: "presenceSet"; readonly status: string })
  | (OfClient & {
      readonly fact: "state";
      readonly state: string;
      readonly attempt: number;
      readonly retryInMs?: number;
      readonly code?: number;
    });

/** What went over the wire, taken at the client's end. */
export type WireFact =
  | (OfClient & { readonly fact: "dialled"; readonly generation: number })
  | (OfClient & {
      readonly fact: "ended";
      readonly generation: number;
      readonly code: number;
    })
  | (OfClient & Framed & { readonly fact: "frameIn" })
  | (OfClient & Framed & { readonly fact: "frameOut" });

interface Framed {
  readonly generation: number;
  readonly frame: WireFrame;
}

/** A frame as parsed JSON. */
export type WireFrame = Readonly<Record<string, unknown>> & { readonly type: string };

/** Beginnings and ends. */
export type LifeFact =
  | (OfClient & {
      readonly fact: "started";
      /** What the position store held when the process began. */
      readonly positions: readonly Place[];
    })
  | (OfClient & { readonly fact: "stopped" })
  | (OfClient & { readonly fact: "signalled" | "suspended" | "resumed" | "disconnected" | "woken" })
  | {
      readonly fact: "presenceSeen";
      readonly at: number;
      readonly client: number;
      readonly life: number;
      readonly group: string;
      readonly members: readonly { readonly userId: string; readonly status: string }[];
    }
  | { readonly fact: "calm"; readonly at: number }
  | { readonly fact: "livelock"; readonly at: number };

/** A rule that a world broke. */
export interface Violation {
  /** The requirement that was broken. */
  readonly requirement: string;
  readonly at: number;
  readonly client?: number;
  readonly problem: string;
}
