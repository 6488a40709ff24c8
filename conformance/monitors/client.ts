// Standing rules for a client under test.

import type { Contract } from "../contract.js";
import { isObject, member, numberOr, stringOr, type JsonObject } from "../json.js";
import type { Entry } from "../transcript.js";
import { frameLimits } from "./frame-limits.js";
import { keptDelays } from "./kept-delays.js";
import { kept, type Broken, type Monitor, type MonitorMaker } from "./monitor.js";

function fromTestee(entry: Entry, kind: Entry["kind"], name?: string): boolean {
  return (
    entry.from === "testee" && entry.kind === kind && (name === undefined || entry.name === name)
  );
}

function sent(entry: Entry, name?: string): boolean {
  return (
    entry.from === "runner" && entry.kind === "frame" && (name === undefined || entry.name === name)
  );
}

const REQUIREMENT_OF_PATH: readonly (readonly [RegExp, string])[] = [
  [/^\/messageId/u, "FRAME-13"],
  [/^\/type$/u, "FRAME-1"],
];

const REQUIREMENT_OF_FRAME: Readonly<Record<string, string>> = {
  ACK: "ACK-4",
  REQUEST_SYNC: "SYNC-4",
};

const UPPER_SNAKE = /^[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)*$/u;

function framesValid(contract: Contract): Monitor {
  const look = (entry: Entry): Broken | undefined => {
    // The profile legacy-ping (FRAME-18): the one text that is no JSON object.
    if (fromTestee(entry, "text") && entry.value === "ping") return undefined;
    if (fromTestee(entry, "text") || fromTestee(entry, "binary")) {
      return {
        requirements: ["CONN-1"],
        problem: "a message of the client is not one JSON object in a text message",
        actual: entry.value,
      };
    }
    if (!fromTestee(entry, "frame")) return undefined;
    const judged = contract.judgeFrame("client-to-server", entry.value);
    switch (judged.kind) {
      case "valid":
        return undefined;
      case "unknown":
        if (!UPPER_SNAKE.test(judged.type)) {
          return {
            requirements: ["FRAME-1"],
            problem: `the type of a frame is no UPPER_SNAKE name: ${judged.type}`,
            actual: entry.value,
          };
        }
        return {
          requirements: ["CONN-25"],
          problem: `the client sent a type that version 1.0 does not know: ${judged.type}`,
          actual: entry.value,
        };
      case "invalid": {
        const found = REQUIREMENT_OF_PATH.find(([path]) => path.test(judged.path));
        return {
          requirements: [found?.[1] ?? REQUIREMENT_OF_FRAME[entry.name ?? ""] ?? "CONN-1"],
          problem: `the client's ${entry.name ?? "frame"} breaks its schema at "${judged.path}": ${judged.problem}`,
          actual: entry.value,
        };
      }
    }
  };
  return { name: "frames_valid", look };
}

function silentBeforeConnect(): Monitor {
  const connected = new Set<string>();
  const look = (entry: Entry): Broken | undefined => {
    if (entry.on === undefined) return undefined;
    if (sent(entry, "CONNECT")) connected.add(entry.on);
    const early =
      !connected.has(entry.on) &&
      (fromTestee(entry, "frame") || fromTestee(entry, "text") || fromTestee(entry, "binary"));
    return early
      ? {
          requirements: ["CONN-17"],
          problem: "the client sent something before it had received CONNECT",
          actual: entry.value,
        }
      : undefined;
  };
  return { name: "silent_before_connect", look };
}

const NUMERIC_QUERY = ["attempt", "intentAgeMs", "heartbeatMs"] as const;

function typedQuery(query: JsonObject): JsonObject {
  const numbers = NUMERIC_QUERY.flatMap((name) =>
    Object.hasOwn(query, name) ? [[name, Number(query[name])] as const] : [],
  );
  return { ...query, ...Object.fromEntries(numbers) };
}

function dialsValid(contract: Contract): Monitor {
  const attempts = new Map<string, number>();
  const look = (entry: Entry): Broken | undefined => {
    if (!fromTestee(entry, "dial")) return undefined;
    const query = member(entry.value, "query");
    if (!isObject(query)) return undefined;
    if (member(entry.value, "path") !== "/" || typeof query.userId !== "string") {
      return {
        requirements: ["CONN-2"],
        problem: "the client must dial the path / with userId in the query",
        actual: entry.value,
      };
    }
    const problem = contract.judge("connect-query.json", typedQuery(query));
    if (problem) {
      return {
        requirements: ["CONN-2"],
        problem: `the query breaks its schema at "${problem.path}": ${problem.problem}`,
        actual: query,
      };
    }
    const deviceId = query.deviceId;
    if (typeof deviceId !== "string") {
      return {
        requirements: ["SESS-11"],
        problem: "a client library sends a deviceId",
        actual: query,
      };
    }
    const attempt = Number(query.attempt);
    const before = attempts.get(deviceId);
    attempts.set(deviceId, attempt);
    return before !== undefined && !(attempt > before)
      ? {
          requirements: ["CONN-4"],
          problem: "attempt must rise with every dial of a deviceId",
          expected: `more than ${before}`,
          actual: query.attempt ?? "nothing",
        }
      : undefined;
  };
  return { name: "dials_valid", look };
}

interface Delivered {
  epoch: string;
  eventId: number;
  refreshed: boolean;
}

/** Deliveries of one stream: +1 each, unless a refresh lies between or the process began anew. */
function denseDelivery(): Monitor {
  const streams = new Map<string, Delivered>();
  const look = (entry: Entry): Broken | undefined => {
    if (entry.kind === "command" && entry.name === "restart") streams.clear();
    const stream = member(entry.value, "stream");
    if (typeof stream !== "string") return undefined;
    if (fromTestee(entry, "report", "refresh")) {
      const last = streams.get(stream);
      if (last) last.refreshed = true;
      return undefined;
    }
    if (!fromTestee(entry, "report", "delivered")) return undefined;
    const epoch = stringOr(member(entry.value, "epoch"), "");
    const eventId = numberOr(member(entry.value, "eventId"), 0);
    const last = streams.get(stream);
    streams.set(stream, { epoch, eventId, refreshed: false });
    if (!last || last.refreshed) return undefined;
    if (epoch !== last.epoch) {
      return {
        requirements: ["STREAM-10"],
        problem: "an event of another epoch was delivered without a refresh between",
        expected: `epoch ${last.epoch}`,
        actual: entry.value,
      };
    }
    if (eventId === last.eventId + 1) return undefined;
    return {
      requirements: eventId <= last.eventId ? ["STREAM-6", "STREAM-5"] : ["STREAM-8"],
      problem:
        eventId <= last.eventId
          ? "an event was delivered that is not beyond the last one"
          : "a delivery left a gap",
      expected: `eventId ${last.eventId + 1}`,
      actual: entry.value,
    };
  };
  return { name: "dense_delivery", look };
}

function legalStates(contract: Contract): Monitor {
  const machine = contract.machine("clientConnection");
  const edges = new Set(machine.transitions.map((each) => `${each.from}>${each.to}`));
  let state = machine.initial;
  /** A new life was asked for; what the old one told last may still be on its way. */
  let renewed = false;
  const look = (entry: Entry): Broken | undefined => {
    if (entry.kind === "command" && (entry.name === "restart" || entry.name === "open")) {
      renewed = true;
    }
    if (!fromTestee(entry, "report", "state")) return undefined;
    const next = stringOr(member(entry.value, "state"), "");
    if (renewed && (next === machine.initial || edges.has(`${machine.initial}>${next}`))) {
      state = machine.initial;
      renewed = false;
    }
    const before = state;
    state = next;
    return before === next || edges.has(`${before}>${next}`)
      ? undefined
      : {
          requirements: ["LIB-4"],
          problem: `no transition of the client connection leads from ${before} to ${next}`,
          actual: entry.value,
        };
  };
  return { name: "legal_states", look };
}

function credit(): Monitor {
  const limits = new Map<string, number>();
  const open = new Map<string, Set<string>>();
  const look = (entry: Entry): Broken | undefined => {
    const on = entry.on ?? "";
    const messageId = stringOr(member(entry.value, "messageId"), "");
    if (sent(entry, "CONNECT")) {
      const limit = member(member(entry.value, "limits"), "maxInFlightMessages");
      if (!limits.has(on)) limits.set(on, numberOr(limit, Infinity));
    }
    const unanswered = kept(open, on, () => new Set<string>());
    if (sent(entry, "MESSAGE_ACK") || sent(entry, "ERROR")) unanswered.delete(messageId);
    if (!fromTestee(entry, "frame", "MESSAGE")) return undefined;
    unanswered.add(messageId);
    const limit = limits.get(on) ?? Infinity;
    return unanswered.size > limit
      ? {
          requirements: ["MSG-12"],
          problem: "more messages are unanswered than the credit allows",
          expected: `at most ${limit}`,
          actual: unanswered.size,
        }
      : undefined;
  };
  return { name: "credit", look };
}

interface Asked {
  readonly from: number;
  readonly atMs: number;
}

/** One unsettled REQUEST_SYNC a stream and connection; a timed out one may be repeated. */
function oneSyncRequest(): Monitor {
  const asked = new Map<string, Asked>();
  let timeoutMs = Infinity;
  const look = (entry: Entry): Broken | undefined => {
    const on = entry.on ?? "";
    const key = `${on} ${stringOr(member(entry.value, "stream"), "")}`;
    if (sent(entry, "CONNECT")) {
      timeoutMs = numberOr(member(member(entry.value, "sync"), "timeoutMs"), Infinity);
    }
    const settles =
      sent(entry, "FULL_REFRESH") ||
      sent(entry, "ERROR") ||
      (sent(entry, "SYNC") && member(entry.value, "fromEventId") === asked.get(key)?.from);
    if (settles) asked.delete(key);
    if (!fromTestee(entry, "frame", "REQUEST_SYNC")) return undefined;
    const streams = member(entry.value, "streams");
    for (const position of Array.isArray(streams) ? (streams as unknown[]) : []) {
      const one = `${on} ${stringOr(member(position, "stream"), "")}`;
      const before = asked.get(one);
      if (before && entry.atMs - before.atMs < timeoutMs) {
        return {
          requirements: ["SYNC-9"],
          problem: "a second REQUEST_SYNC for a stream whose first is unsettled",
          actual: entry.value,
        };
      }
      asked.set(one, { from: numberOr(member(position, "lastEventId"), -1), atMs: entry.atMs });
    }
    return undefined;
  };
  return { name: "one_sync_request", look };
}

function resultsOnce(): Monitor {
  const seen = new Set<string>();
  const look = (entry: Entry): Broken | undefined => {
    // MSG-23 counts by the life of a process
    if (entry.kind === "command" && entry.name === "restart") seen.clear();
    if (!fromTestee(entry, "report", "result")) return undefined;
    const messageId = stringOr(member(entry.value, "messageId"), "");
    const key = stringOr(member(entry.value, "key"), `id ${messageId}`);
    if (!seen.has(key)) {
      seen.add(key);
      return undefined;
    }
    return {
      requirements: ["MSG-23"],
      problem: "a message was reported twice",
      actual: entry.value,
    };
  };
  return { name: "results_once", look };
}

export const CLIENT_MONITORS: readonly MonitorMaker[] = [
  framesValid,
  frameLimits,
  silentBeforeConnect,
  dialsValid,
  denseDelivery,
  legalStates,
  credit,
  oneSyncRequest,
  resultsOnce,
  keptDelays,
];
