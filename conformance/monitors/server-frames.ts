// Standing rules for each frame of a server, and for how it begins and ends a connection.

import type { Contract } from "../contract.js";
import { member, numberOr, stringOr } from "../json.js";
import type { Entry } from "../transcript.js";
import type { Broken, Monitor } from "./monitor.js";
import { received } from "./received.js";

const MAX_FRAME_BYTES = 1024 * 1024;

const REQUIREMENT_OF_PATH: readonly (readonly [RegExp, string])[] = [
  [/\/(userId|sessionId|senderId|messageId|publicationId)$/u, "FRAME-14"],
  [/\/(stream|group)$/u, "FRAME-16"],
  [/\/eventId$/u, "STREAM-1"],
  [/\/epoch$/u, "STREAM-2"],
];

const REQUIREMENT_OF_FRAME: Readonly<Record<string, string>> = {
  CONNECT: "CONN-21",
  ERROR: "ERR-1",
};

const ISO_8601 =
  /^\d{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d|3[01])T(?:[01]\d|2[0-3]):[0-5]\d:(?:[0-5]\d|60)(?:[.,]\d+)?(?:Z|[+-]\d{2}(?::?\d{2})?)?$/u;

/** What a frame lacks that each has, except the legacy pong. */
function unlabelledProblem(entry: Entry): string | undefined {
  const type = member(entry.value, "type");
  if (typeof type !== "string" || type === "") return "a frame of the server has no type";
  if (type === "pong") return undefined;
  const timestamp = member(entry.value, "timestamp");
  if (typeof timestamp === "string" && ISO_8601.test(timestamp)) return undefined;
  return `the server's ${type} has no timestamp in ISO 8601`;
}

export function framesValid(contract: Contract): Monitor {
  const look = (entry: Entry): Broken | undefined => {
    if (entry.from === "testee" && entry.kind === "text" && entry.value !== "pong") {
      return {
        requirements: ["CONN-1"],
        problem: "a text message is no JSON object",
        actual: entry.value,
      };
    }
    if (entry.from === "testee" && entry.kind === "binary") {
      return {
        requirements: ["CONN-1"],
        problem: "the server sent a binary message",
        actual: entry.value,
      };
    }
    if (!received(entry)) return undefined;
    if (Buffer.byteLength(JSON.stringify(entry.value)) >= MAX_FRAME_BYTES) {
      const split = entry.name === "PRESENCE_DIFF" ? ["PRES-29"] : [];
      const requirements = ["FRAME-24", ...split];
      return { requirements, problem: "a frame of the server is not under 1 MiB" };
    }
    const unlabelled = unlabelledProblem(entry);
    if (unlabelled !== undefined) {
      return { requirements: ["FRAME-2"], problem: unlabelled, actual: entry.value };
    }
    const judged = contract.judgeFrame("server-to-client", entry.value);
    // Clients ignore types that they do not know, so a newer server may send some (FRAME-8).
    if (judged.kind !== "invalid") return undefined;
    const found = REQUIREMENT_OF_PATH.find(([path]) => path.test(judged.path));
    return {
      requirements: [found?.[1] ?? REQUIREMENT_OF_FRAME[entry.name ?? ""] ?? "FRAME-2"],
      problem: `the server's ${entry.name ?? "frame"} breaks its schema at "${judged.path}": ${judged.problem}`,
      actual: entry.value,
    };
  };
  return { name: "frames_valid", look };
}

const OPENERS = new Set(["CONNECT", "ERROR", "DISCONNECT"]);
const AFTER_CONNECT = new Set(["EVENT", "SYNC", "FULL_REFRESH", "PRESENCE_STATE", "PRESENCE_DIFF"]);

export function firstFrame(): Monitor {
  const begun = new Set<string>();
  const connected = new Set<string>();
  const look = (entry: Entry): Broken | undefined => {
    if (!received(entry) || entry.on === undefined || entry.name === "pong") return undefined;
    const name = entry.name ?? "";
    if (name === "CONNECT") connected.add(entry.on);
    const first = !begun.has(entry.on);
    begun.add(entry.on);
    if (first && !OPENERS.has(name)) {
      return {
        requirements: AFTER_CONNECT.has(name) ? ["CONN-15", "CONN-16"] : ["CONN-15"],
        problem: "the first frame of a connection is neither CONNECT, ERROR nor DISCONNECT",
        actual: entry.value,
      };
    }
    return AFTER_CONNECT.has(name) && !connected.has(entry.on)
      ? { requirements: ["CONN-16"], problem: `${name} came before CONNECT`, actual: entry.value }
      : undefined;
  };
  return { name: "first_frame", look };
}

// No DISCONNECT goes before: an answer to DISCONNECT, size and encoding errors, a dead link, a broken one.
const UNANNOUNCED = new Set([1000, 1003, 1005, 1006, 1007, 1009, 4000]);

export function closesAnnounced(): Monitor {
  const announced = new Map<string, unknown>();
  const look = (entry: Entry): Broken | undefined => {
    const on = entry.on ?? "";
    if (received(entry, "DISCONNECT")) announced.set(on, member(entry.value, "code"));
    if (entry.kind !== "closed" || entry.from !== "testee") return undefined;
    const code = numberOr(member(entry.value, "code"), 1006);
    return UNANNOUNCED.has(code) || announced.get(on) === code
      ? undefined
      : {
          requirements: ["RECON-31"],
          problem: `the server closed with ${code} without a DISCONNECT of that code before`,
          expected: `DISCONNECT with code ${code}`,
          actual: announced.get(on) ?? "none",
        };
  };
  return { name: "closes_announced", look };
}

export function errorsByTable(contract: Contract): Monitor {
  const retryable = contract.errorCodes();
  const look = (entry: Entry): Broken | undefined => {
    if (!received(entry, "ERROR")) return undefined;
    const code = stringOr(member(entry.value, "code"), "");
    const given = member(entry.value, "retryable");
    const expected =
      code === "internal" && member(entry.value, "stream") !== undefined
        ? true
        : retryable.get(code);
    return expected === undefined || expected === given
      ? undefined
      : {
          requirements: ["ERR-9"],
          problem: `ERROR ${code} does not say retryable as the table does`,
          expected,
          actual: given,
        };
  };
  return { name: "errors_by_table", look };
}
