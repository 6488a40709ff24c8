// What the doctor tries, as cases of a few steps: one for each thing that an adapter must do. None of them
// is about the contract's finer points; a client that connects and speaks at all passes them.

import type { Case, Step } from "../cases/case.js";
import { OPEN } from "../profiles/profile.js";

export interface Check {
  readonly testCase: Case;
  /** What to look at when it does not hold. */
  readonly advice: string;
}

const HEAD = { stream: "$orders", epoch: "e1", lastEventId: 0 };

function connected(open: Readonly<Record<string, unknown>> = {}): readonly Step[] {
  return [
    { drive: { open } },
    { accept: { connect: { streams: [HEAD] } } },
    { expect: { report: "state", where: { state: "connected" } } },
  ];
}

const EVENT: Step = {
  send: { frame: { type: "EVENT", stream: "$orders", epoch: "e1", eventId: 1 } },
};
const DELIVERED: Step = { expect: { report: "delivered", with: { eventId: 1 } } };

function check(name: string, title: string, advice: string, ...steps: readonly Step[]): Check {
  const testCase: Case = {
    id: `doctor/${name}`,
    title,
    requirements: [],
    role: "client",
    tier: "driven",
    level: "MUST",
    since: "1.0",
    needs: [],
    clock: "real",
    profile: OPEN,
    vars: {},
    unwatched: [],
    file: "conformance/doctor/checks.ts",
    steps,
  };
  return { testCase, advice };
}

function needing(capability: string, found: Check): Check {
  const clock = capability === "clock.advance" ? "virtual" : "real";
  return { ...found, testCase: { ...found.testCase, needs: [capability], clock } };
}

/** The mandatory commands. */
const MANDATORY: readonly Check[] = [
  check(
    "open",
    "open connects, and the states are reported",
    "open makes a client with the given url, userId and deviceId, listens to it, and calls connect; each change of its state is printed as {n, event: state, state}",
    ...connected(),
  ),
  check(
    "delivered",
    "an event is reported when its handler begins",
    "listen for every event of the library and print {n, event: delivered, stream, epoch, eventId, name, payload} first thing in the handler",
    ...connected(),
    EVENT,
    DELIVERED,
  ),
  check(
    "fence",
    "fence answers after everything that came before it was reported",
    "fence may be answered only when the library has handled the bytes that it had received: wait a few turns of the event loop, or until its queue is empty",
    ...connected(),
    EVENT,
    { fence: {} },
    { expect: { report: "delivered", with: { eventId: 1 }, within: 0 } },
  ),
  check(
    "send",
    "send sends a MESSAGE, and its ack is reported as the result of its key",
    "send answers at once and does not wait for the ack; the outcome is printed later as {n, event: result, key, status}",
    ...connected(),
    { drive: { send: { key: "m1", event: "chat_message", payload: { text: "hello" } } } },
    { expect: { frame: "MESSAGE", with: { messageId: { $save: "id" } } } },
    { send: { frame: { type: "MESSAGE_ACK", messageId: "$id" } } },
    { expect: { report: "result", with: { key: "m1", status: "accepted" } } },
  ),
  check(
    "presence",
    "presence sends the user's own presence",
    "presence passes status and metadata to the library, which sends PRESENCE_UPDATE",
    ...connected(),
    { drive: { presence: { status: "away" } } },
    { expect: { frame: "PRESENCE_UPDATE" } },
  ),
  check(
    "close",
    "close disconnects for good, and says so",
    "close calls the library's disconnect; the state closed is reported with its reason",
    ...connected(),
    { drive: { close: {} } },
    { expect: { closed: true } },
    { expect: { report: "state", where: { state: "closed" } } },
  ),
  check(
    "again",
    "the same process serves another case, with nothing left of the one before",
    "case.begin forgets stores and clients; case.end disposes of the client without a farewell; n goes on counting",
    ...connected(),
    EVENT,
    DELIVERED,
    { never: { report: "delivered" } },
  ),
];

/** Commands that only an adapter with the capability of their name answers. */
const OPTIONAL: readonly Check[] = [
  needing(
    "suspend",
    check(
      "suspend",
      "suspend ends the connection, and says so",
      "suspend rests the client: it closes its connection and reports the state suspended",
      ...connected(),
      { drive: { suspend: {} } },
      { expect: { report: "state", where: { state: "suspended" } } },
    ),
  ),
  needing(
    "resume",
    check(
      "resume",
      "resume connects again",
      "resume wakes a suspended client; suspend is needed beside it",
      ...connected(),
      { drive: { suspend: {} } },
      { drive: { resume: {} } },
      { accept: {} },
    ),
  ),
  needing(
    "restart",
    check(
      "restart",
      "restart makes a new client with the same stores",
      "restart drops the client as a killed process would, and opens one with the same settings, positions and outbox",
      ...connected(),
      { drive: { restart: {} } },
      { accept: { connect: { streams: [HEAD] } } },
      { expect: { report: "state", where: { state: "connected" } } },
    ),
  ),
  needing(
    "token",
    check(
      "token",
      "token sets what the token provider gives",
      "a client that was opened with a token gets a provider, which gives the token of the last token command",
      ...connected({ token: "first" }),
      { drive: { token: { token: "second" } } },
    ),
  ),
  needing(
    "settle",
    check(
      "settle",
      "settle ends a held handler",
      "with hold: [event] a handler waits until settle ends it as done or failed",
      ...connected({ hold: ["event"] }),
      EVENT,
      DELIVERED,
      { drive: { settle: { what: "event", stream: "$orders", outcome: "done" } } },
      { expect: { frame: "ACK" } },
    ),
  ),
  needing(
    "signal",
    check(
      "signal",
      "signal tells the library that network or page are back",
      "signal calls what the library offers for the platform's online and visible events",
      ...connected(),
      { drive: { signal: { signal: "online" } } },
    ),
  ),
  needing(
    "statistics",
    check(
      "statistics",
      "statistics are reported before the reply",
      "statistics prints {n, event: statistics, reconnects, duplicatesDropped, gaps, outboxSize} and then answers",
      ...connected(),
      { drive: { statistics: {} } },
      { expect: { report: "statistics", within: 0 } },
    ),
  ),
  needing(
    "clock.advance",
    check(
      "clock-advance",
      "clock.advance moves time, and nothing else does",
      "with clock: virtual the library takes its time from the adapter, and clock.advance runs what falls due in order",
      ...connected(),
      { drop: {} },
      { expect: { report: "state", where: { state: "backoff" } } },
      { never: { dial: true } },
      { drive: { "clock.advance": { ms: 1_000 } } },
      { accept: {} },
    ),
  ),
];

export const CHECKS: readonly Check[] = [...MANDATORY, ...OPTIONAL];
