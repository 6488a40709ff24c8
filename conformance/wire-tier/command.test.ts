// `latido conformance client --listen` as a process of its own.

import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { mkdtempSync, readFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

import { afterEach, beforeAll, describe, expect, it } from "vitest";
import { WebSocket } from "ws";

import { bundledCommand, latido, startLatido, type Started } from "../command.test-support.js";

const LISTEN = ["conformance", "client", "--listen", "0"];
const ETERNAL = fileURLToPath(new URL("./testing/eternal-client.mjs", import.meta.url));
const sockets: WebSocket[] = [];

beforeAll(async () => {
  await bundledCommand();
});

afterEach(() => {
  for (const socket of sockets.splice(0)) socket.terminate();
});

/** Starts a run and dials it once it listens. */
async function started(...flags: readonly string[]): Promise<{ run: Started; url: string }> {
  let printed = "";
  const run = await startLatido([...LISTEN, ...flags]);
  run.process.stdout?.on("data", (chunk: Buffer) => (printed += chunk.toString()));
  await run.printed("watch the checklist");
  const [url = ""] = /ws:\/\/\S+/u.exec(printed) ?? [];
  return { run, url };
}

function dial(url: string): WebSocket {
  const socket = new WebSocket(`${url}?userId=ana&deviceId=tablet&attempt=1&intentAgeMs=0`, [
    "latido.v1",
  ]);
  sockets.push(socket);
  socket.on("error", () => undefined);
  return socket;
}

interface Report {
  readonly tier: string;
  readonly endedEarly?: string;
  readonly cases: readonly { readonly id: string; readonly verdict: string }[];
  readonly notes: readonly string[];
}

describe("latido conformance client --listen", () => {
  it("says where it listens, what it waits for and what to try; nobody comes: exit 3", async () => {
    const ended = await latido([...LISTEN, "--idle-ms", "600"]);
    expect(ended.code).toBe(3);
    expect(ended.out).toMatch(/^point the client at ws:\/\/127\.0\.0\.1:\d+\/$/mu);
    expect(ended.out).toContain("--host 0.0.0.0");
    expect(ended.out).toContain("the client's address begins with ws://, not wss://");
    expect(ended.out).toContain("the run ended early: no client came within 0.6 s");
    expect(ended.out).not.toContain("\u001b");
    expect(ended.out.split("\n").length).toBeLessThan(40);
  });

  it("reports what was judged so far when it is interrupted", async () => {
    const out = mkdtempSync(join(tmpdir(), "latido-wire-"));
    const { run, url } = await started("--out", out, "--hang-ms", "300");
    dial(url);
    await run.printed("HEARTBEATs come at the announced interval");
    run.process.kill("SIGINT");
    const ended = await run.ended;
    expect(ended.code).toBe(1);
    expect(ended.out).toContain("the run ended early: interrupted");
    const report = JSON.parse(readFileSync(join(out, "results.json"), "utf8")) as Report;
    expect(report).toMatchObject({ tier: "wire", endedEarly: "interrupted" });
    const verdicts = new Map(report.cases.map((each) => [each.id, each.verdict]));
    expect(verdicts.get("wire/heartbeats-keep-the-interval")).toBe("fail");
    expect(verdicts.get("wire/gap-is-asked-for")).toBe("n/a");
    expect(verdicts.get("wire/dials-with-its-user")).toBe("pass");
    expect(report.notes.join("\n")).toContain("need the driven tier");
  });

  it("prints one JSON document with --json, and everything else on standard error", async () => {
    const ended = await latido([...LISTEN, "--idle-ms", "300", "--json"]);
    expect(JSON.parse(ended.out)).toMatchObject({ tier: "wire", exitCode: 3 });
    expect(ended.err).toContain("point the client at");
  });

  it("starts a command afresh for each case", async () => {
    const cases = ["--case", "wire/returns-after-1001", "--case", "wire/stops-after-4501"];
    const command = [process.execPath, ETERNAL, "{url}", "0"];
    const ended = await latido([...LISTEN, ...cases, "--", ...command]);
    expect(ended.out).toMatch(/^pass .*wire\/returns-after-1001$/mu);
    expect(ended.out).toMatch(/^fail .*wire\/stops-after-4501: it came, and must not$/mu);
    expect(ended.code).toBe(1);
  });

  it("says so when the command never dials", async () => {
    const ended = await latido([
      ...LISTEN,
      "--",
      process.execPath,
      "-e",
      "process.exit(9)",
      "{url}",
    ]);
    expect(ended.code).toBe(3);
    expect(ended.out).toContain("exited with code 9 before it had dialled");
    expect(ended.out).toContain("ended 3 times in a row before it had dialled");
  });

  it.each([
    [["--listen", "70000"], "--listen takes a port from 0 to 65535, not 70000"],
    [["--listen", "0", "--host", "192.0.2.1"], "--host 192.0.2.1 is no address of this machine"],
    [["--listen", "0", "--idle-ms", "0"], "--idle-ms takes at least 1"],
    [["--listen", "0", "--jobs", "2"], "--repeat, --shuffle and --jobs need an adapter"],
    [["--listen", "0", "--case", "no/such"], "--case no/such matches no case of the wire tier"],
    [["--listen", "0", "--", "node", "client.js"], "needs {url} where its address belongs"],
    [["--listen", "0", "--", "no-such-program", "{url}"], "cannot start the client's command"],
    [["--host", "0.0.0.0"], "--host and --idle-ms belong to --listen PORT"],
  ])("%j is wrong use: one line, exit 2", async (flags, problem) => {
    const ended = await latido(["conformance", "client", ...flags]);
    expect(ended.code).toBe(2);
    expect(ended.err.trimEnd().split("\n")).toHaveLength(1);
    expect(ended.err).toContain(problem);
  });

  it("a port in use is wrong use: one line, exit 2", async () => {
    const other = createServer();
    await new Promise<void>((resolve) => {
      other.listen(0, "127.0.0.1", resolve);
    });
    const port = String((other.address() as AddressInfo).port);
    const ended = await latido(["conformance", "client", "--listen", port]);
    other.close();
    expect(ended).toMatchObject({ code: 2 });
    expect(ended.err).toContain(`port ${port} is in use; take another, or 0 for any`);
  });
});
