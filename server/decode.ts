import type { MessageFrame } from "../generated/typescript/messages.js";
import { decodeClientFrame } from "../generated/typescript/validators.js";
import { flat } from "./flat.js";
import { keepCanonical } from "./names.js";
import { aboutMembers, plainMessage, type PlainMessage } from "./plain-message.js";
import { rawMember } from "./raw-member.js";
import type { MessageHead, SessionInput } from "./session-input.js";

// The byte order mark is kept, so that JSON.parse refuses it as it refuses any other stray character.
const UTF8 = new TextDecoder("utf-8", { ignoreBOM: true });

/**
 * What a message from the client is to its session. A fault is an input like any other.
 * @param maxBytes limits.maxFrameBytes
 */
export function decodeMessage(
  data: ArrayBuffer | Uint8Array,
  isBinary: boolean,
  maxBytes: number,
): SessionInput {
  if (data.byteLength > maxBytes) return OVERSIZE; // FRAME-21
  if (isBinary) return BINARY; // FRAME-25
  const text = UTF8.decode(data);
  return readMessage(text) ?? anyFrame(text);
}

/** A MESSAGE as most clients write it; its payload is read and never built. */
function readMessage(text: string): SessionInput | undefined {
  const plain = plainMessage(text, latest.about);
  if (plain === undefined) return undefined;
  const { messageId, payload } = plain;
  const subject = plain.about === latest.about ? latest : subjectOf(plain);
  if (subject === undefined) return undefined;
  const { event, scope } = subject;
  const frame: MessageHead =
    scope === undefined
      ? { type: "MESSAGE", messageId, event }
      : { type: "MESSAGE", messageId, event, scope };
  return { name: "frame:MESSAGE", frame, payload };
}

/** What a MESSAGE is about, and how it is written. */
interface Subject extends Pick<MessageFrame, "event" | "scope"> {
  readonly about: string;
}

const MOST_SUBJECTS = 1_000;
const LONGEST_SUBJECT = 512;
/** By how they are written. Those that are sent again and again are parsed and validated once. */
const subjects = new Map<string, Subject>();
/** Messages come in runs about the same. */
let latest: Subject = { about: "", event: "" };

/** Undefined where the schema has something against it. */
function subjectOf(plain: PlainMessage): Subject | undefined {
  const known = subjects.get(plain.about);
  if (known !== undefined) return (latest = known);
  const about = flat(plain.about);
  const members = JSON.parse(`{${aboutMembers(about)}}`) as Omit<Subject, "about">;
  // The schema asks nothing of a payload but that it is there.
  const { messageId } = plain;
  const frame: MessageFrame = { type: "MESSAGE", messageId, ...members, payload: null };
  if (decodeClientFrame(frame).kind !== "frame") return undefined;
  const subject = { about, ...members };
  if (about.length > LONGEST_SUBJECT) return subject;
  if (subjects.size >= MOST_SUBJECTS) subjects.clear();
  subjects.set(about, subject);
  if (members.scope !== undefined) keepCanonical(Object.freeze(members.scope));
  return (latest = subject);
}

function anyFrame(text: string): SessionInput {
  if (text === "ping") return TEXT_PING; // FRAME-18: before any JSON parsing
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return INVALID_JSON; // ERR-3
  }
  const decoded = decodeClientFrame(value);
  if (decoded.kind === "unknown") return { name: "frame:unknown", type: decoded.type };
  if (decoded.kind === "invalid") {
    return { name: "frame:invalid", code: "invalid_message", problem: decoded.problem }; // ERR-4
  }
  const { frame } = decoded;
  switch (frame.type) {
    case "HEARTBEAT":
      return HEARTBEAT;
    case "MESSAGE":
      return { name: "frame:MESSAGE", frame, payload: payloadText(text) };
    case "PRESENCE_UPDATE":
      return { name: "frame:PRESENCE_UPDATE", frame };
    case "REQUEST_SYNC":
      return { name: "frame:REQUEST_SYNC", frame };
    case "REQUEST_PRESENCE":
      return { name: "frame:REQUEST_PRESENCE", frame };
    case "ACK":
      return { name: "frame:ACK", frame };
    case "TOKEN_REFRESH":
      return { name: "frame:TOKEN_REFRESH", frame };
    case "DISCONNECT":
      return { name: "frame:DISCONNECT", frame };
    case "ping":
      return JSON_PING;
  }
}

/**
 * ROUTE-9: the payload as it was written.
 * @param text JSON of an object that keeps a schema with a payload
 */
export function payloadText(text: string): string {
  const payload = rawMember(text, "payload");
  if (payload === undefined) throw new Error("what keeps the schema has a payload");
  return payload;
}

const HEARTBEAT: SessionInput = { name: "frame:HEARTBEAT" };
const TEXT_PING: SessionInput = { name: "frame:ping", isText: true };
const JSON_PING: SessionInput = { name: "frame:ping", isText: false };
const OVERSIZE: SessionInput = { name: "frame:oversize" };
const BINARY: SessionInput = { name: "frame:binary" };
const INVALID_JSON: SessionInput = {
  name: "frame:invalid",
  code: "invalid_json",
  problem: "the text is not JSON",
};
