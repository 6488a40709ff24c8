// A client reports how long it will wait before it dials again. It may dial later, and never sooner.

import { member, numberOr } from "../json.js";
import type { Entry } from "../transcript.js";
import type { Broken, Monitor } from "./monitor.js";

/** Clocks of whole milliseconds and timers that round. */
const ROUNDING_MS = 4;

/** Commands after which a client may dial at once, or in a time that the runner does not share. */
const FREES = new Set(["open", "close", "suspend", "resume", "restart", "token", "clock.advance"]);

interface Wait {
  readonly sinceMs: number;
  readonly retryInMs: number;
}

/** When the runner itself began the end of a connection. Any other end has a beginning that it cannot know. */
class Causes {
  readonly #endedAtMs = new Map<string, number>();
  /** Where the last end came from: a time of the runner's own, or undefined. */
  atMs: number | undefined;

  look(entry: Entry): void {
    const { kind, from, on = "", name, value, atMs } = entry;
    if (kind === "dial") this.atMs = atMs; // until it is accepted it may be refused
    if (kind === "closed") {
      this.atMs = member(value, "by") === "runner" ? this.#endedAtMs.get(on) : undefined;
    }
    if (from !== "runner" || this.#endedAtMs.has(on)) return;
    const ends =
      kind === "note" && typeof value === "string" && /^(?:close|connection)/u.test(value);
    if (ends || (kind === "frame" && name === "DISCONNECT")) this.#endedAtMs.set(on, atMs);
    if (ends) this.atMs = atMs;
  }
}

function waitOf(entry: Entry, sinceMs: number | undefined): Wait | undefined {
  const state = member(entry.value, "state");
  if (sinceMs === undefined || (state !== "backoff" && state !== "circuit_open")) return undefined;
  return { sinceMs, retryInMs: numberOr(member(entry.value, "retryInMs"), 0) };
}

export function keptDelays(): Monitor {
  const causes = new Causes();
  let wait: Wait | undefined;
  let isVirtual = false;
  const look = (entry: Entry): Broken | undefined => {
    if (entry.kind === "command") {
      if (entry.name === "case.begin") isVirtual = member(entry.value, "clock") === "virtual";
      if (FREES.has(entry.name ?? "")) wait = undefined;
    }
    if (isVirtual) return undefined;
    if (entry.kind === "report" && entry.name === "state") {
      if (member(entry.value, "state") !== "connecting") wait = waitOf(entry, causes.atMs);
    }
    const waited = wait;
    causes.look(entry);
    if (entry.kind !== "dial" || waited === undefined) return undefined;
    wait = undefined;
    const passedMs = Math.round(entry.atMs - waited.sinceMs);
    return passedMs + ROUNDING_MS >= waited.retryInMs
      ? undefined
      : {
          requirements: ["LIB-5"],
          problem: "the client dialled sooner than it had said",
          expected: `at least ${waited.retryInMs} ms after the connection ended`,
          actual: `${passedMs} ms`,
        };
  };
  return { name: "kept_delays", look };
}
