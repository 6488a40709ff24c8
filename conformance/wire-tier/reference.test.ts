// The TypeScript reference client, as an application would use it, before the wire tier.

import { spawn, type ChildProcess } from "node:child_process";
import { fileURLToPath } from "node:url";

import { afterEach, expect, it } from "vitest";

import { createClient, type Client } from "../../generated/typescript/client/index.js";
import { wireRun } from "./testing/wire-run.js";

const clients: Client[] = [];
const children: ChildProcess[] = [];
const timers: NodeJS.Timeout[] = [];

afterEach(async () => {
  for (const timer of timers.splice(0)) clearInterval(timer);
  for (const child of children.splice(0)) child.kill();
  await Promise.all(
    clients.splice(0).map(async (client) => {
      await client.disconnect();
    }),
  );
});

/** An application that does a little of everything. */
function busy(url: string, userId: string): Client {
  const client = createClient({
    url,
    userId,
    token: () => "a-token-that-stays-secret",
    connectTimeoutMs: 1_500,
  });
  clients.push(client);
  client.on("*", () => undefined);
  client.onFullRefresh(() => Promise.resolve({}));
  client.setPresence({ status: "away" });
  void client.connect().catch(() => undefined);
  timers.push(
    setInterval(() => {
      void client.send("chat_message", { text: "hello" }).catch(() => undefined);
    }, 300),
  );
  return client;
}

it("LIB-1 the reference client passes whatever it is handed", async () => {
  const run = await wireRun({
    idleMs: 2_000,
    meet: (url) => {
      busy(url, "waiter-1");
    },
  });
  expect(run.with("fail", "warn", "untestable", "inconclusive", "error")).toEqual([]);
  // One code ended it, and nobody connected it again by hand.
  const untried = run.with("n/a");
  expect(untried.every((id) => /stop|disconnect-frame|reconnect-false/u.test(id))).toBe(true);
  expect(run.code).toBe(0);
  expect(run.result.endedEarly).toBeUndefined();
  expect(JSON.stringify(run.result)).not.toContain("a-token-that-stays-secret");
  expect(run.result.unseen).toContain("STREAM-6");
});

it("RECON-22 an application that connects again by hand is handed the next code", async () => {
  const run = await wireRun({
    cases: ["wire/stops-after-4501", "wire/stops-after-1002", "wire/intent-age-rises"],
    idleMs: 3_000,
    meet: (url) => {
      const again = (): void => {
        const client = createClient({ url, userId: "waiter-1", deviceId: "tablet" });
        clients.push(client);
        client.onState(({ state }) => {
          if (state === "closed") timers.push(setTimeout(again, 2_000));
        });
        void client.connect().catch(() => undefined);
      };
      again();
    },
  });
  expect(run.with("pass")).toEqual(["wire/stops-after-4501", "wire/stops-after-1002"]);
});

it("RECON-30 a client that dials after a stop fails, also when it waits a while", async () => {
  const eager = await wireRun({
    cases: ["wire/stops-after-*"],
    idleMs: 3_000,
    meet: (url) => {
      const child = spawn(process.execPath, [ETERNAL, url, "0"], { stdio: "inherit" });
      children.push(child);
    },
  });
  expect(eager.with("fail")).toHaveLength(13);
  const late = await wireRun({
    cases: ["wire/stops-after-4501", "wire/stops-after-1002"],
    idleMs: 6_000,
    meet: (url) => {
      const child = spawn(process.execPath, [ETERNAL, url, "3000"], { stdio: "inherit" });
      children.push(child);
    },
  });
  expect(late.of("wire/stops-after-4501").failure?.requirements).toEqual(["RECON-30"]);
});

const ETERNAL = fileURLToPath(new URL("./testing/eternal-client.mjs", import.meta.url));
