// What the contract answers to a message, told from its bytes alone.

import type { Contract, Direction } from "../contract.js";
import { isObject, member, type JsonObject } from "../json.js";
import { answerText, type Answer, type Message } from "./frame.js";

/** The limits that the server under test announced. */
export interface Bounds {
  readonly frameBytes: number;
  readonly payloadBytes: number;
  readonly metadataBytes: number;
}

export interface Judged {
  readonly answers: readonly Answer[];
  readonly requirement: string;
}

/** What else is right where a parser may give up, or may not. */
const UNREADABLE: readonly Answer[] = [
  { kind: "error", code: "invalid_json" },
  { kind: "error", code: "invalid_message" },
  { kind: "served" },
];

const UTF8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

function error(code: string, requirement: string): Judged {
  return { answers: [{ kind: "error", code }], requirement };
}

function closed(requirement: string, ...codes: readonly number[]): Judged {
  return { answers: codes.map((code) => ({ kind: "closed", code })), requirement };
}

function parsed(text: string): { readonly value: unknown } | undefined {
  try {
    return { value: JSON.parse(text) as unknown };
  } catch {
    return undefined;
  }
}

function bytes(value: unknown): number {
  return value === undefined ? 0 : Buffer.byteLength(JSON.stringify(value));
}

/** Whether a part with a limit of its own is beyond it (ERR-8, PRES-30). */
function tooLarge(frame: JsonObject, bounds: Bounds): string | undefined {
  if (frame.type === "MESSAGE" && bytes(frame.payload) > bounds.payloadBytes) return "ERR-8";
  const metadata = member(frame.payload, "metadata");
  const isOver = frame.type === "PRESENCE_UPDATE" && bytes(metadata) > bounds.metadataBytes;
  return isOver ? "PRES-30" : undefined;
}

/** What a server answers to a message of a client. */
function byServer({ data, binary }: Message, contract: Contract, bounds: Bounds): Judged {
  if (data.length > bounds.frameBytes) return closed("FRAME-21", 1009);
  if (binary) return closed("FRAME-25", 1003);
  let text: string;
  try {
    text = UTF8.decode(data);
  } catch {
    return closed("FRAME-26", 1007, 1006);
  }
  if (text === "ping") return { answers: [{ kind: "served" }], requirement: "FRAME-18" };
  const json = parsed(text);
  if (!json) return error("invalid_json", "ERR-3");
  const frame = json.value;
  if (!isObject(frame) || typeof frame.type !== "string") return error("invalid_message", "ERR-4");
  const judged = contract.judgeFrame("client-to-server", frame);
  if (judged.kind === "unknown") return error("unknown_type", "FRAME-10");
  const large = tooLarge(frame, bounds);
  if (judged.kind === "invalid") {
    const either = error("invalid_message", "ERR-4");
    if (large === undefined) return either;
    return {
      ...either,
      answers: [...either.answers, { kind: "error", code: "payload_too_large" }],
    };
  }
  if (large !== undefined) return error("payload_too_large", large);
  if (frame.type === "DISCONNECT") return closed("MSG-26", 1000);
  return { answers: [{ kind: "served" }], requirement: "FRAME-9" };
}

/** FRAME-24: no server sends more, and no client need take more. */
const MOST_SERVER_BYTES = 1_048_576;

const TIMESTAMP = "2026-03-01T12:00:00.000Z";

/** The frame, and the events that it carries, with a timestamp that no schema refuses. */
function timed(frame: JsonObject): JsonObject {
  const { events } = frame;
  const timestamp = { timestamp: TIMESTAMP };
  if (!Array.isArray(events)) return { ...frame, ...timestamp };
  const inner = events.map((each: unknown) => (isObject(each) ? { ...each, ...timestamp } : each));
  return { ...frame, ...timestamp, events: inner };
}

/** What a client does with a message of a server; undefined where the contract lets it act. */
function byClient({ data, binary }: Message, contract: Contract): Judged | undefined {
  const ignored = (requirement: string): Judged => ({
    answers: [{ kind: "ignored" }],
    requirement,
  });
  if (binary || data.length >= MOST_SERVER_BYTES) return undefined;
  const text = UTF8.decode(data);
  if (text === "pong") return undefined;
  const frame = parsed(text)?.value;
  if (!isObject(frame) || typeof frame.type !== "string") return ignored("FRAME-27");
  // FRAME-3: whatever its timestamp is, that is no reason to drop it.
  const judged = contract.judgeFrame("server-to-client", timed(frame));
  if (judged.kind === "unknown") return ignored("FRAME-8");
  return judged.kind === "invalid" ? ignored("FRAME-27") : undefined;
}

export class Oracle {
  constructor(
    private readonly contract: Contract,
    private readonly direction: Direction,
    private readonly bounds: Bounds,
  ) {}

  /**
   * Undefined where the contract does not say. `loose`: parsers differ in whether they can read it, so
   * that being unreadable is right too.
   */
  judge(message: Message, loose = false): Judged | undefined {
    if (this.direction === "server-to-client") return byClient(message, this.contract);
    const judged = byServer(message, this.contract, this.bounds);
    if (!loose || judged.answers.some(({ kind }) => kind === "closed")) return judged;
    const known = new Set(judged.answers.map(answerText));
    const others = UNREADABLE.filter((each) => !known.has(answerText(each)));
    return { ...judged, answers: [...judged.answers, ...others] };
  }
}
