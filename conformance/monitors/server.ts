// Standing rules for a server under test.

import type { Contract } from "../contract.js";
import { member, numberOr, stringOr } from "../json.js";
import type { Entry } from "../transcript.js";
import { kept, type Broken, type Monitor, type MonitorMaker } from "./monitor.js";
import { presenceChain } from "./presence-chain.js";
import { quietErrors } from "./quiet-errors.js";

function received(entry: Entry, name?: string): boolean {
  return (
    entry.from === "testee" && entry.kind === "frame" && (name === undefined || entry.name === name)
  );
}

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

function framesValid(contract: Contract): Monitor {
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
    if (JSON.stringify(entry.value).length >= MAX_FRAME_BYTES) {
      return { requirements: ["FRAME-24"], problem: "a frame of the server is not under 1 MiB" };
    }
    const judged = contract.judgeFrame("server-to-client", entry.value);
    if (judged.kind === "valid") return undefined;
    if (judged.kind === "unknown") {
      return {
        requirements: ["FRAME-2"],
        problem: `the server sent a type that version 1.0 does not know: ${judged.type}`,
        actual: entry.value,
      };
    }
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

function firstFrame(): Monitor {
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
        requirements: ["CONN-15"],
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

interface Written {
  epoch: string;
  last: number;
}

/** Live EVENTs follow the announced head without a hole and without a repetition. */
function denseEvents(): Monitor {
  const streams = new Map<string, Written>();
  const at = (entry: Entry, stream: unknown): string => `${entry.on ?? ""} ${stringOr(stream, "")}`;

  const heads = (entry: Entry): void => {
    const list = member(entry.value, "streams");
    for (const head of Array.isArray(list) ? (list as unknown[]) : []) {
      streams.set(at(entry, member(head, "stream")), {
        epoch: stringOr(member(head, "epoch"), ""),
        last: numberOr(member(head, "lastEventId"), 0),
      });
    }
  };

  const live = (entry: Entry): Broken | undefined => {
    const epoch = stringOr(member(entry.value, "epoch"), "");
    const eventId = numberOr(member(entry.value, "eventId"), 0);
    const written = streams.get(at(entry, member(entry.value, "stream")));
    if (!written) {
      return {
        requirements: ["ROUTE-3", "ROUTE-2"],
        problem: "an EVENT of a stream that the session does not have",
        actual: entry.value,
      };
    }
    const { epoch: oldEpoch, last } = written;
    written.epoch = epoch;
    written.last = eventId;
    if (epoch !== oldEpoch || eventId === last + 1) return undefined;
    return {
      requirements: eventId > last ? ["CONN-27", "STREAM-1"] : ["STREAM-4"],
      problem: eventId > last ? "live delivery left a hole" : "live delivery went back",
      expected: `eventId ${last + 1}`,
      actual: entry.value,
    };
  };

  const page = (entry: Entry): Broken | undefined => {
    const list = member(entry.value, "events");
    const epoch = member(entry.value, "epoch");
    let expected = numberOr(member(entry.value, "fromEventId"), 0);
    for (const event of Array.isArray(list) ? (list as unknown[]) : []) {
      expected += 1;
      if (member(event, "eventId") === expected && member(event, "epoch") === epoch) continue;
      return {
        requirements: ["SYNC-25"],
        problem: "a page of SYNC is not dense from fromEventId + 1 in its epoch",
        expected: `eventId ${expected}`,
        actual: event,
      };
    }
    if (
      member(entry.value, "complete") === true &&
      member(entry.value, "headEventId") !== expected
    ) {
      return {
        requirements: ["SYNC-29"],
        problem: "headEventId of a complete SYNC is not the position after the page",
        expected,
        actual: member(entry.value, "headEventId"),
      };
    }
    const written = kept(streams, at(entry, member(entry.value, "stream")), () => ({
      epoch: "",
      last: 0,
    }));
    if (written.epoch === epoch) written.last = Math.max(written.last, expected);
    return undefined;
  };

  const look = (entry: Entry): Broken | undefined => {
    if (received(entry, "CONNECT") || received(entry, "TOKEN_REFRESHED")) heads(entry);
    if (received(entry, "FULL_REFRESH")) {
      streams.set(at(entry, member(entry.value, "stream")), {
        epoch: stringOr(member(entry.value, "epoch"), ""),
        last: numberOr(member(entry.value, "lastEventId"), 0),
      });
    }
    if (received(entry, "EVENT")) return live(entry);
    return received(entry, "SYNC") ? page(entry) : undefined;
  };
  return { name: "dense_events", look };
}

// No DISCONNECT goes before: an answer to DISCONNECT, size and encoding errors, a dead link, a broken one.
const UNANNOUNCED = new Set([1000, 1003, 1005, 1006, 1007, 1009, 4000]);

function closesAnnounced(): Monitor {
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

function errorsByTable(contract: Contract): Monitor {
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

export const SERVER_MONITORS: readonly MonitorMaker[] = [
  framesValid,
  firstFrame,
  denseEvents,
  closesAnnounced,
  errorsByTable,
  presenceChain,
  quietErrors,
];
