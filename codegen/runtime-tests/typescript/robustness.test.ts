import fc from "fast-check";
import { describe, expect, test } from "vitest";

import type { SessionInput } from "../../../generated/typescript/client/inputs.js";
import {
  CHAT,
  connectFrame,
  eventFrame,
  head,
  ORDERS,
  SessionProbe,
  timed,
} from "./session-probe.js";

type Step = (probe: SessionProbe) => unknown;

const stream = fc.constantFrom(ORDERS, CHAT, "not listed");
const epoch = fc.constantFrom("e1", "e2", "e3");
const id = fc.integer({ min: 0, max: 12 });
const eventId = fc.integer({ min: 1, max: 12 });
const code = fc.constantFrom(1000, 1006, 1012, 4000, 4002, 4100, 4500);
const message = fc
  .integer({ min: 1, max: 5 })
  .map((n) => `00000000-0000-4000-8000-00000000000${n}`);
const reason = fc.constantFrom("epoch_changed", "position_ahead", "invalidated", "newer");
const life = { expiresInMs: 5_000, refreshLeadMs: 1_000 };

const place = fc.record({ stream, epoch, lastEventId: id });
const heads = fc.uniqueArray(place, { maxLength: 3, selector: (head) => head.stream });
const errorCode = fc.constantFrom(
  "forbidden_stream",
  "internal",
  "upstream_unavailable",
  "unauthorized",
  "window_exceeded",
  "invalid_position",
);
const event = fc
  .record({ stream, epoch, eventId })
  .map((more) => timed(eventFrame(more.eventId, more)));

/** Frames that a server, right or wrong, may send at any time. */
const frame = fc.oneof(
  heads.map((streams) => connectFrame(streams, { token: life })),
  heads.map((streams) => ({ type: "HEARTBEAT_ACK", streams }) as const),
  event,
  fc
    .record({
      stream,
      epoch,
      fromEventId: id,
      events: fc.array(event, { maxLength: 4 }),
      headEventId: id,
      complete: fc.boolean(),
    })
    .map((more) => ({ type: "SYNC", ...more }) as const),
  fc
    .record({ stream, epoch, lastEventId: id, reason })
    .map((more) => ({ type: "FULL_REFRESH", ...more }) as const),
  message.map((messageId) => ({ type: "MESSAGE_ACK", messageId }) as const),
  fc
    .record(
      {
        code: errorCode,
        retryable: fc.boolean(),
        stream,
        messageId: message,
        retryAfterMs: fc.nat(3_000),
      },
      { requiredKeys: ["code", "retryable"] },
    )
    .map((more) => ({ type: "ERROR", message: "no", ...more }) as const),
  fc
    .record({ code, reconnect: fc.boolean() })
    .map((more) => ({ type: "DISCONNECT", reason: "", ...more }) as const),
  heads.map((streams) => ({ type: "TOKEN_REFRESHED", token: life, modules: [], streams }) as const),
  fc.record({ epoch, version: id, group: fc.constantFrom("g", "h") }).map((more) => {
    const rest = { scope: { place: "demo" }, members: [], memberCount: 0 };
    return { type: "PRESENCE_STATE", ...rest, ...more } as const;
  }),
  fc
    .record({ epoch, baseVersion: id, version: id, group: fc.constantFrom("g", "h") })
    .map(
      (more) =>
        ({ type: "PRESENCE_DIFF", updates: [], leaves: [], memberCount: 0, ...more }) as const,
    ),
);

const input: fc.Arbitrary<SessionInput> = fc.oneof(
  fc.constantFrom<SessionInput>(
    { type: "connect" },
    { type: "resume" },
    { type: "suspend" },
    { type: "signal", signal: "online" },
    { type: "signal", signal: "visible" },
    { type: "setPresence", status: "away" },
    { type: "tick" },
  ),
  message.map((messageId) => ({ type: "send", messageId, event: "chat", payload: 1 }) as const),
  message.map((messageId) => ({ type: "messageStored", messageId }) as const),
  fc.record({ stream, epoch, eventId }).map((more) => ({ type: "handled", ...more }) as const),
  fc
    .record({ stream, reloadId: fc.integer({ min: 1, max: 9 }) })
    .map((more) => ({ type: "reloaded", ...more }) as const),
  fc
    .record({ stream, reloadId: fc.integer({ min: 1, max: 9 }) })
    .map((more) => ({ type: "reloadFailed", problem: "no", ...more }) as const),
  fc
    .integer({ min: -3, max: 9 })
    .map((requestId) => ({ type: "token", requestId, token: "t" }) as const),
  fc
    .integer({ min: -3, max: 9 })
    .map((requestId) => ({ type: "tokenFailed", requestId, problem: "no" }) as const),
  fc
    .record({ generation: fc.integer({ min: 0, max: 9 }), code })
    .map((more) => ({ type: "ended", ...more }) as const),
);

/** What the world does, likely things more often: a connection, then frames, time and reports. */
const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 8, arbitrary: frame.map((value) => (probe: SessionProbe) => probe.frame(value)) },
  { weight: 3, arbitrary: input.map((value) => (probe: SessionProbe) => probe.input(value)) },
  { weight: 3, arbitrary: fc.nat(6_000).map((ms) => (probe: SessionProbe) => probe.elapse(ms)) },
  {
    weight: 1,
    arbitrary: fc.nat(60_000).map((ms) => (probe: SessionProbe) => probe.sleep(ms).tick()),
  },
  {
    weight: 2,
    arbitrary: fc.constant((probe: SessionProbe) => {
      comeBack(probe);
    }),
  },
  {
    weight: 1,
    arbitrary: fc.boolean().map((prompt) => (probe: SessionProbe) => (probe.prompt = prompt)),
  },
);

const schedule = fc.record({
  steps: fc.array(step, { maxLength: 60 }),
  chances: fc.array(fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }), {
    minLength: 1,
  }),
  provider: fc.boolean(),
});

/** Bring the session back to a connection with two streams, wherever it is. */
function comeBack(probe: SessionProbe): void {
  probe.input({ type: "connect" }).input({ type: "resume" });
  if (probe.session.state === "connected") return;
  if (probe.session.state !== "connecting") probe.elapse(200_000);
  const question = probe.all("requestToken").at(-1);
  if (question !== undefined) {
    probe.input({ type: "token", requestId: question.requestId, token: "t" });
  }
  probe.open().accept([head(3), head(3, { stream: CHAT })]);
}

function start(chances: readonly number[], provider: boolean): SessionProbe {
  let draws = 0;
  const tokens = provider ? ({ kind: "provider" } as const) : ({ kind: "none" } as const);
  const settings = { tokens, keptEvents: 4, outboxMessages: 3 };
  const probe = new SessionProbe(settings, () => chances[draws++ % chances.length] ?? 0);
  comeBack(probe);
  return probe;
}

describe("whatever comes, in whatever order", () => {
  test("LIB-15: no input breaks a lifecycle table, no frame breaks its schema (property)", () => {
    fc.assert(
      fc.property(schedule, ({ steps, chances, provider }) => {
        const probe = start(chances, provider);
        for (const act of steps) {
          act(probe);
          const { deadline } = probe.session;
          expect(deadline === undefined || Number.isFinite(deadline)).toBe(true);
        }
        probe.sent();
        const { keptEvents, outboxSize } = probe.session.statistics();
        expect(keptEvents).toBeLessThanOrEqual(4 * 3);
        expect(outboxSize).toBeLessThanOrEqual(3);
      }),
      { numRuns: 1_000 },
    );
  });

  test("STREAM-5, STREAM-6, STREAM-10: a delivery is the successor of the one before, or a reload lies between (property)", () => {
    fc.assert(
      fc.property(schedule, ({ steps, chances, provider }) => {
        const probe = start(chances, provider);
        for (const act of steps) act(probe);
        const last = new Map<string, string>();
        for (const effect of probe.effects) {
          if (effect.type === "storePosition") {
            const { stream, epoch, lastEventId } = effect.position;
            last.set(stream, `${epoch}/${lastEventId + 1}`);
          }
          if (effect.type !== "deliver") continue;
          const { stream, epoch, eventId } = effect.event;
          expect(`${epoch}/${eventId}`).toBe(last.get(stream));
        }
      }),
      { numRuns: 1_000 },
    );
  });

  test("SYNC-9, REFRESH-11: a stream asks again only after an answer, a wait or a new connection (property)", () => {
    fc.assert(
      fc.property(schedule, ({ steps, chances, provider }) => {
        const probe = start(chances, provider);
        for (const act of steps) {
          probe.forget();
          const since = probe.now;
          act(probe);
          const streams = probe.asked().map(({ stream }) => stream);
          // in one step of no length a stream is asked for once, and once more after each answer
          if (probe.now === since) {
            expect(streams.length - new Set(streams).size).toBeLessThanOrEqual(1);
          }
        }
      }),
      { numRuns: 500 },
    );
  });

  test("LIB-13: the same inputs at the same times give the same effects and deadlines (property)", () => {
    fc.assert(
      fc.property(schedule, ({ steps, chances, provider }) => {
        const first = start(chances, provider);
        for (const act of steps) act(first);
        const second = start(chances, provider);
        for (const act of steps) act(second);
        expect(second.effects).toEqual(first.effects);
        expect(second.session.deadline).toBe(first.session.deadline);
      }),
      { numRuns: 100 },
    );
  });

  test("LIB-12: disconnect ends it from anywhere, with every message settled (property)", () => {
    fc.assert(
      fc.property(schedule, ({ steps, chances, provider }) => {
        const probe = start(chances, provider);
        for (const act of steps) act(probe);
        probe.input({ type: "disconnect" });
        expect(probe.session.state).toBe("closed");
        expect(probe.session.deadline).toBeUndefined();
        expect(probe.session.statistics().outboxSize).toBe(0);
        const accepted = new Set(probe.all("storeMessage").map(({ message }) => message.messageId));
        const settled = new Set(probe.all("settle").map(({ messageId }) => messageId));
        expect(settled).toEqual(accepted);
      }),
      { numRuns: 500 },
    );
  });
});
