import { describe, expect, test } from "vitest";
import type { ServerOptions } from "./server.js";
import { readExposition, type Family } from "./testing/exposition.js";
import { localServer, uuid, type LocalServer } from "./testing/local-server.js";

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
});
