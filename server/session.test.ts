import { describe, expect, test } from "vitest";
import {
  SERVER_CONNECTION,
  TIMERS,
  type ServerConnectionInput,
  type ServerConnectionState,
} from "../generated/typescript/tables.js";
import { validateOptions } from "./config.js";
import { Rate, UserUsage } from "./rates.js";
import { Session } from "./session.js";
import type { Grant, SessionEffect, SessionInput } from "./session-input.js";
import { uuid } from "./testing/local-server.js";
import type { SessionEnvironment } from "./turn.js";

const STREAM = "s";
const settings = validateOptions({
  auth: { mode: "none", scopes: [], modules: [] },
  events: { e: "m" },
});
const off = new Rate(0, 60_000);
const environment: SessionEnvironment = {
  settings,
  rates: { messages: new Rate(1, 60_000), syncs: off, presence: off, connections: off },
  stamp: () => "now",
};
const grant: Grant = {
  userId: "a",
  sessionId: "s1",
  intervalMs: 5_000,
  firstSpreadMs: 3_000,
  modules: [],
  heads: [{ stream: STREAM, epoch: "e", headId: 5, about: "", ackedId: undefined }],
  token: undefined,
  set: { hasStream: (stream) => stream === STREAM, hasGroup: () => true },
  usage: new UserUsage(),
  expiresAt: 100_000,
};

function event(eventId: number): Extract<SessionInput, { name: "event" }> {
  return { name: "event", stream: STREAM, eventId, frame: Buffer.from(`event ${String(eventId)}`) };
}

/** One input of each name. */
const INPUTS: Readonly<Record<ServerConnectionInput, SessionInput>> = {
  upgrade: { name: "upgrade" },
  "answer:admitted": { name: "answer:admitted", grant },
  "answer:refused": { name: "answer:refused", refusal: { code: 4501, reason: "no" } },
  "answer:store": { name: "answer:store", reply: { to: "read", frames: ["answer"] } },
  "frame:HEARTBEAT": { name: "frame:HEARTBEAT" },
  "frame:PRESENCE_UPDATE": {
    name: "frame:PRESENCE_UPDATE",
    frame: { type: "PRESENCE_UPDATE", payload: { status: "away" } },
  },
  "frame:REQUEST_SYNC": {
    name: "frame:REQUEST_SYNC",
    frame: { type: "REQUEST_SYNC", streams: [{ stream: STREAM, epoch: "e", lastEventId: 1 }] },
  },
  "frame:REQUEST_PRESENCE": {
    name: "frame:REQUEST_PRESENCE",
    frame: { type: "REQUEST_PRESENCE", groups: ["g"] },
  },
  "frame:ACK": {
    name: "frame:ACK",
    frame: { type: "ACK", streams: [{ stream: STREAM, epoch: "e", lastEventId: 1 }] },
  },
  "frame:MESSAGE": {
    name: "frame:MESSAGE",
    frame: { type: "MESSAGE", messageId: uuid(1), event: "e" },
    payload: "1",
  },
  "frame:TOKEN_REFRESH": {
    name: "frame:TOKEN_REFRESH",
    frame: { type: "TOKEN_REFRESH", token: "t" },
  },
  "frame:DISCONNECT": { name: "frame:DISCONNECT", frame: { type: "DISCONNECT" } },
  "frame:ping": { name: "frame:ping", isText: true },
  "frame:unknown": { name: "frame:unknown", type: "FUTURE" },
  "frame:invalid": { name: "frame:invalid", code: "invalid_json", problem: "not JSON" },
  "frame:oversize": { name: "frame:oversize" },
  "frame:binary": { name: "frame:binary" },
  event: event(6),
  presence: { name: "presence", frame: "diff" },
  pong: { name: "pong" },
  congested: { name: "congested" },
  drained: { name: "drained" },
  "tick:open": { name: "tick:open" },
  "tick:ping": { name: "tick:ping" },
  "tick:silence": { name: "tick:silence" },
  "tick:tokenExpiry": { name: "tick:tokenExpiry" },
  "tick:slowConsumer": { name: "tick:slowConsumer" },
  "tick:pace": { name: "tick:pace" },
  "tick:close": { name: "tick:close" },
  replaced: { name: "replaced" },
  drain: { name: "drain" },
  fault: { name: "fault" },
  ended: { name: "ended", code: 1006 },
};

/** What an effect of the table looks like among those of the session. */
const MARKS: Readonly<Record<string, (effects: readonly SessionEffect[]) => boolean>> = {
  authorise: has("authorise", "refresh_token"),
  send_connect: sends('"CONNECT"'),
  send_presence_states: has("enter", "states"),
  release_held: () => true, // shown by its own test
  hold: (effects) => effects.length === 0,
  note_missed: (effects) => effects.length === 0,
  prove_life: () => true, // shown by the liveness tests
  send_disconnect: sends('"DISCONNECT"'),
  close: has("end"),
  reply: sends("answer"),
  send_heartbeat_ack: has("heartbeat"),
  write_presence: has("show"),
  read_log: has("sync"),
  store_ack: has("acknowledge"),
  queue_message: has("publish"),
  leave_presence: (effects) =>
    effects.some((effect) => effect.do === "release" && effect.graceMs === 0),
  send_pong: sends("pong"),
  send_error: sends('"ERROR"'),
  send_event: (effects) =>
    effects.some((effect) => effect.do === "send" && typeof effect.frame !== "string"),
  send_presence: sends("diff"),
  stop_delivery: has("pause"),
  repair: has("repair"),
  ping: has("ping"),
  handle_paced: () => true, // nothing waits here; the tests of pace show it
  terminate: has("terminate"),
  release: () => true, // once: on the way into closing, else here
};

function has(...kinds: SessionEffect["do"][]): (effects: readonly SessionEffect[]) => boolean {
  return (effects) => effects.some((effect) => kinds.includes(effect.do));
}

function sends(part: string): (effects: readonly SessionEffect[]) => boolean {
  return (effects) =>
    effects.some(
      (effect) => effect.do === "send" && Buffer.from(effect.frame).toString().includes(part),
    );
}

function closesWith(effects: readonly SessionEffect[]): number | undefined {
  return effects.flatMap((effect) => (effect.do === "end" ? [effect.code] : []))[0];
}

/** A session in the given state, at instant 0. */
function sessionIn(state: ServerConnectionState): Session {
  const session = new Session(environment, 0);
  const path: Record<ServerConnectionState, readonly ServerConnectionInput[]> = {
    opening: [],
    connected: ["answer:admitted"],
    paused: ["answer:admitted", "congested"],
    closing: ["drain"],
    closed: ["drain", "ended"],
  };
  grant.usage.messages = 0;
  for (const name of path[state]) session.handle(INPUTS[name], 0);
  expect(session.state).toBe(state);
  return session;
}

const PAIRS = SERVER_CONNECTION.states.flatMap((state) =>
  SERVER_CONNECTION.inputs.map((input) => ({ state, input })),
);

describe("server connection", () => {
  test.each(PAIRS)("LIB-15 $state × $input does as the table says", ({ state, input }) => {
    const session = sessionIn(state);
    const moves = SERVER_CONNECTION.moves[state][input];
    const effects = session.handle(INPUTS[input], 1);
    if (moves === undefined) {
      expect(session.state).toBe(state);
      expect(effects.map((effect) => effect.do)).toEqual(["note"]);
      return;
    }
    const move = moves.find(({ to }) => to === session.state);
    expect(move, `to ${session.state}`).toBeDefined();
    for (const name of move?.effects ?? []) {
      const code = /^close_(\d+)$/.exec(name)?.[1];
      if (code !== undefined) expect(closesWith(effects)).toBe(Number(code));
      else expect({ name, done: MARKS[name]?.(effects) }).toEqual({ name, done: true });
    }
  });

  test("LIB-15 a move with a condition is taken when the condition holds", () => {
    const conditional = PAIRS.filter(
      ({ state, input }) => (SERVER_CONNECTION.moves[state][input]?.length ?? 0) > 1,
    );
    expect(new Set(conditional.map(({ input }) => input))).toEqual(
      new Set(["frame:MESSAGE", "frame:invalid"]),
    );
    for (const { state, input } of conditional) {
      const session = sessionIn(state);
      for (let n = 0; n < 40 && session.state === state; n += 1) session.handle(INPUTS[input], n);
      expect(session.state).toBe("closing");
    }
  });

  test("CONN-16 CONN-27 events held before CONNECT are written after it, beyond the heads", () => {
    const session = new Session(environment, 0);
    for (const id of [4, 5, 6, 7]) session.handle(event(id), 0);
    session.handle({ ...event(9), stream: "foreign" }, 0);
    const effects = session.handle(INPUTS["answer:admitted"], 1);
    const sent = effects.flatMap((effect) =>
      effect.do === "send" ? [Buffer.from(effect.frame).toString()] : [],
    );
    expect(sent[0]).toContain('"CONNECT"');
    expect(sent.slice(1)).toEqual(["event 6", "event 7"]);
  });

  test("MSG-13 MSG-17 while the application is away the first message waits, in order, and is said so once", () => {
    const session = sessionIn("connected");
    const away: SessionInput = { name: "answer:store", reply: { to: "publish", failed: "away" } };
    const published: SessionInput = {
      name: "answer:store",
      reply: { to: "publish", isDuplicate: false, stream: STREAM, epoch: "e", eventId: 6 },
    };
    const asks = (effects: readonly SessionEffect[]): string[] =>
      effects.flatMap((effect) => (effect.do === "publish" ? [effect.frame.messageId] : []));
    const message = (id: number): SessionInput => ({
      name: "frame:MESSAGE",
      frame: { type: "MESSAGE", messageId: uuid(id), event: "e" },
      payload: "1",
    });
    expect(asks(session.handle(message(1), 0))).toEqual([uuid(1)]);
    expect(asks(session.handle(message(2), 0))).toEqual([]);
    const first = session.handle(away, 10);
    expect(sends("upstream_unavailable")(first)).toBe(true);
    expect(sends("messageId")(first)).toBe(false);
    expect(session.handle(INPUTS["frame:HEARTBEAT"], 20)).toEqual([{ do: "heartbeat" }]); // MSG-18
    expect(asks(session.tick(1_010))).toEqual([uuid(1)]);
    expect(session.handle(away, 1_020)).toEqual([]);
    expect(asks(session.tick(2_020))).toEqual([uuid(1)]);
    expect(sends("MESSAGE_ACK")(session.handle(published, 2_030))).toBe(true);
  });

  test("MSG-19 a message with an unknown outcome is answered internal, finally", () => {
    const session = sessionIn("connected");
    session.handle(INPUTS["frame:MESSAGE"], 0);
    const effects = session.handle(
      { name: "answer:store", reply: { to: "publish", failed: "internal" } },
      1,
    );
    expect(sends('"code":"internal"')(effects)).toBe(true);
    expect(sends('"retryable":false')(effects)).toBe(true);
    expect(sends(uuid(1))(effects)).toBe(true);
  });

  test("SYNC-18 ERR-9 a stream that cannot be read is answered upstream_unavailable, retryable", () => {
    const effects = sessionIn("connected").handle(
      { name: "answer:store", reply: { to: "sync", stream: STREAM } },
      1,
    );
    expect(sends('"upstream_unavailable"')(effects) && sends('"retryable":true')(effects)).toBe(
      true,
    );
    expect(sends(`"stream":"${STREAM}"`)(effects)).toBe(true);
  });

  test("AUTH-12 the end of the token's life closes with 4100, whatever else is due", () => {
    const session = sessionIn("connected");
    for (let now = 0; now < 100_000; now += 1_000) session.handle(INPUTS.pong, now);
    expect(session.deadline).toBe(100_000);
    expect(closesWith(session.tick(100_000))).toBe(4100);
  });

  test("LIVE-8 LIVE-9 the ping is due half the silence limit after the peer last spoke", () => {
    const session = sessionIn("connected");
    session.handle(INPUTS.pong, 5_000);
    expect(session.deadline).toBe(5_000 + (2 * 5_000 + TIMERS.heartbeatTimeoutMs.default) / 2);
  });
});
