import { describe, expect, it } from "vitest";
import type { Fact, WireFrame } from "../history.js";
import { planFrom, type ClientPlan, type WorldPlan } from "../plan.js";
import { Judge } from "./judge.js";

const client: ClientPlan = {
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
};
const grants = [
  { from: 0, scopes: ["north"], modules: ["orders"] },
  { from: 9, scopes: [], modules: ["orders"] },
];
const tokens = { lifeMs: 20_000, slowMs: 0, fails: 0, refused: 0, grants };

function planOf(...clients: readonly ClientPlan[]): WorldPlan {
  return { ...planFrom(1), clients, calmAt: 100_000, endAt: 500_000, sessionPolicy: "replace" };
}

const of = (at: number, index = 0): { at: number; client: number; life: number } => ({
  at,
  client: index,
  life: 0,
});
const heads = (...streams: readonly string[]): Pick<WireFrame, "streams"> => ({
  streams: streams.map((stream) => ({ stream, epoch: "e", lastEventId: 0 })),
});
const frameIn = (at: number, frame: WireFrame, index = 0): Fact => ({
  fact: "frameIn",
  ...of(at, index),
  generation: 1,
  frame,
});
const reconnect = { baseDelayMs: 1_000, maxDelayMs: 30_000, jitter: 0.5, firstSpreadMs: 0 };
const connect = (...streams: readonly string[]): WireFrame => ({
  type: "CONNECT",
  reconnect: { ...reconnect, stableAfterMs: 5_000, circuitAfter: 10, circuitRestMs: 60_000 },
  limits: { maxInFlightMessages: 2 },
  ...heads(...streams),
});
const refreshed = (...streams: readonly string[]): WireFrame => ({
  type: "TOKEN_REFRESHED",
  ...heads(...streams),
});
const event = (stream: string): WireFrame => ({ type: "EVENT", stream, epoch: "e", eventId: 1 });

const begun = (index = 0): readonly Fact[] => [
  { fact: "started", ...of(0, index), positions: [] },
  { fact: "resumed", ...of(0, index) },
  { fact: "dialled", ...of(0, index), generation: 1 },
  frameIn(10, connect("s", "t"), index),
  { fact: "state", ...of(10, index), state: "connected", attempt: 0 },
];
const logged = (stream: string): Fact => ({
  fact: "appended",
  at: 15,
  store: 0,
  stream,
  epoch: "e",
  eventId: 1,
  mark: stream,
});
const delivered = (stream: string): readonly Fact[] => [
  { fact: "delivered", ...of(30), stream, epoch: "e", eventId: 1, mark: stream },
  { fact: "handled", ...of(31), stream, epoch: "e", eventId: 1 },
];
const closed = (code: number, index = 0): Fact => ({
  fact: "state",
  ...of(40, index),
  state: "closed",
  attempt: 0,
  code,
});
const seen = (index: number): Fact => ({
  fact: "presenceSeen",
  ...of(500_000, index),
  group: '{"place":"north"}',
  members: [{ userId: "user0", status: "online" }],
});

function judged(plan: WorldPlan, ...facts: readonly Fact[]): readonly string[] {
  const judge = new Judge(plan);
  for (const fact of facts) judge.record(fact);
  return judge.verdict(plan.endAt).map(({ requirement }) => requirement);
}

const sent: Fact = { fact: "sent", ...of(20), messageId: "m1", mark: "m1" };
const failed: Fact = {
  fact: "settled",
  ...of(40),
  messageId: "m1",
  status: "failed",
  reason: "forbidden",
};
const published: Fact = { ...logged("s"), messageId: "m1", mark: "m1" } as Fact;
const lost: Fact = { fact: "storeLost", at: 30, store: 1 };

describe("what troubled worlds may do", () => {
  it("STREAM-13: a stream that a token takes away stays behind", () => {
    const plan = planOf({ ...client, tokens });
    const facts = [...begun(), logged("s"), ...delivered("s"), frameIn(40, refreshed("t"))];
    expect(judged(plan, ...facts)).toEqual([]);
  });

  it("SESS-2: of two devices one is replaced", () => {
    const plan = planOf(client, { ...client, deviceId: "device1" });
    expect(judged(plan, ...begun(), ...begun(1), closed(4502), seen(1))).toEqual([]);
  });

  it("LIB-12: a client that was ended is not waited for", () => {
    const ended: Fact = { fact: "disconnected", ...of(20) };
    expect(judged(planOf(client), ...begun(), ended, closed(1000))).toEqual([]);
  });

  it("MSG-8: a store that lost everything may refuse what it had accepted", () => {
    expect(
      judged(planOf({ ...client, tokens }), ...begun(), sent, published, lost, failed),
    ).toEqual([]);
  });

  it("CONN-19: a second CONNECT of an unreliable server announces nothing", () => {
    const plan = planOf({ ...client, unreliable: true });
    const facts = [...begun(), frameIn(20, connect("u")), logged("s"), ...delivered("s")];
    expect(judged(plan, ...facts)).toEqual([]);
  });
});

describe("what no trouble excuses", () => {
  const one = planOf(client);
  const withToken = planOf({ ...client, tokens });
  const two = planOf(client, { ...client, deviceId: "device1" });
  const unreliable = planOf({ ...client, unreliable: true });
  const broken: readonly (readonly [
    requirement: string,
    what: string,
    plan: WorldPlan,
    facts: readonly Fact[],
  ])[] = [
    [
      "STREAM-13",
      "an event of a stream that the list left out",
      withToken,
      [...begun(), logged("s"), frameIn(20, refreshed("t")), ...delivered("s")],
    ],
    [
      "AUTH-15",
      "an event of what a token took away",
      withToken,
      [...begun(), logged("s"), frameIn(20, refreshed("t")), frameIn(25, event("s"))],
    ],
    ["LIB-2", "an event after the end", one, [...begun(), closed(1000), ...delivered("s")]],
    ["RECON-1", "a lone client that was replaced", one, [...begun(), closed(4502)]],
    [
      "SESS-1",
      "two devices that replaced each other",
      two,
      [...begun(), ...begun(1), closed(4502), closed(4502, 1)],
    ],
    ["MSG-23", "a message that an end leaves open", one, [...begun(), sent, closed(4501)]],
    [
      "MSG-23",
      "a published message that failed as forbidden once a grant changed",
      withToken,
      [...begun(), sent, published, failed],
    ],
    [
      "MSG-23",
      "a message that failed before the store lost it",
      withToken,
      [...begun(), sent, published, failed, { ...lost, at: 50 }],
    ],
    [
      "STREAM-7",
      "a hole in what an unreliable server told",
      unreliable,
      [
        ...begun(),
        { ...logged("s"), eventId: 2 } as Fact,
        { ...delivered("s")[0], eventId: 2 } as Fact,
      ],
    ],
    [
      "RECON-1",
      "a delay that forgets retryAfterMs",
      unreliable,
      [
        ...begun(),
        frameIn(20, { type: "DISCONNECT", code: 4003, reconnect: true, retryAfterMs: 9_000 }),
        { fact: "state", ...of(30), state: "backoff", attempt: 1, retryInMs: 900 },
      ],
    ],
    [
      "LIB-5",
      "an attempt that comes before its time",
      withToken,
      [
        ...begun(),
        { fact: "state", ...of(20), state: "backoff", attempt: 1, retryInMs: 900 },
        { fact: "state", ...of(25), state: "connecting", attempt: 1 },
      ],
    ],
  ];

  it.each(broken)("%s: %s", (requirement, _what, plan, facts) => {
    expect(judged(plan, ...facts)).toContain(requirement);
  });
});
