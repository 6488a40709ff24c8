// Clients that exist and cannot be changed: plain WebSocket scripts that do what the fixtures say.

import { spawn, type ChildProcess } from "node:child_process";
import { fileURLToPath } from "node:url";

import { afterEach, expect, it } from "vitest";

import { wireRun, type WireRun } from "./testing/wire-run.js";

const SCRIPT = fileURLToPath(new URL("./testing/fixture-client.mjs", import.meta.url));
const scripts: ChildProcess[] = [];

afterEach(() => {
  for (const script of scripts.splice(0)) script.kill();
});

function fixture(name: string): string {
  return fileURLToPath(new URL(`../../server/fixtures/${name}.jsonl`, import.meta.url));
}

interface Met extends WireRun {
  readonly printed: string;
}

/** One run with the fixture's client, whose idle times are divided by `speed`. */
async function met(name: string, speed: number, hangMs: number): Promise<Met> {
  let printed = "";
  const run = await wireRun({
    hangMs,
    idleMs: 5_000,
    meet: (url) => {
      const args = [SCRIPT, fixture(name), url, String(speed)];
      const script = spawn(process.execPath, args, { stdio: ["ignore", "pipe", "inherit"] });
      scripts.push(script);
      script.stdout.on("data", (chunk: Buffer) => {
        printed += chunk.toString();
      });
    },
  });
  return { ...run, printed };
}

it("RECON-21 LIVE-1 a client that pings with texts is served, and told truthfully what it lacks", async () => {
  const run = await met("text-ping-client", 100, 2_500);
  expect(run.printed).toContain("all steps done");
  expect(run.code).toBe(1);
  expect(run.with("fail").toSorted()).toEqual([
    "wire/comes-back", // one connection in its life
    "wire/heartbeats-keep-the-interval", // its pings are texts, and rare
    "wire/intent-age-rises",
    "wire/offers-v1",
    "wire/sends-a-device-id",
    "wire/types-are-named", // something_else
  ]);
  expect(run.with("pass").toSorted()).toEqual([
    "wire/answers-pings",
    "wire/dials-with-its-user",
    "wire/frames-are-json-objects",
    "wire/silent-before-connect",
    "wire/token-stays-out-of-the-url",
    "wire/types-are-known",
  ]);
  expect(run.result.endedEarly).toBe("the client did not come back within 5 s");
  expect(run.of("wire/gap-is-asked-for").failure?.problem).toContain("did not come back");
  expect(run.result.notes?.join("\n")).toMatch(/not reached: .*ACK-2 .*SYNC-2 /u);
});

it("LIVE-1 a minimal presence client beats too rarely", async () => {
  const run = await met("minimal-presence-client", 10, 1_000);
  const beats = run.of("wire/heartbeats-keep-the-interval");
  expect(beats).toMatchObject({ verdict: "fail", failure: { kind: "missing" } });
  expect(run.with("fail").toSorted()).toEqual([
    "wire/comes-back",
    "wire/heartbeats-keep-the-interval",
    "wire/intent-age-rises",
    "wire/offers-v1",
    "wire/sends-a-device-id",
  ]);
});

it("RECON-23 a client that takes its leave is not blamed for what it had no time for", async () => {
  const run = await met("minimal-presence-client", 1_000, 5_000);
  expect(run.printed).toContain("all steps done");
  expect(run.of("wire/heartbeats-keep-the-interval")).toMatchObject({ verdict: "n/a" });
  expect(run.of("wire/comes-back")).toMatchObject({ verdict: "n/a" });
  expect(run.result.endedEarly).toBe(
    "the client took its leave (DISCONNECT) and did not come back within 5 s",
  );
  expect(run.with("fail").toSorted()).toEqual([
    "wire/intent-age-rises",
    "wire/offers-v1",
    "wire/sends-a-device-id",
  ]);
});

it("CONN-2 a client without a user is closed with 1002 and reported as that", async () => {
  const run = await met("missing-user", 1, 1_000);
  expect(run.printed).toContain("all steps done");
  expect(run.code).toBe(1);
  expect(run.of("wire/dials-with-its-user")).toMatchObject({
    verdict: "fail",
    failure: { requirements: ["CONN-2"] },
  });
  expect(run.with("pass")).toEqual(["wire/token-stays-out-of-the-url"]);
  expect(run.result.endedEarly).toBe("no client with a userId came within 5 s");
  expect(run.board.state.hints.join()).toContain("without a usable userId");
});

it("RECON-21 a client that is started afresh for each case shows what one connection cannot", async () => {
  const run = await wireRun({
    hangMs: 1_500,
    cases: [
      "wire/heartbeats-*",
      "wire/gap-is-*",
      "wire/returns-after-1001",
      "wire/stops-after-4501",
    ],
    command: [process.execPath, SCRIPT, fixture("text-ping-client"), "{url}", "100"],
  });
  expect(run.with("fail")).toEqual([
    "wire/heartbeats-keep-the-interval",
    "wire/gap-is-asked-for",
    "wire/returns-after-1001",
  ]);
  expect(run.of("wire/gap-is-asked-for").failure?.requirements).toEqual(["ACK-2"]);
  expect(run.of("wire/stops-after-4501").verdict).toBe("pass");
  expect(run.of("wire/gap-is-asked-for").stderr).toContain("done ");
});
