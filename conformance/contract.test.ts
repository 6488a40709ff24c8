import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";

import { FRAME_SCHEMAS, loadContract } from "./contract.js";
import { commandProblem, readTesteeLine } from "./driver/protocol.js";
import { connectFrame } from "./driven/connect-frame.js";
import { member } from "./json.js";
import { packageRoot } from "./package-root.js";

const contract = loadContract();

describe("the contract as the oracle reads it", () => {
  it("knows every frame schema of schemas/, under the type that it is for", () => {
    const folder = join(packageRoot(), "schemas");
    const known = Object.values(FRAME_SCHEMAS).flatMap((types) => Object.entries(types));
    for (const [type, file] of known) {
      const schema: unknown = JSON.parse(readFileSync(join(folder, file), "utf8"));
      expect(member(member(member(schema, "properties"), "type"), "const"), file).toBe(type);
    }
    const frames = readdirSync(folder).filter((file) => {
      const schema: unknown = JSON.parse(readFileSync(join(folder, file), "utf8"));
      return String(member(schema, "title")).endsWith("Frame");
    });
    expect(frames.sort()).toEqual(known.map(([, file]) => file).sort());
  });

  it("accepts the scripted server's CONNECT, with small times and all", () => {
    const frame = { timestamp: "2026-03-01T12:00:00Z", ...connectFrame("u", "s", {}) };
    expect(contract.judgeFrame("server-to-client", frame)).toEqual({ kind: "valid" });
  });

  it("tells unknown types, broken frames and foreign directions apart", () => {
    expect(contract.judgeFrame("client-to-server", { type: "HEARTBEAT" }).kind).toBe("valid");
    expect(contract.judgeFrame("client-to-server", { type: "EVENT" }).kind).toBe("unknown");
    expect(contract.judgeFrame("client-to-server", { type: "toString" }).kind).toBe("unknown");
    expect(contract.judgeFrame("client-to-server", { type: 7 }).kind).toBe("invalid");
    expect(contract.judgeFrame("client-to-server", { type: "MESSAGE" }).kind).toBe("invalid");
  });
});

describe("the driver protocol's schema", () => {
  it.each<[string, object]>([
    ["a reply", { re: 1, ok: true }],
    ["an error reply", { re: 1, ok: false, error: { code: "internal", message: "x" } }],
    ["a state", { n: 1, event: "state", state: "connected" }],
    ["an event of the adapter's own", { n: 1, event: "x-memory", bytes: 7 }],
  ])("takes %s", (_what, line) => {
    expect(readTesteeLine(JSON.stringify(line)).kind).not.toBe("bad");
  });

  it.each<[string, object | string]>([
    ["no JSON", "Connecting..."],
    ["a list", "[]"],
    ["neither re nor n", { ok: true }],
    ["an error reply without error", { re: 1, ok: false }],
    ["a state that has no such name", { n: 1, event: "state", state: "online" }],
    ["backoff without its delay", { n: 1, event: "state", state: "backoff" }],
    ["a failed result without a reason", { n: 1, event: "result", key: "a", status: "failed" }],
    ["an unknown event", { n: 1, event: "progress" }],
    ["a counter that is text", { n: "1", event: "state", state: "idle" }],
  ])("refuses %s", (_what, line) => {
    expect(readTesteeLine(typeof line === "string" ? line : JSON.stringify(line)).kind).toBe("bad");
  });

  it("judges the runner's own commands too", () => {
    expect(commandProblem({ id: 1, cmd: "fence" })).toBeUndefined();
    expect(commandProblem({ id: 1, cmd: "open" })).toContain("url");
    expect(commandProblem({ id: 1, cmd: "dance" })).toBeDefined();
  });
});
