import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { parse } from "yaml";
import { VirtualClock } from "./clock.js";
import type { ServerOptions } from "./server.js";
import { memoryStore } from "./stores/memory.js";
import { readExposition } from "./testing/exposition.js";
import { localServer, uuid, type LocalServer } from "./testing/local-server.js";
import type { AlertRule } from "./testing/operations.js";
import { evaluate, type Scrape } from "./testing/promql-value.js";
import { parseExpression } from "./testing/promql.js";
import { wrapped } from "./testing/wrapped.js";
import { eventually } from "./testing/eventually.js";

const FILE = new URL("../docs/operations/alerts.yaml", import.meta.url);
const ALERTS = (parse(readFileSync(FILE, "utf8")) as { groups: { rules: AlertRule[] }[] }).groups
  .flatMap(({ rules }) => rules)
  // Not the server's own: whether it answers, and how busy the process of these tests is.
  .filter(({ alert }) => !["LatidoDown", "LatidoEventLoopLag"].includes(alert));
/** Closed as soon as it is dialled. */
const NOBODY = "http://127.0.0.1:9/";

async function scrape({ transport, clock }: LocalServer): Promise<Scrape> {
  const { body } = await transport.http({ path: "/metrics" });
  return { at: clock.now() / 1_000, families: readExposition(body) };
}

/** Names of the alerts that hold after what happens in the meantime, which lasts five minutes at least. */
async function firing(
  options: Partial<ServerOptions>,
  happens: (server: LocalServer) => void | Promise<void>,
): Promise<string[]> {
  const server = await localServer({ webhook: { url: NOBODY, failures: 1 }, ...options });
  const first = await scrape(server);
  await happens(server);
  server.clock.advance(Math.max(0, 300_000 - server.clock.now()));
  const scrapes = [first, await scrape(server)];
  return ALERTS.filter(({ expr }) => evaluate(parseExpression(expr), scrapes).length > 0).map(
    ({ alert }) => alert,
  );
}

/** Tasks run so late. */
class LateClock extends VirtualClock {
  override defer(task: () => void): void {
    this.alarm(task).set(this.now() + 400);
  }
}

describe("alerts", () => {
  test("are quiet where nobody is and where everything goes its way", async () => {
    expect(await firing({}, () => undefined)).toEqual([]);
    const calm = await firing({}, async ({ dial, publish }) => {
      const peers = ["a", "b", "c"].map((name) => dial(`userId=${name}&deviceId=${name}`));
      for (let minute = 0; minute < 5; minute += 1) {
        await publish("order_created", { minute });
        for (const peer of peers) {
          peer.send({ type: "HEARTBEAT" });
          const { stream, epoch } = peer.last("EVENT");
          peer.send({ type: "ACK", streams: [{ stream, epoch, lastEventId: minute + 1 }] });
        }
        peers[0]?.idle(59_000);
      }
    });
    expect(calm).toEqual([]);
  });

  test("the breaker opens", async () => {
    const fires = await firing({}, async ({ dial, server, transport }) => {
      const peer = dial("userId=a");
      peer.message(uuid(1));
      await eventually(async () => {
        const { body } = await transport.http({ path: "/metrics" });
        expect(body).toContain("ws_upstream_state 2");
      });
      expect(server.connections).toBe(1);
      peer.isMute = false;
      peer.idle(300_000, 1_000);
    });
    expect(fires).toContain("LatidoBreakerOpen");
  });

  test("clients read too slowly", async () => {
    const fires = await firing({ timers: { slowConsumerMs: 600_000 } }, async (server) => {
      for (const name of ["a", "b"]) server.dial(`userId=${name}`).link?.backlog(2_000_000);
      await server.publish("order_created", {});
      server.dial("userId=c").idle(300_000, 1_000);
    });
    expect(fires).toEqual(["LatidoSlowConsumers"]);
  });

  test("a server drains", async () => {
    const fires = await firing({}, (server) => {
      void server.server.close();
    });
    expect(fires).toEqual(["LatidoDraining"]);
  });

  test("the store fails", async () => {
    const store = memoryStore();
    const heads = (): Promise<never> => Promise.reject(new Error("away"));
    const away = { ...store, healthy: () => false, log: wrapped(store.log, { heads }) };
    const fires = await firing({ store: away }, async ({ dial, failures }) => {
      dial("userId=a");
      await eventually(() => {
        expect(failures).not.toEqual([]);
      });
    });
    expect(fires).toEqual(["LatidoStoreUnhealthy", "LatidoFaults", "LatidoShedding"]);
  });

  test("events leave late", async () => {
    const fires = await firing({ clock: new LateClock() }, async (server) => {
      server.dial("userId=a");
      await server.publish("order_created", {});
      server.clock.advance(1_000);
    });
    expect(fires).toEqual(["LatidoSlowDelivery"]);
  });

  test("clients come back again and again", async () => {
    const fires = await firing({ limits: { connectionsPerMinute: 0 } }, ({ dial }) => {
      for (let turn = 0; turn < 120; turn += 1) {
        dial(`userId=u${turn % 10}&deviceId=d&attempt=${turn}`).link?.drop();
      }
    });
    expect(fires).toEqual(["LatidoReconnectSurge"]);
  });

  test("clients send what is refused", async () => {
    const fires = await firing({ limits: { violations: 100_000 } }, ({ dial }) => {
      const peer = dial("userId=a");
      for (let turn = 0; turn < 60; turn += 1) peer.send("{");
    });
    expect(fires).toEqual(["LatidoErrorRate"]);
  });

  test("clients exceed their rates", async () => {
    const fires = await firing({ limits: { syncsPerMinute: 1 } }, ({ dial }) => {
      for (const name of ["a", "b", "c", "d"]) {
        const peer = dial(`userId=${name}`);
        const { stream } = peer.last("CONNECT").streams[0] ?? { stream: "" };
        for (let turn = 0; turn < 101; turn += 1) peer.sync(stream, 0);
      }
    });
    expect(fires).toEqual(["LatidoRateLimiting"]);
  });
});
