import type {
  AckFrame,
  ClientDisconnectFrame,
  MessageFrame,
  PresenceUpdateFrame,
  RequestPresenceFrame,
  RequestSyncFrame,
  TokenRefreshFrame,
} from "../generated/typescript/messages.js";
import type { KnownErrorCode, ServerConnectionInput } from "../generated/typescript/tables.js";
import type { ConnectContents } from "./frames.js";
import type { UserUsage } from "./rates.js";

/** What a session may see. It changes as a whole, with a token. */
export interface SessionSet {
  hasStream(stream: string): boolean;
  hasGroup(group: string): boolean;
}

/** What admission gives to a session. */
export interface Grant extends ConnectContents {
  readonly set: SessionSet;
  readonly usage: UserUsage;
  /** When the token is over, in the clock of the session; Infinity without one. */
  readonly expiresAt: number;
}

/** Why a session was refused, and how it should return. */
export interface Refusal {
  readonly code: number;
  readonly reason: string;
  readonly retryAfterMs?: number;
  readonly spreadMs?: number;
}

/** What a client shows in its groups; metadata as JSON text. */
export interface Shown {
  readonly status: string;
  readonly metadata: string | undefined;
}

/** Why a MESSAGE may not be published. */
export interface MessageRefusal {
  readonly code: "forbidden" | "unsupported_event" | "invalid_message";
  readonly message: string;
}

/** What the world behind the server answers to an effect. */
export type StoreReply =
  /** A MESSAGE was taken, or had been: published where it names a place. */
  | {
      readonly to: "publish";
      readonly isDuplicate: boolean;
      readonly stream?: string | undefined;
      readonly epoch?: string | undefined;
      readonly eventId?: number | undefined;
    }
  /** A MESSAGE may or may not have had an effect. */
  | { readonly to: "publish"; readonly failed: "internal" }
  /** A MESSAGE that may not be published, and had not been before. */
  | { readonly to: "publish"; readonly refused: MessageRefusal }
  /** A MESSAGE had no effect because what stands behind the server is away; it waits (MSG-17). */
  | { readonly to: "publish"; readonly failed: "away" }
  /** A stream could not be read. */
  | { readonly to: "sync"; readonly stream: string }
  /** Frames that answer a sync, an ack or a request for presence. */
  | { readonly to: "read"; readonly frames: readonly (string | Uint8Array)[] }
  /** A page with more behind it was written: its continuation is not counted (SYNC-31). */
  | {
      readonly to: "page";
      readonly frame: Uint8Array;
      readonly stream: string;
      readonly continuesFrom: number;
    }
  | { readonly to: "ack"; readonly stream: string; readonly beyondHead: boolean }
  | { readonly to: "token"; readonly grant: TokenGrant }
  | { readonly to: "token"; readonly refused: string };

export interface TokenGrant {
  readonly set: SessionSet;
  readonly frame: string;
  readonly expiresAt: number;
}

/** Inputs that say no more than their name. */
interface Bare {
  readonly name:
    | "upgrade"
    | "pong"
    | "congested"
    | "drained"
    | "replaced"
    | "drain"
    | "fault"
    | Extract<ServerConnectionInput, `tick:${string}`>;
}

/** A MESSAGE without its payload, which travels beside it as JSON text and is parsed where it is asked for. */
export type MessageHead = Omit<MessageFrame, "payload">;

/** A message from the client, decoded. */
export type FrameInput =
  | { readonly name: "frame:HEARTBEAT" }
  | { readonly name: "frame:oversize" }
  | { readonly name: "frame:binary" }
  | { readonly name: "frame:PRESENCE_UPDATE"; readonly frame: PresenceUpdateFrame }
  | { readonly name: "frame:REQUEST_SYNC"; readonly frame: RequestSyncFrame }
  | { readonly name: "frame:REQUEST_PRESENCE"; readonly frame: RequestPresenceFrame }
  | { readonly name: "frame:ACK"; readonly frame: AckFrame }
  | { readonly name: "frame:MESSAGE"; readonly frame: MessageHead; readonly payload: string }
  | { readonly name: "frame:TOKEN_REFRESH"; readonly frame: TokenRefreshFrame }
  | { readonly name: "frame:DISCONNECT"; readonly frame: ClientDisconnectFrame }
  | { readonly name: "frame:ping"; readonly isText: boolean }
  | { readonly name: "frame:unknown"; readonly type: string }
  | { readonly name: "frame:invalid"; readonly code: KnownErrorCode; readonly problem: string };

/** Everything that can happen to a session, by the names of spec/lifecycle.yaml. */
export type SessionInput =
  | Bare
  | FrameInput
  | { readonly name: "answer:admitted"; readonly grant: Grant }
  | { readonly name: "answer:refused"; readonly refusal: Refusal }
  | { readonly name: "answer:store"; readonly reply: StoreReply }
  | {
      readonly name: "event";
      readonly stream: string;
      readonly eventId: number;
      readonly frame: Uint8Array;
    }
  | { readonly name: "presence"; readonly frame: string | Uint8Array }
  | { readonly name: "ended"; readonly code: number };

/** What a session asks of the hub. Performed in order; answers come back as inputs. */
export type SessionEffect =
  | { readonly do: "send"; readonly frame: string | Uint8Array }
  | { readonly do: "ping" }
  | { readonly do: "end"; readonly code: number; readonly reason: string }
  | { readonly do: "terminate" }
  /** Find out who this is, register the session, read heads. */
  | { readonly do: "authorise" }
  /** The socket of a session that is being admitted has ponged. */
  | { readonly do: "proved" }
  /** CONNECT is written: take part in presence. */
  | { readonly do: "enter" }
  | { readonly do: "heartbeat" }
  /** Find out whether a MESSAGE that may not be published now was published before (MSG-8). */
  | { readonly do: "recall"; readonly messageId: string; readonly refusal: MessageRefusal }
  /** `scope` is canonical JSON, `payload` is JSON as it was written. */
  | {
      readonly do: "publish";
      readonly frame: MessageHead;
      readonly payload: string;
      readonly scope: string;
    }
  | {
      readonly do: "sync";
      readonly stream: string;
      readonly epoch: string;
      readonly lastEventId: number;
    }
  | {
      readonly do: "acknowledge";
      readonly stream: string;
      readonly epoch: string;
      readonly lastEventId: number;
    }
  | ({ readonly do: "show" } & Shown)
  | { readonly do: "states"; readonly groups: readonly string[] }
  | { readonly do: "refresh_token"; readonly token: string }
  /** Live delivery stops here; remember where. */
  | { readonly do: "pause" }
  /** Bring every stream and group up to date from where it stopped. */
  | { readonly do: "repair" }
  /** Leave streams, registry and presence; presence after `graceMs`. */
  | { readonly do: "release"; readonly graceMs: number }
  /** For counters and the log. */
  | { readonly do: "note"; readonly what: Note };

export type Note =
  | { readonly kind: "error"; readonly code: KnownErrorCode }
  | { readonly kind: "unknown_type"; readonly type: string }
  | { readonly kind: "paced"; readonly what: "message" | "sync" }
  | { readonly kind: "ignored"; readonly input: ServerConnectionInput; readonly state: string };
