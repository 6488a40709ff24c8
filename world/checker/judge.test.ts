import { describe, expect, it } from "vitest";
import type { Fact, WireFrame } from "../history.js";
import { planFrom, type WorldPlan } from "../plan.js";
import { Judge } from "./judge.js";

const plan: WorldPlan = {
  ...planFrom(1),
  timers: { historyMs: 60_000, heartbeatIntervalMs: 5_000 },
  limits: { historyEvents: 100, pageEvents: 3, pages: 2 },
  scopes: ["north"],
  modules: ["orders"],
  clients: [
    {
      userId: "user0",
      deviceId: "device0",
      startFrom: "latest",
      scopes: ["north"],
      modules: ["orders"],
      handlerMs: 0,
      handlerThrows: 0,
      reloadMs: 0,
      reloadFails: 0,
      persistent: false,
      clockErrorMs: 0,
    },
  ],
  actions: [],
  calmAt: 100_000,
  endAt: 500_000,
};

const stream = "s";
const epoch = "e";
const reconnect = {
  baseDelayMs: 1_000,
  maxDelayMs: 30_000,
  jitter: 0.5,
  firstSpreadMs: 3_000,
  stableAfterMs: 5_000,
  circuitAfter: 10,
  circuitRestMs: 60_000,
};
const me = (at: number): { at: number; client: number; life: number } => ({
  at,
  client: 0,
  life: 0,
});
const connect = (lastEventId: number): WireFrame => ({
  type: "CONNECT",
  reconnect,
  limits: { maxInFlightMessages: 2 },
  streams: [{ stream, epoch, lastEventId }],
});

const page = (fromEventId: number, ids: readonly number[], headEventId: number): Fact => {
  const events = ids.map((eventId) => ({ epoch, eventId }));
  const frame = { type: "SYNC", stream, epoch, fromEventId, events, headEventId, complete: true };
  return { fact: "frameIn", ...me(45), generation: 1, frame };
};
const refused: Fact = {
  fact: "frameIn",
  ...me(56),
  generation: 1,
  frame: { type: "ERROR", code: "rate_limited", retryable: true, messageId: "m1" },
};

const write = (type: string, messageId?: string): Fact => ({
  fact: "frameOut",
  ...me(55),
  generation: 1,
  frame: { type, ...(messageId === undefined ? {} : { messageId }) },
});

/** A client that starts, connects with its stream at 5, and hears of two events. */
const beginning: readonly Fact[] = [
  { fact: "started", ...me(0), positions: [] },
  { fact: "resumed", ...me(0) },
  { fact: "dialled", ...me(0), generation: 1 },
  { fact: "frameIn", ...me(10), generation: 1, frame: connect(5) },
  { fact: "state", ...me(10), state: "connected", attempt: 0 },
  ...[1, 2, 3, 4, 5, 6, 7].map((eventId): Fact => ({
    fact: "appended",
    at: eventId <= 5 ? 1 : 20,
    store: 0,
    stream,
    epoch,
    eventId,
    mark: `p${eventId}`,
  })),
];

const delivered = (eventId: number, more: Partial<{ epoch: string; mark: string }> = {}): Fact => ({
  fact: "delivered",
  ...me(30),
  stream,
  epoch,
  eventId,
  mark: `p${eventId}`,
  ...more,
});
const handled = (eventId: number): Fact => ({ fact: "handled", ...me(31), stream, epoch, eventId });
const good: readonly Fact[] = [...beginning, delivered(6), handled(6), delivered(7), handled(7)];
const seen: Fact = {
  fact: "presenceSeen",
  ...me(500_000),
  group: '{"place":"north"}',
  members: [{ userId: "user0", status: "online" }],
};

function judged(...facts: readonly Fact[]): readonly string[] {
  const judge = new Judge(plan);
  for (const fact of facts) judge.record(fact);
  return judge.verdict(plan.endAt).map(({ requirement }) => requirement);
}

function refresh(reason: string, lastEventId = 7): Fact {
  const frame = { type: "FULL_REFRESH", stream, epoch, reason, lastEventId };
  return { fact: "frameIn", ...me(40), generation: 1, frame };
}

function asked(lastEventId: number, askedEpoch = epoch): Fact {
  const streams = [{ stream, epoch: askedEpoch, lastEventId }];
  return {
    fact: "frameOut",
    ...me(39),
    generation: 1,
    frame: { type: "REQUEST_SYNC", streams },
  };
}

function ack(lastEventId: number): Fact {
  const streams = [{ stream, epoch, lastEventId }];
  return { fact: "frameOut", ...me(35), generation: 1, frame: { type: "ACK", streams } };
}

function backoff(retryInMs: number | undefined, at = 20_000): Fact {
  return {
    fact: "state",
    ...me(at),
    state: "backoff",
    attempt: 1,
    ...(retryInMs === undefined ? {} : { retryInMs }),
  };
}

const sent: Fact = { fact: "sent", ...me(50), messageId: "m1", mark: "m1" };
const logged = (messageId: string, eventId: number, mark = messageId): Fact => ({
  fact: "appended",
  at: 51,
  store: 0,
  stream: "other",
  epoch,
  eventId,
  mark,
  messageId,
});
const settled = (status: "accepted" | "failed" | "unknown_outcome", eventId = 1): Fact => ({
  fact: "settled",
  ...me(60),
  messageId: "m1",
  status,
  place: { stream: "other", epoch, eventId },
});

describe("a world that keeps the rules", () => {
  it("is not blamed", () => {
    expect(judged(...good, sent, logged("m1", 1), settled("accepted"), ack(7), seen)).toEqual([]);
  });

  it("is not blamed for a reload that the history explains", () => {
    const reload: Fact = {
      fact: "reloadBegan",
      ...me(41),
      stream,
      epoch,
      eventId: 7,
      reloadId: 1,
      reason: "invalidated",
    };
    const ended: Fact = { fact: "reloadEnded", ...me(42), stream, reloadId: 1, failed: false };
    const floor: Fact = { fact: "invalidated", at: 38, store: 0, stream, epoch, eventId: 7 };
    expect(
      judged(...beginning, floor, refresh("invalidated"), reload, ended, ack(7), seen),
    ).toEqual([]);
  });
});

describe("MSG-3: the order of messages", () => {
  const late: readonly Fact[] = [
    sent,
    { fact: "sent", ...me(50), messageId: "m2", mark: "m2" },
    logged("m2", 1),
    logged("m1", 2),
    settled("accepted", 2),
    { ...settled("accepted", 1), messageId: "m2" } as Fact,
    seen,
  ];
  const unanswered = (messageId: string): Fact => ({ fact: "unanswered", at: 50, messageId });

  it("is not asked of a message about which a server got no answer", () => {
    expect(judged(...good, unanswered("m1"), ...late)).toEqual([]);
  });

  it("is asked of every other, even while the store is away", () => {
    expect(judged(...good, unanswered("m2"), ...late)).toEqual(["MSG-3"]);
  });
});

describe("RECON-12: what a connection announced", () => {
  const rest: Fact = {
    fact: "state",
    ...me(20_000),
    state: "circuit_open",
    attempt: 10,
    retryInMs: 40_000,
  };
  const announced: Fact = {
    fact: "frameIn",
    ...me(7),
    generation: 1,
    frame: { ...connect(5), reconnect: { ...reconnect, circuitRestMs: 10_000 } },
  };
  const dialling = beginning.slice(0, 3);

  it("counts where the client took it", () => {
    expect(judged(...dialling, announced, rest)).toContain("RECON-12");
  });

  it.each(["suspended", "closed", "backoff", "circuit_open"])(
    "does not count where the client was %s already",
    (state) => {
      const away: Fact = { fact: "state", ...me(6), state, attempt: 0, retryInMs: 40_000 };
      expect(judged(...dialling, away, announced, rest)).not.toContain("RECON-12");
    },
  );
});

describe("a world that breaks a rule is blamed for it", () => {
  const broken: readonly (readonly [requirement: string, what: string, facts: readonly Fact[]])[] =
    [
      ["STREAM-6", "an event twice", [...good, delivered(7), handled(7), seen]],
      ["STREAM-7", "an event left out", [...beginning, delivered(7), handled(7), seen]],
      ["STREAM-10", "an event of a foreign epoch", [...good, delivered(8, { epoch: "f" }), seen]],
      [
        "STREAM-12",
        "an event of a stream that is not the session's",
        [...good, { ...delivered(1), stream: "t" } as Fact, handled(1), seen],
      ],
      [
        "ROUTE-9",
        "a payload that nobody published",
        [...beginning, delivered(6, { mark: "x" }), handled(6), delivered(7), handled(7), seen],
      ],
      ["SYNC-2", "an event that never came", [...beginning, delivered(6), handled(6), seen]],
      ["STREAM-17", "a handler that never ended", [...beginning, delivered(6), delivered(7), seen]],
      ["ACK-1", "an ACK ahead of the handler", [...beginning, delivered(6), ack(6), ...good, seen]],
      [
        "CONN-17",
        "a frame before CONNECT",
        [...beginning.slice(0, 3), write("HEARTBEAT"), ...good, seen],
      ],
      [
        "MSG-12",
        "more messages than the credit",
        [...good, write("MESSAGE", "a"), write("MESSAGE", "b"), write("MESSAGE", "c"), seen],
      ],
      [
        "POS-2",
        "a position stored ahead of the handler",
        [
          ...beginning,
          delivered(6),
          { fact: "stored", ...me(30), stream, epoch, eventId: 6 },
          handled(6),
          delivered(7),
          handled(7),
          seen,
        ],
      ],
      ["SYNC-25", "a page with a hole", [...good, page(4, [5, 7], 7), seen]],
      ["SYNC-29", "a complete page that names another end", [...good, page(4, [5, 6], 7), seen]],
      ["SYNC-33", "a page beyond the log", [...good, page(7, [8], 8), seen]],
      [
        "MSG-15",
        "a message answered with a retryable error",
        [...good, sent, logged("m1", 1), refused, settled("accepted"), seen],
      ],
      [
        "REFRESH-1",
        "an epoch_changed for the same epoch",
        [...good, asked(7), refresh("epoch_changed"), seen],
      ],
      [
        "REFRESH-2",
        "a position that is not ahead",
        [...good, asked(7), refresh("position_ahead"), seen],
      ],
      [
        "REFRESH-4",
        "an expired history that is there",
        [...good, asked(6), refresh("history_expired"), seen],
      ],
      [
        "REFRESH-5",
        "a large gap that is small",
        [...good, asked(5), refresh("gap_too_large"), seen],
      ],
      ["REFRESH-6", "an invalidation nobody asked for", [...good, refresh("invalidated"), seen]],
      ["REFRESH-9", "a resume beyond the head", [...good, refresh("overflow", 99), seen]],
      [
        "MSG-9",
        "a message published twice",
        [...good, sent, logged("m1", 1), logged("m1", 2), settled("accepted"), seen],
      ],
      ["MSG-7", "an acceptance of nothing", [...good, sent, settled("accepted", 1), seen]],
      [
        "MSG-8",
        "an acceptance at a wrong place",
        [...good, sent, logged("m1", 1), settled("accepted", 9), seen],
      ],
      [
        "MSG-23",
        "a failure of what was published",
        [...good, sent, logged("m1", 1), settled("failed"), seen],
      ],
      ["MSG-23", "a message without a result", [...good, sent, seen]],
      ["MSG-2", "a message that nobody sent", [...good, logged("m9", 1), seen]],
      [
        "MSG-3",
        "messages out of order",
        [
          ...good,
          sent,
          { fact: "sent", ...me(50), messageId: "m2", mark: "m2" },
          logged("m2", 1),
          logged("m1", 2),
          settled("accepted", 2),
          { ...settled("accepted", 1), messageId: "m2" } as Fact,
          seen,
        ],
      ],
      ["RECON-1", "a delay beyond the bounds", [...good, backoff(9_000), seen]],
      ["RECON-1", "a client that is away at the end", [...good, backoff(1_000)]],
      ["LIB-5", "a delay that is not told", [...good, backoff(undefined), seen]],
      [
        "LIB-5",
        "a dial that was not declared",
        [...good, backoff(1_000), { fact: "dialled", ...me(20_400), generation: 2 }, seen],
      ],
      ["PRES-9", "presence that misses somebody", [...good, { ...seen, members: [] }]],
      [
        "PRES-24",
        "a status that nobody set",
        [...good, { fact: "presenceSet", ...me(70), status: "busy" }, seen],
      ],
      ["SYNC-32", "syncs that never end", [...good, { ...asked(7), at: 480_000 }, seen]],
      ["SYNC-32", "a livelock", [...good, { fact: "livelock", at: 480_000 }, seen]],
      [
        "LIVE-1",
        "a storm of frames",
        [
          ...good,
          ...Array.from({ length: 40 }, (): Fact => {
            const frame = { type: "HEARTBEAT" };
            return { fact: "frameOut", ...me(480_000), generation: 1, frame };
          }),
          seen,
        ],
      ],
    ];

  it.each(broken)("%s: %s", (requirement, _what, facts) => {
    expect(judged(...facts)).toContain(requirement);
  });
});
