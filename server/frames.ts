import type {
  ErrorFrame,
  FullRefreshFrame,
  PresenceDiffFrame,
  PresenceMember,
  Scope,
  ServerDisconnectFrame,
  TokenLife,
} from "../generated/typescript/messages.js";
import {
  closeRule,
  ERROR_CODES,
  PROTOCOL_VERSION,
  type KnownErrorCode,
} from "../generated/typescript/tables.js";
import type { Settings } from "./config.js";
import { decimal } from "./decimal.js";
import { flat } from "./flat.js";

// Frames as JSON text. `at` is the timestamp. Ids and epochs need no escaping: their characters are
// restricted where they enter. Names of streams and groups are JSON themselves and do.

/** Where a stream stands, as it is announced. `about` is its scope and module, ready as JSON members. */
export interface AnnouncedHead {
  readonly stream: string;
  readonly epoch: string;
  readonly headId: number;
  readonly about: string;
  readonly ackedId: number | undefined;
}

export interface ConnectContents {
  readonly userId: string;
  readonly sessionId: string;
  readonly intervalMs: number;
  /** Default: as the settings say. */
  readonly firstSpreadMs?: number;
  readonly modules: readonly string[];
  readonly heads: readonly AnnouncedHead[];
  readonly token: TokenLife | undefined;
}

export function connectFrame(at: string, contents: ConnectContents, settings: Settings): string {
  const { userId, sessionId, intervalMs, modules, heads, token } = contents;
  const { firstSpreadMs = settings.timers.firstSpreadMs } = contents;
  const life = token === undefined ? "" : `,"token":${JSON.stringify(token)}`;
  return `{"type":"CONNECT","timestamp":"${at}","userId":"${userId}","sessionId":"${sessionId}","protocolVersion":"${PROTOCOL_VERSION}","heartbeat":{"intervalMs":${intervalMs},"timeoutMs":${settings.timers.heartbeatTimeoutMs}},"reconnect":{"firstSpreadMs":${firstSpreadMs},${announcedSettings(settings)},"modules":${JSON.stringify(modules)},"streams":${headsJson(heads)}${life}}`;
}

const announced = new WeakMap<Settings, string>();

/** CONN-21: the numbers that bind every session of a server, from within the member reconnect on. */
function announcedSettings(settings: Settings): string {
  let text = announced.get(settings);
  if (text === undefined) {
    const { timers, limits } = settings;
    const members = JSON.stringify({
      reconnect: {
        baseDelayMs: timers.baseDelayMs,
        maxDelayMs: timers.maxDelayMs,
        jitter: limits.jitterPercent / 100,
        stableAfterMs: timers.stableAfterMs,
        circuitAfter: limits.circuitAfter,
        circuitRestMs: timers.circuitRestMs,
      },
      ack: { maxDelayMs: timers.ackMaxDelayMs, maxPending: limits.ackMaxPending },
      sync: {
        timeoutMs: timers.syncTimeoutMs,
        maxPageEvents: limits.pageEvents,
        maxPageBytes: limits.pageBytes,
        maxPages: limits.pages,
      },
      limits: {
        maxFrameBytes: limits.frameBytes,
        maxPayloadBytes: limits.payloadBytes,
        maxInFlightMessages: limits.inFlightMessages,
        dedupWindowMs: timers.dedupWindowMs,
      },
      presence: { graceMs: timers.presenceGraceMs },
    });
    text = members.slice('{"reconnect":{'.length, -1);
    announced.set(settings, text);
  }
  return text;
}

function headsJson(heads: readonly AnnouncedHead[]): string {
  const items = heads.map(({ stream, epoch, headId, about, ackedId }) => {
    const acked = ackedId === undefined ? "" : `,"ackedEventId":${ackedId}`;
    return `{"stream":${JSON.stringify(stream)},"epoch":"${epoch}","lastEventId":${headId}${about}${acked}}`;
  });
  return `[${items.join(",")}]`;
}

export function tokenRefreshedFrame(
  at: string,
  token: TokenLife,
  modules: readonly string[],
  heads: readonly AnnouncedHead[],
): string {
  return `{"type":"TOKEN_REFRESHED","timestamp":"${at}","token":${JSON.stringify(token)},"modules":${JSON.stringify(modules)},"streams":${headsJson(heads)}}`;
}

/** POS-12: with the heads that were not written to this session. */
export function heartbeatAckFrame(
  at: string,
  behind: readonly { readonly stream: string; readonly epoch: string; readonly headId: number }[],
): string {
  if (behind.length === 0) return `{"type":"HEARTBEAT_ACK","timestamp":"${at}"}`;
  const heads = behind.map(
    ({ stream, epoch, headId }) =>
      `{"stream":${JSON.stringify(stream)},"epoch":"${epoch}","lastEventId":${headId}}`,
  );
  return `{"type":"HEARTBEAT_ACK","timestamp":"${at}","streams":[${heads.join(",")}]}`;
}

/** The members of an EVENT after eventId. `payload` is JSON text. */
export function eventMembers(contents: {
  readonly event: string;
  readonly payload: string;
  readonly messageId?: string | undefined;
  readonly publicationId?: string | undefined;
  readonly senderId?: string | undefined;
  readonly scope?: string | undefined;
}): string {
  const { event, payload, messageId, publicationId, senderId, scope } = contents;
  let members = `"event":"${event}","payload":${payload}`;
  if (messageId !== undefined) members += `,"messageId":"${messageId}"`;
  if (publicationId !== undefined) members += `,"publicationId":"${publicationId}"`;
  if (senderId !== undefined) members += `,"senderId":"${senderId}"`;
  if (scope !== undefined) members += `,"scope":${scope}`;
  return members;
}

/** The members of an EVENT that are the same for every message about the same. */
export interface EventParts {
  /** Up to the payload. */
  readonly before: string;
  /** From behind the sender's id on. */
  readonly after: string;
}

/** @param scope canonical JSON */
export function eventParts(event: string, scope: string): EventParts {
  return { before: flat(`"event":"${event}","payload":`), after: flat(`","scope":${scope}`) };
}

/** What `eventMembers` gives for an EVENT of a client's message, of fewer pieces. `payload` is JSON text. */
export function messageMembers(
  { before, after }: EventParts,
  payload: string,
  messageId: string,
  senderId: string,
): string {
  return `${before}${payload},"messageId":"${messageId}","senderId":"${senderId}${after}`;
}

/** One page. `events` are EVENT frames joined by commas. */
export function syncFrame(
  at: string,
  page: {
    readonly stream: string;
    readonly epoch: string;
    readonly fromId: number;
    readonly events: Uint8Array;
    readonly headId: number;
    readonly complete: boolean;
  },
): Uint8Array {
  const { stream, epoch, fromId, events, headId, complete } = page;
  const before = `{"type":"SYNC","timestamp":"${at}","stream":${JSON.stringify(stream)},"epoch":"${epoch}","fromEventId":${fromId},"events":[`;
  const after = `],"headEventId":${headId},"complete":${complete}}`;
  const frame = Buffer.allocUnsafe(Buffer.byteLength(before) + events.length + after.length);
  let used = frame.write(before, 0, "utf8");
  frame.set(events, used);
  used += events.length;
  frame.write(after, used, "latin1");
  return frame;
}

export function fullRefreshFrame(
  at: string,
  contents: Omit<FullRefreshFrame, "type" | "timestamp" | "scope" | "module">,
  about: string,
): string {
  const { stream, epoch, lastEventId, reason } = contents;
  return `{"type":"FULL_REFRESH","timestamp":"${at}","stream":${JSON.stringify(stream)},"epoch":"${epoch}","lastEventId":${lastEventId},"reason":"${reason}"${about}}`;
}

export function messageAckFrame(
  at: string,
  messageId: string,
  outcome: {
    readonly isDuplicate: boolean;
    readonly stream?: string | undefined;
    readonly epoch?: string | undefined;
    readonly eventId?: number | undefined;
  },
): string {
  const { isDuplicate, stream, epoch = "", eventId = 0 } = outcome;
  const duplicate = isDuplicate ? ',"duplicate":true' : "";
  const place = stream === undefined ? "" : `${placeOf(stream, epoch)}${decimal(eventId)}`;
  return `{"type":"MESSAGE_ACK","timestamp":"${at}","messageId":"${messageId}"${duplicate}${place}}`;
}

interface Place {
  readonly epoch: string;
  /** The members of a MESSAGE_ACK from the stream up to the number of its event. */
  readonly text: string;
}

const MOST_PLACES = 1_000;
/** By stream. The last few are kept: the same streams are named again and again. */
const places = new Map<string, Place>();

function placeOf(stream: string, epoch: string): string {
  const known = places.get(stream);
  if (known?.epoch === epoch) return known.text;
  if (places.size >= MOST_PLACES) places.clear();
  const text = flat(`,"stream":${JSON.stringify(stream)},"epoch":"${epoch}","eventId":`);
  places.set(stream, { epoch, text });
  return text;
}

/** ERR-1 and ERR-9: retryable follows from the code. */
export function errorFrame(
  at: string,
  code: KnownErrorCode,
  message: string,
  concerns: Pick<ErrorFrame, "messageId" | "stream" | "retryAfterMs"> = {},
): string {
  const frame: ErrorFrame = {
    type: "ERROR",
    timestamp: at,
    code,
    message: message.slice(0, 1_024),
    retryable: ERROR_CODES[code].retryable,
    ...concerns,
  };
  return JSON.stringify(frame);
}

export function disconnectFrame(
  at: string,
  code: number,
  reason: string,
  waits: Pick<ServerDisconnectFrame, "retryAfterMs" | "spreadMs"> = {},
): string {
  const frame: ServerDisconnectFrame = {
    type: "DISCONNECT",
    timestamp: at,
    code,
    reason,
    reconnect: !closeRule(code).reconnect.startsWith("stop"),
    ...waits,
  };
  return JSON.stringify(frame);
}

export function pongFrame(at: string): string {
  return `{"type":"pong","timestamp":"${at}"}`;
}

/** `members` is the JSON of a PresenceMember array. */
export function presenceStateFrame(
  at: string,
  contents: {
    readonly group: string;
    readonly scope: string;
    readonly epoch: string;
    readonly version: number;
    readonly members: string;
    readonly memberCount: number;
    readonly isTruncated: boolean;
  },
): string {
  const { group, scope, epoch, version, members, memberCount, isTruncated } = contents;
  const truncated = isTruncated ? ',"truncated":true' : "";
  return `{"type":"PRESENCE_STATE","timestamp":"${at}","group":${JSON.stringify(group)},"scope":${scope},"epoch":"${epoch}","version":${version},"members":[${members}],"memberCount":${memberCount}${truncated}}`;
}

export function presenceDiffFrame(
  at: string,
  contents: Omit<PresenceDiffFrame, "type" | "timestamp" | "updates"> & {
    readonly updates: string;
  },
): string {
  const { group, epoch, baseVersion, version, updates, leaves, memberCount } = contents;
  return `{"type":"PRESENCE_DIFF","timestamp":"${at}","group":${JSON.stringify(group)},"epoch":"${epoch}","baseVersion":${baseVersion},"version":${version},"updates":[${updates}],"leaves":${JSON.stringify(leaves)},"memberCount":${memberCount}}`;
}

/** A PresenceMember as JSON; `metadata` is JSON text. */
export function memberJson(member: {
  readonly userId: PresenceMember["userId"];
  readonly status: string;
  readonly metadata?: string | undefined;
}): string {
  const metadata = member.metadata === undefined ? "" : `,"metadata":${member.metadata}`;
  return `{"userId":"${member.userId}","status":"${member.status}"${metadata}}`;
}

/** What a stream is about, as JSON members behind a comma. */
export function aboutMembers(scope: Scope, module: string | undefined): string {
  const named = module === undefined ? "" : `,"module":${JSON.stringify(module)}`;
  return `,"scope":${JSON.stringify(scope)}${named}`;
}
