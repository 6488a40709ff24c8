import { describe, expect, test } from "vitest";
import { silentLogger } from "./logger.js";
import type { MessageDecision } from "./messages/message-handler.js";
import type { ServerOptions } from "./server.js";
import { readExposition, type Family } from "./testing/exposition.js";
import {
  DEMO,
  localServer,
  ORDERS,
  uuid,
  type LocalServer,
  type Peer,
} from "./testing/local-server.js";
import { eventually } from "./testing/eventually.js";

/** With a webhook, so that every metric is there; nothing is ever posted to it here. */
const COMPLETE: Partial<ServerOptions> = { webhook: { url: "http://127.0.0.1:9/" } };

async function scrape({ transport }: LocalServer): Promise<ReadonlyMap<string, Family>> {
  return readExposition((await transport.http({ path: "/metrics" })).body);
}

function own(families: ReadonlyMap<string, Family>): Family[] {
  return [...families.values()].filter(({ name }) => name.startsWith("ws_"));
}

/** How many series a scrape has. */
function series(families: ReadonlyMap<string, Family>): number {
  return own(families).reduce((sum, { samples }) => sum + samples.length, 0);
}

function value(
  families: ReadonlyMap<string, Family>,
  name: string,
  labels: Readonly<Record<string, string>> = {},
): number | undefined {
  const family = families.get(name) ?? families.get(name.replace(/_(?:count|sum|bucket)$/, ""));
  return family?.samples.find(
    (sample) =>
      sample.name === name &&
      Object.entries(labels).every(([label, text]) => sample.labels[label] === text),
  )?.value;
}

/** What a labelled counter has counted, without what stands at 0. */
function reading(families: ReadonlyMap<string, Family>, name: string): Record<string, number> {
  const samples = families.get(name)?.samples.filter((sample) => sample.value > 0) ?? [];
  return Object.fromEntries(
    samples.map(({ labels, value: count }) => [Object.values(labels).join(" "), count]),
  );
}

describe("metrics", () => {
  test("HTTP-2 the exposition keeps the format, and every name and help the customs", async () => {
    const families = await scrape(await localServer(COMPLETE));
    expect(own(families).length).toBeGreaterThan(25);
    for (const { name, help, type } of own(families)) {
      expect([name, name.endsWith("_total")]).toEqual([name, type === "counter"]);
      expect(name).not.toMatch(/_(ms|millis|milliseconds|minutes|kb|mb|percent)(_|$)/);
      expect([name, help.length > 20]).toEqual([name, true]);
      if (name.endsWith("_seconds")) expect(help).toMatch(/, seconds/);
      if (name.endsWith("_bytes")) expect(help).toMatch(/, bytes/);
    }
  });

  test("HTTP-2 nothing that a peer chooses becomes a label, and no series appears with time", async () => {
    const server = await localServer({ ...COMPLETE, limits: { connectionsPerMinute: 0 } });
    const before = await scrape(server);
    for (let count = 0; count < 200; count += 1) {
      const peer = server.dial(`userId=u${count}&deviceId=d${count}`);
      for (const type of [
        `TYPE_${count}`,
        "__proto__",
        "constructor",
        'a"b',
        "frame:X",
        "toString",
      ]) {
        peer.send({ type });
      }
      peer.sync(`stream-${count}`, 7, `epoch-${count}`);
      peer.message(uuid(count), { event: `event_${count}` });
      peer.send({ type: "PRESENCE_UPDATE", payload: { status: `status${count}` } });
      peer.link?.close(3_000 + count); // a code of the peer's own choice
      server.dial(`userId=u${count}&deviceId=d${count}`).link?.close(4_999 - count);
    }
    const after = await scrape(server);
    expect(value(after, "ws_messages_total", { type: "unknown" })).toBe(1_200);
    expect(value(after, "ws_closes_total", { code: "other" })).toBe(400);
    expect(value(after, "ws_reconnects_total", { code: "other" })).toBe(200);
    expect(series(after)).toBe(series(before));
  });

  test("a return counts by the code that this side decided, a takeover too, and a first visit not", async () => {
    const server = await localServer({
      sessionPolicy: "allow",
      limits: { connectionsPerMinute: 0 },
    });
    const dial = (attempt: number): Peer =>
      server.dial(`userId=a&deviceId=phone&attempt=${attempt}`);
    dial(1).link?.drop();
    dial(2).send({ type: "DISCONNECT" });
    const third = dial(3);
    dial(4); // in place of the third, which is open still
    expect(third.closeCode).toBe(4502);
    server.dial("userId=a&deviceId=tablet");
    server.dial("userId=b").link?.drop();
    server.dial("userId=b");
    const families = await scrape(server);
    expect(reading(families, "ws_reconnects_total")).toEqual({ 1000: 1, 1006: 1, 4502: 1 });
    expect(reading(families, "ws_closes_total")).toMatchObject({ 1000: 1, 4502: 1 });
  });

  test("delivery ends with the last live socket, an ACK counts once from the publication on", async () => {
    const server = await localServer();
    const peers = ["a", "b"].map((name) => server.dial(`userId=${name}`));
    await server.publish("order_created", 1);
    server.clock.advance(700);
    const [peer] = peers;
    const { stream, epoch } = peer!.last("EVENT");
    for (let turn = 0; turn < 3; turn += 1) {
      peer!.send({ type: "ACK", streams: [{ stream, epoch, lastEventId: 1 }] });
    }
    peer!.send({ type: "ACK", streams: [{ stream, epoch, lastEventId: 99 }] });
    const families = await scrape(server);
    expect(value(families, "ws_delivery_seconds_count")).toBe(1);
    expect(value(families, "ws_acknowledgement_seconds_count")).toBe(1);
    expect(value(families, "ws_acknowledgement_seconds_sum")).toBeCloseTo(0.7);
  });

  test("the way there and back is measured once a minute, after a heartbeat, by a ping", async () => {
    const server = await localServer();
    const peer = server.dial("userId=a");
    const beat = (times: number): void => {
      for (let turn = 0; turn < times; turn += 1) {
        server.clock.advance(5_000);
        peer.send({ type: "HEARTBEAT" });
      }
    };
    beat(11);
    expect(peer.pings).toBe(0);
    peer.isMute = true;
    beat(1);
    expect(peer.pings).toBe(1);
    server.clock.advance(300);
    peer.pong();
    peer.link?.pong(); // nobody asked for it
    beat(11);
    expect(peer.pings).toBe(1);
    const families = await scrape(server);
    expect(value(families, "ws_heartbeat_seconds_count")).toBe(1);
    expect(value(families, "ws_heartbeat_seconds_sum")).toBeCloseTo(0.3);
  });

  test("every answer to a position has its outcome", async () => {
    const server = await localServer();
    const peer = server.dial("userId=a");
    await server.publish("order_created", 1);
    peer.sync(ORDERS, 0);
    peer.sync(ORDERS, 1);
    peer.sync(ORDERS, 9);
    peer.sync(ORDERS, 0, "another");
    expect(reading(await scrape(server), "ws_syncs_total")).toEqual({
      page: 1,
      up_to_date: 1,
      position_ahead: 1,
      epoch_changed: 1,
    });
  });

  test("a paused session shows, and so does what its repair costs", async () => {
    const server = await localServer({ limits: { historyEvents: 2 } });
    const peer = server.dial("userId=a");
    peer.link?.backlog(2_000_000);
    for (let turn = 0; turn < 5; turn += 1) await server.publish("order_created", turn);
    const paused = await scrape(server);
    expect(value(paused, "ws_sessions_current", { state: "paused" })).toBe(1);
    expect(value(paused, "ws_pauses_total")).toBe(1);
    peer.link?.backlog(0);
    const families = await scrape(server);
    expect(value(families, "ws_sessions_current", { state: "paused" })).toBe(0);
    expect(reading(families, "ws_syncs_total")).toEqual({ overflow: 1 });
  });

  test("the application's publishes count by stream and outcome, the store by what it holds", async () => {
    const server = await localServer();
    for (let turn = 0; turn < 2; turn += 1) {
      await server.server.publish({
        event: "order_created",
        payload: 1,
        scopes: [DEMO, { user: "a" }],
        idempotencyKey: "k",
      });
    }
    server.clock.advance(2_000);
    const families = await scrape(server);
    expect(reading(families, "ws_publishes_total")).toEqual({ appended: 2, duplicate: 2 });
    expect(value(families, "ws_store_history_events")).toBe(2);
    expect(value(families, "ws_store_history_bytes")).toBeGreaterThan(200);
    expect(value(families, "ws_store_outcomes")).toBe(2);
  });

  test("the time of a handler is in the latency of a message that it lets publish", async () => {
    let decide: (decision: MessageDecision) => void = () => undefined;
    const decision = new Promise<MessageDecision>((resolve) => (decide = resolve));
    const server = await localServer({ onMessage: () => decision });
    const peer = server.dial("userId=a");
    peer.message(uuid(1));
    server.clock.advance(1_500);
    decide({ outcome: "publish" });
    await eventually(() => {
      server.clock.settle();
      expect(peer.of("MESSAGE_ACK").length).toBe(1);
    });
    expect(value(await scrape(server), "ws_latency_seconds_sum")).toBeCloseTo(1.5);
  });
});

describe("logs", () => {
  test("one line for a session that begins and one for its end, with the code", async () => {
    const lines: unknown[][] = [];
    const level = (name: string) => (about: object, message: string) => {
      lines.push([name, message, about]);
    };
    const logger = {
      ...silentLogger,
      debug: level("debug"),
      info: level("info"),
      warn: level("warn"),
    };
    const server = await localServer({ logger, limits: { connectionsPerMinute: 1 } });
    const peer = server.dial("userId=ana");
    const { sessionId } = peer.last("CONNECT");
    server.dial("userId=ana"); // one too many
    server.clock.advance(2_000);
    peer.link?.close(4_321);
    expect(lines).toEqual([
      ["info", "a session is open", { sessionId, userId: "ana" }],
      ["debug", "a connection was not admitted", { userId: "ana", code: 4003, openMs: 0 }],
      ["info", "a session is over", { sessionId, userId: "ana", code: 4_321, openMs: 2_000 }],
    ]);
  });
});
