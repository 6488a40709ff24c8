import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, describe, expect, it } from "vitest";
import { starterContract } from "../codegen/starter-contract.js";
import { run } from "./program.js";

const folder = mkdtempSync(join(tmpdir(), "latido-diff-"));
const deployed = contract("old.yaml");

/** The starter contract with some of its lines changed. */
function contract(name: string, ...edits: readonly (readonly [string, string])[]): string {
  const file = join(folder, name);
  let text = starterContract(file);
  for (const [from, to] of edits) {
    if (!text.includes(from)) throw new Error(`the starter no longer holds ${from}`);
    text = text.replace(from, () => to);
  }
  writeFileSync(file, text);
  return file;
}

async function diff(...args: string[]): Promise<{ code: number; out: string; err: string }> {
  let out = "";
  let err = "";
  process.exitCode = 0;
  const code = await run(["diff", ...args], {
    out: (text) => {
      out += text;
    },
    err: (text) => {
      err += text;
    },
  });
  return { code, out, err };
}

afterEach(() => {
  process.exitCode = 0;
});

describe("latido diff", () => {
  it("ends 0 and says so when nothing changed", async () => {
    expect(await diff(deployed, deployed)).toEqual({ code: 0, out: "nothing changed\n", err: "" });
  });

  it("ends 0 on a change that breaks nobody", async () => {
    const next = contract("gift.yaml", [
      "        note:",
      "        gift:\n          type: boolean\n        note:",
    ]);
    const { code, out } = await diff(deployed, next);
    expect(out).toBe(
      "breaks nobody   OrderCreated.gift: optional field added (in event order_created) — older peers ignore it\n" +
        "1 change: 0 break clients, 0 break servers, 1 break nobody\n",
    );
    expect(code).toBe(0);
  });

  it("ends 1 on a break, names pair and reason, and puts the worst first", async () => {
    const next = contract(
      "mixed.yaml",
      ["x-module: orders", "x-module: sales"],
      ["maxLength: 500", "maxLength: 50"],
      ["action: send", "action: receive"],
    );
    const { code, out } = await diff(deployed, next);
    expect(code).toBe(1);
    const lines = out.trimEnd().split("\n");
    expect(lines).toEqual([
      "breaks both     event order_created: module orders → sales — old client × new server: a token that grants orders no longer brings the event; new client × old server: a token that grants sales does not bring the event yet",
      "breaks clients  event chat_message: clients may no longer send it — old client × new server: a new server answers it with ERROR unsupported_event",
      "breaks servers  OrderCreated.note: maxLength 500 → 50 (in event order_created) — new client × old server: an old server may send what a new client refuses",
      "3 changes: 2 break clients, 2 break servers, 0 break nobody",
    ]);
  });

  it("lets servers break where they are updated first", async () => {
    const next = contract("grown.yaml", ["action: receive", "action: send"]);
    expect(await diff(deployed, next)).toMatchObject({ code: 1 });
    expect(await diff(deployed, next, "--servers-first")).toMatchObject({ code: 0 });
    const less = contract("less.yaml", ["action: send", "action: receive"]);
    expect(await diff(deployed, less, "--servers-first")).toMatchObject({ code: 1 });
  });

  it("tells a machine the same", async () => {
    const next = contract("long.yaml", ["maxLength: 2000", "maxLength: 20"], ["1.0.0", "2.0.0"]);
    const { code, out } = await diff(deployed, next, "--json");
    expect(code).toBe(1);
    expect(JSON.parse(out)).toEqual({
      old: { file: deployed, title: "My events", version: "1.0.0" },
      new: { file: next, title: "My events", version: "2.0.0" },
      breaks: ["clients", "servers"],
      changes: [
        {
          subject: "ChatMessage.text",
          change: "maxLength 2000 → 20",
          in: ["event chat_message"],
          breaks: [
            {
              breaks: "clients",
              pair: "old client × new server",
              why: "an old client may send what a new server refuses",
            },
            {
              breaks: "servers",
              pair: "new client × old server",
              why: "an old server may send what a new client refuses",
            },
          ],
        },
      ],
    });
  });

  it.each([
    [[deployed], /missing required argument 'new'.*latido diff --help/u],
    [[deployed, join(folder, "none.yaml")], /none\.yaml is missing; name an AsyncAPI document/u],
    [[deployed, folder], /is not a file; name an AsyncAPI document/u],
    [[deployed, "asyncapi.yaml"], /the second contract is the protocol itself/u],
    [
      [deployed, contract("wrong.yaml", ["x-module: orders", "x-modul: orders"])],
      /wrong\.yaml:\d+:\d+: .*x-module/u,
    ],
  ])("%j ends 2 with one line", async (args, message) => {
    const { code, out, err } = await diff(...args);
    expect({ code, out }).toEqual({ code: 2, out: "" });
    expect(err).toMatch(message);
    expect(err.trim().split("\n")).toHaveLength(1);
  });

  it("explains the pairs in its help", async () => {
    const { code, out } = await diff("--help");
    expect(code).toBe(0);
    expect(out).toContain("old client × new server");
    expect(out).toContain("Exit codes: 0 no break, 1 a break, 2 wrong use");
  });
});
