import { describe, expect, test } from "vitest";

import type { SessionSettings } from "../../../generated/typescript/client/settings.js";
import { connectFrame, SessionProbe } from "./session-probe.js";

const LIMITS = connectFrame().limits;
const WINDOW = LIMITS.dedupWindowMs;

/** The n-th message id. */
function id(n: number): string {
  return `00000000-0000-4000-8000-${String(n).padStart(12, "0")}`;
}

function send(probe: SessionProbe, ...numbers: readonly number[]): SessionProbe {
  for (const n of numbers) {
    probe.input({ type: "send", messageId: id(n), event: "chat_message", payload: { n } });
  }
  return probe;
}

function ack(probe: SessionProbe, ...numbers: readonly number[]): SessionProbe {
  for (const n of numbers) probe.frame({ type: "MESSAGE_ACK", messageId: id(n) });
  return probe;
}

function refuse(probe: SessionProbe, n: number, code: string, retryable = false): SessionProbe {
  return probe.frame({ type: "ERROR", code, message: "no", retryable, messageId: id(n) });
}

function sentIds(probe: SessionProbe): string[] {
  return probe.sentOf("MESSAGE").map(({ messageId }) => messageId);
}

function ids(...numbers: readonly number[]): string[] {
  return numbers.map(id);
}

describe("sending", () => {
  test("MSG-3: messages go out in order, also those from before the connection", () => {
    const probe = send(new SessionProbe(), 1, 2).connect();
    send(probe, 3);
    expect(sentIds(probe)).toEqual(ids(1, 2, 3));
  });

  test("MSG-23: a MESSAGE_ACK settles it with its place", () => {
    const probe = send(new SessionProbe().connect(), 1);
    const place = { stream: "s", epoch: "e", eventId: 4 };
    probe.frame({ type: "MESSAGE_ACK", messageId: id(1), duplicate: true, ...place });
    expect(probe.last("settle").result).toEqual({ status: "accepted", duplicate: true, ...place });
    expect(probe.session.statistics()).toMatchObject({ outboxSize: 0, inFlight: 0 });
  });

  test("MSG-23: a second answer has no effect", () => {
    const probe = ack(send(new SessionProbe().connect(), 1), 1, 1);
    expect(refuse(probe, 1, "forbidden").all("settle")).toHaveLength(1);
  });

  test.each([
    ["forbidden", false, "failed forbidden"],
    ["unsupported_event", false, "failed unsupported_event"],
    ["payload_too_large", false, "failed payload_too_large"],
    ["newer_code", false, "failed newer_code"],
    ["internal", false, "unknown_outcome"],
    ["internal", true, "unknown_outcome"],
  ])("MSG-1, MSG-20: ERROR %s (retryable %s) settles it as %s", (code, retryable, result) => {
    const probe = refuse(send(new SessionProbe().connect(), 1), 1, code, retryable);
    expect(probe.results()).toEqual({ [id(1)]: result });
  });

  test("MSG-12: no more than the credit is unanswered; an answer lets the next go", () => {
    const limits = { ...LIMITS, maxInFlightMessages: 2 };
    const probe = send(new SessionProbe().connect([], { limits }), 1, 2, 3, 4);
    expect(sentIds(probe)).toEqual(ids(1, 2));
    ack(probe, 2);
    expect(sentIds(probe)).toEqual(ids(1, 2, 3));
    refuse(probe, 1, "forbidden");
    expect(sentIds(probe)).toEqual(ids(1, 2, 3, 4));
  });

  test("MSG-6: the first send is stored before it happens, and later ones wait in order", () => {
    const probe = new SessionProbe().connect();
    probe.prompt = false;
    send(probe, 1, 2);
    expect(sentIds(probe)).toEqual([]);
    const stored = probe.all("storeMessage").map(({ message }) => message);
    expect(stored).toMatchObject([
      { messageId: id(1), firstSentAt: probe.now },
      { messageId: id(2), firstSentAt: probe.now },
    ]);
    probe.input({ type: "messageStored", messageId: id(2) });
    expect(sentIds(probe)).toEqual([]);
    probe.input({ type: "messageStored", messageId: id(1) });
    expect(sentIds(probe)).toEqual(ids(1, 2));
  });

  test("MSG-6: a message that cannot be stored is not sent", () => {
    const probe = new SessionProbe().connect();
    probe.prompt = false;
    send(probe, 1);
    probe.input({ type: "messageStored", messageId: id(1), problem: "disk full" });
    expect(sentIds(probe)).toEqual([]);
    expect(probe.results()).toEqual({ [id(1)]: "failed store_failed" });
    expect(probe.session.statistics()).toMatchObject({ outboxSize: 0, inFlight: 0 });
  });

  test("MSG-6: without a connection it is stored without the time of a send", () => {
    const probe = send(new SessionProbe(), 1);
    expect(probe.last("storeMessage").message.firstSentAt).toBeUndefined();
    probe.elapse(5_000).connect();
    expect(probe.last("storeMessage").message.firstSentAt).toBe(probe.now);
  });

  test("MSG-23: a messageId is not taken twice", () => {
    const probe = send(new SessionProbe(), 1, 1);
    expect(probe.last("refuse").refusal).toEqual({ why: "id_in_use" });
    expect(probe.session.statistics().outboxSize).toBe(1);
  });

  test("MSG-22: a full outbox refuses at once", () => {
    const probe = send(new SessionProbe({ outboxMessages: 2 }), 1, 2, 3);
    expect(probe.all("refuse")).toEqual([
      { type: "refuse", messageId: id(3), refusal: { why: "outbox_full", limit: 2 } },
    ]);
  });

  test.each([
    ["payload_too_large", 32_766 - 1, undefined],
    ["payload_too_large", 32_766 + 1, { why: "payload_too_large", limit: 32_768, bytes: 32_769 }],
  ])("FRAME-22: %s, with a text of %d characters", (_, characters, refusal) => {
    const probe = new SessionProbe().connect();
    const payload = "x".repeat(characters);
    probe.input({ type: "send", messageId: id(1), event: "chat", payload });
    expect(probe.all("refuse").map((effect) => effect.refusal)).toEqual(refusal ? [refusal] : []);
  });

  test("FRAME-22: bytes are UTF-8, not characters", () => {
    const probe = new SessionProbe().connect();
    probe.input({ type: "send", messageId: id(1), event: "chat", payload: "ñ".repeat(20_000) });
    expect(probe.last("refuse").refusal).toMatchObject({ why: "payload_too_large", bytes: 40_002 });
  });

  test("FRAME-22: the whole frame has a limit of its own", () => {
    const limits = { ...LIMITS, maxFrameBytes: 1_024, maxPayloadBytes: 1_024 };
    const probe = new SessionProbe().connect([], { limits });
    probe.input({ type: "send", messageId: id(1), event: "chat", payload: "x".repeat(1_000) });
    expect(probe.last("refuse").refusal).toMatchObject({ why: "frame_too_large", limit: 1_024 });
  });

  test("FRAME-23: after CONNECT what no longer fits fails without being sent", () => {
    const probe = new SessionProbe();
    probe.input({ type: "send", messageId: id(1), event: "chat", payload: "x".repeat(5_000) });
    send(probe, 2).connect([], { limits: { ...LIMITS, maxPayloadBytes: 1_000 } });
    expect(sentIds(probe)).toEqual(ids(2));
    expect(probe.results()).toEqual({ [id(1)]: "failed payload_too_large" });
  });
});

describe("sending again", () => {
  test("MSG-1, MSG-2, MSG-3: what was not answered goes out again, in order, with its id", () => {
    const probe = ack(send(new SessionProbe().connect(), 1, 2, 3), 2).forget();
    probe.end();
    send(probe, 4).elapse(10_000).open().accept();
    expect(sentIds(probe)).toEqual(ids(1, 3, 4));
  });

  test("MSG-31: a retryable ERROR leaves it and all later ones to the next connection", () => {
    const probe = send(new SessionProbe().connect(), 1, 2);
    refuse(probe, 1, "window_exceeded", true);
    send(probe, 3);
    expect(sentIds(probe)).toEqual(ids(1, 2));
    ack(probe.forget(), 2).reopen(4003).accept();
    expect(sentIds(probe)).toEqual(ids(1, 3));
  });

  test("MSG-4, MSG-5: the window counts from the first send, not from the last", () => {
    const probe = send(new SessionProbe().connect(), 1);
    const first = probe.now;
    const survive = (): void => {
      probe.elapse(1_000).frame({ type: "HEARTBEAT_ACK" });
    };
    while (probe.now - first < WINDOW - 100_000) survive();
    probe.reopen().accept();
    expect(sentIds(probe)).toEqual(ids(1, 1));
    while (probe.now - first < WINDOW) survive();
    expect(probe.results()).toEqual({}); // it may still be answered here
    probe.elapse(1_000).end();
    expect(probe.results()).toEqual({ [id(1)]: "unknown_outcome" });
    probe.elapse(60_000).open().accept();
    expect(sentIds(probe)).toEqual(ids(1, 1));
  });

  test("MSG-4: at the end of the window it may still be sent, a millisecond later not", () => {
    for (const [age, sends, results] of [
      [WINDOW, 2, {}],
      [WINDOW + 1, 1, { [id(1)]: "unknown_outcome" }],
    ] as const) {
      const probe = send(new SessionProbe().connect(), 1);
      const first = probe.now;
      probe.input({ type: "suspend" }).elapse(first + age - probe.now);
      probe.input({ type: "resume" }).open().accept();
      expect(sentIds(probe)).toHaveLength(sends);
      expect(probe.results()).toEqual(results);
    }
  });

  test("MSG-5: the outcome is told when the window ends, connection or not", () => {
    const probe = send(new SessionProbe().connect(), 1).input({ type: "suspend" });
    probe.elapse(WINDOW);
    expect(probe.results()).toEqual({});
    probe.elapse(1);
    expect(probe.results()).toEqual({ [id(1)]: "unknown_outcome" });
    expect(probe.all("forgetMessage")).toHaveLength(1);
  });

  test("MSG-4: one that was never sent has no window", () => {
    const probe = send(new SessionProbe(), 1)
      .elapse(WINDOW * 3)
      .connect();
    expect(sentIds(probe)).toEqual(ids(1));
  });

  test("LIB-3: suspend keeps the outbox", () => {
    const probe = send(new SessionProbe().connect(), 1).input({ type: "suspend" });
    send(probe, 2).forget().input({ type: "resume" }).open().accept();
    expect(sentIds(probe)).toEqual(ids(1, 2));
  });
});

describe("a restart of the process", () => {
  function restarted(firstSentAt: number | undefined): SessionProbe {
    const message = { messageId: id(1), event: "chat", payload: 1 };
    const stored = firstSentAt === undefined ? message : { ...message, firstSentAt };
    return new SessionProbe({ messages: [stored], persistentOutbox: true });
  }

  test("MSG-2, MSG-29: stored messages go out first, with their ids", () => {
    const probe = send(restarted(undefined), 2).connect();
    expect(sentIds(probe)).toEqual(ids(1, 2));
  });

  test("MSG-4: the window goes on over the restart", () => {
    const now = new SessionProbe().now;
    expect(sentIds(restarted(now - WINDOW).connect())).toEqual(ids(1));
    const late = restarted(now - WINDOW - 1).connect();
    expect(sentIds(late)).toEqual([]);
    expect(late.results()).toEqual({ [id(1)]: "unknown_outcome" });
  });

  test("MSG-5: a clock that was set back leaves an unknown outcome", () => {
    const probe = restarted(new SessionProbe().now + 60_000).connect();
    expect(probe.results()).toEqual({ [id(1)]: "unknown_outcome" });
  });
});

describe("disconnect", () => {
  function ended(settings: Partial<SessionSettings>): SessionProbe {
    const limits = { ...LIMITS, maxInFlightMessages: 1 };
    const probe = send(new SessionProbe(settings).connect([], { limits }), 1, 2);
    return probe.input({ type: "disconnect" });
  }

  test("MSG-27, MSG-28: what was never sent fails closed, what was sent is unknown", () => {
    expect(ended({}).results()).toEqual({ [id(1)]: "unknown_outcome", [id(2)]: "failed closed" });
  });

  test("MSG-29: a persistent outbox keeps both", () => {
    const probe = ended({ persistentOutbox: true });
    expect(probe.all("forgetMessage")).toEqual([]);
    expect(probe.all("settle").map(({ result }) => result)).toEqual([
      { status: "unknown_outcome", kept: true },
      { status: "unknown_outcome", kept: true },
    ]);
  });

  test("LIB-12: a send after the end is refused", () => {
    const probe = send(ended({}).forget(), 9);
    expect(probe.last("refuse").refusal).toEqual({ why: "closed" });
  });

  test("MSG-27: a stop by the close code ends the outbox in the same way", () => {
    const probe = send(new SessionProbe().connect(), 1).end(4502);
    expect(probe.results()).toEqual({ [id(1)]: "unknown_outcome" });
  });
});
