import { describe, expect, test, vi } from "vitest";

import {
  type ApplicationEvent,
  memoryPositions,
  type Notice,
  UsageError,
} from "../../../generated/typescript/client/index.js";
import { connected } from "./client-bench.js";
import { EPOCH, eventFrame, ORDERS } from "./session-probe.js";
import { settle } from "./virtual-clock.js";

describe("events", () => {
  test("LIB-1, LIB-9: listeners hear their event, the wildcard hears every one", async () => {
    const { server, client } = await connected();
    const orders: number[] = [];
    const all: ApplicationEvent[] = [];
    const off = client.on("order_created", ({ payload }) => void orders.push(payload.n));
    client.on("*", (event) => void all.push(event));
    server.last.send(eventFrame(1)).send(eventFrame(2, { event: "chat", payload: "hi" }));
    off();
    server.last.send(eventFrame(3));
    expect(orders).toEqual([1]);
    expect(all.map(({ eventId }) => eventId)).toEqual([1, 2, 3]);
    expect(all[0]).toEqual({
      stream: ORDERS,
      epoch: EPOCH,
      eventId: 1,
      event: "order_created",
      payload: { n: 1 },
      scope: { place: "demo" },
      module: "orders",
    });
  });

  test("STREAM-14: a listener's promise holds up the next event of the stream", async () => {
    const { server, client } = await connected();
    const seen: number[] = [];
    const waiting: (() => void)[] = [];
    client.on("order_created", ({ eventId }) => {
      seen.push(eventId);
      return new Promise((resolve) => waiting.push(resolve));
    });
    server.last.send(eventFrame(1)).send(eventFrame(2));
    await settle();
    expect(seen).toEqual([1]);
    waiting[0]?.();
    await settle();
    expect(seen).toEqual([1, 2]);
  });

  test("STREAM-17: one listener that throws does not keep the event from the others", async () => {
    const { server, client } = await connected();
    const notices: Notice[] = [];
    const seen: number[] = [];
    client.onNotice((notice) => notices.push(notice));
    client.on("order_created", () => Promise.reject(new Error("first")));
    client.on("order_created", () => {
      throw new Error("second");
    });
    client.on("*", ({ eventId }) => void seen.push(eventId));
    server.last.send(eventFrame(1)).send(eventFrame(2));
    await settle();
    expect(seen).toEqual([1, 2]);
    expect(notices).toMatchObject([
      { kind: "handler_failed", eventId: 1, problem: "first" },
      { kind: "handler_failed", eventId: 2, problem: "first" },
    ]);
  });

  test("STREAM-17: a listener that throws at once is reported", async () => {
    const { server, client } = await connected();
    const notices: Notice[] = [];
    client.onNotice((notice) => notices.push(notice));
    client.on("order_created", () => {
      throw new Error("at once");
    });
    server.last.send(eventFrame(1));
    expect(notices).toMatchObject([{ kind: "handler_failed", problem: "at once" }]);
  });

  test("LIB-1: an async iterator gives one event at a time and holds up the stream", async () => {
    const { server, client } = await connected();
    const iterator = client.events("order_created");
    server.last.send(eventFrame(1)).send(eventFrame(2));
    expect((await iterator.next()).value).toMatchObject({ eventId: 1 });
    await settle();
    expect(client.statistics().eventsDelivered).toBe(1);
    expect((await iterator.next()).value).toMatchObject({ eventId: 2 });
    const pending = iterator.next();
    await iterator.return?.();
    expect(await pending).toEqual({ done: true, value: undefined });
    server.last.send(eventFrame(3));
    await settle();
    expect(client.statistics().eventsDelivered).toBe(3);
  });

  test("POS-2: an event that a loop never saw is not processed when the client ends", async () => {
    const positions = memoryPositions();
    const { server, client } = await connected({ positions });
    client.events();
    server.last.send(eventFrame(1)).send(eventFrame(2));
    await client.disconnect();
    await settle();
    expect(positions.load()).toMatchObject([{ lastEventId: 0 }]);
  });

  test("LIB-12: disconnect ends a loop over events", async () => {
    const { server, client } = await connected();
    const seen: number[] = [];
    const loop = (async () => {
      for await (const { eventId } of client.events()) seen.push(eventId);
    })();
    server.last.send(eventFrame(1));
    await settle();
    await client.disconnect();
    await loop;
    expect(seen).toEqual([1]);
  });

  test("LIB-1: a loop ends when the server closes the client, and one that begins then is over", async () => {
    const { server, client } = await connected();
    const pending = client.events().next();
    server.last.end(4501, "not yours");
    expect(await pending).toEqual({ done: true, value: undefined });
    expect(await client.events().next()).toEqual({ done: true, value: undefined });
  });

  test("STREAM-14: a loop that was left while another listener was busy holds nothing up", async () => {
    const { server, client } = await connected();
    const seen: number[] = [];
    let release = (): void => undefined;
    client.on("order_created", ({ eventId }) => {
      seen.push(eventId);
      return new Promise((resolve) => (release = resolve));
    });
    const iterator = client.events("order_created");
    server.last.send(eventFrame(1)).send(eventFrame(2));
    await settle();
    await iterator.return?.();
    release();
    await settle();
    expect(seen).toEqual([1, 2]);
  });

  test("LIB-1: a throttled listener hears the first and then the latest, and holds up nothing", async () => {
    const { server, clock, client } = await connected();
    const seen: number[] = [];
    client.on("order_created", ({ eventId }) => void seen.push(eventId), { throttleMs: 1_000 });
    for (const id of [1, 2, 3]) server.last.send(eventFrame(id));
    expect(seen).toEqual([1]);
    await clock.elapse(999);
    expect(seen).toEqual([1]);
    await clock.elapse(1);
    expect(seen).toEqual([1, 3]);
    await clock.elapse(1_000);
    server.last.send(eventFrame(4));
    expect(seen).toEqual([1, 3, 4]);
    expect(() => client.on("chat", () => undefined, { throttleMs: 0 })).toThrow(UsageError);
  });

  test("REFRESH-18: of several reloads the lowest reported id counts, and none if one reports none", async () => {
    const positions = memoryPositions();
    const { server, client } = await connected({ positions });
    const refresh = { type: "FULL_REFRESH", stream: ORDERS, epoch: EPOCH } as const;
    client.onFullRefresh(() => ({ lastEventId: 9 }));
    const off = client.onFullRefresh(() => Promise.resolve({ lastEventId: 7 }));
    server.last.send({ ...refresh, lastEventId: 5, reason: "overflow" });
    await settle();
    expect(positions.load()).toMatchObject([{ lastEventId: 7 }]);
    off();
    client.onFullRefresh(() => undefined);
    server.last.send({ ...refresh, lastEventId: 8, reason: "overflow" });
    await settle();
    expect(positions.load()).toMatchObject([{ lastEventId: 8 }]);
  });

  test("REFRESH-22: a reload that throws is retried and told", async () => {
    const { server, clock, client } = await connected();
    const notices: Notice[] = [];
    client.onNotice((notice) => notices.push(notice));
    const reload = vi
      .fn(() => undefined)
      .mockImplementationOnce(() => {
        throw new Error("no network");
      });
    client.onFullRefresh(reload);
    server.last.send({
      type: "FULL_REFRESH",
      stream: ORDERS,
      epoch: EPOCH,
      lastEventId: 5,
      reason: "overflow",
    });
    await clock.elapse(1_000);
    expect(reload).toHaveBeenCalledTimes(2);
    expect(notices).toMatchObject([
      { kind: "reload_failed", problem: "no network", retryInMs: 1_000 },
      { kind: "refreshed" },
    ]);
  });
});
