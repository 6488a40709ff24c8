import { mkdtempSync, readFileSync, readdirSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, describe, expect, it } from "vitest";
import { run } from "./program.js";

const folder = mkdtempSync(join(tmpdir(), "latido-init-"));
const contract = join(folder, "my-events.yaml");

async function latido(...args: string[]): Promise<{ code: number; out: string; err: string }> {
  let out = "";
  let err = "";
  process.exitCode = 0;
  const code = await run(args, {
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

describe("latido init contract", () => {
  it("writes a contract that can be generated and served as it is", async () => {
    expect(await latido("init", "contract", contract)).toMatchObject({ code: 0, err: "" });
    const output = join(folder, "client");
    const generated = await latido("generate", "--contract", contract, "--output", output);
    expect(generated).toMatchObject({ code: 0, err: "" });
    expect(readdirSync(output)).toContain("events.ts");
    const events = readFileSync(join(output, "events.ts"), "utf8");
    expect(events).toContain("readonly order_created: OrderCreated;");
    expect(events).toContain('export type SentEvents = Pick<Events, "chat_message">;');
    const printed = await latido("serve", "--contract", contract, "--print-config");
    expect(printed).toMatchObject({ code: 0, err: "" });
    const { settings } = JSON.parse(printed.out) as { settings: Record<string, unknown> };
    expect(settings).toMatchObject({
      contract,
      events: { chat_message: "chat", order_created: "orders" },
      clientEvents: ["chat_message"],
      auth: { modules: ["chat", "orders"] },
    });
  });

  it.each([
    [["init", "contract", contract], /is there already; name another file/u],
    [["init", "contract", join(folder, "events.json")], /does not end in \.yaml/u],
    [["init", "contract", join(folder, "no", "events.yaml")], /there is no folder .*; make it/u],
    [
      ["serve", "--contract", join(folder, "none.yaml")],
      /contract names no file: .*init contract/u,
    ],
    [["serve", "--contract", "asyncapi.yaml"], /this is the protocol itself/u],
  ])("%j ends 2 with one line that says what to do", async (args, message) => {
    const { code, err } = await latido(...args);
    expect(code).toBe(2);
    expect(err).toMatch(message);
    expect(err.trim().split("\n")).toHaveLength(1);
  });
});
