// `latido generate` as a team calls it for its own contract.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { run } from "./program.js";

const folder = mkdtempSync(join(tmpdir(), "latido-generate-"));
const contract = join(folder, "my-events.yaml");
const output = join(folder, "client");

async function latido(...args: string[]): Promise<{ code: number; out: string; err: string }> {
  let out = "";
  let err = "";
  process.exitCode = 0;
  const terminal = { out: (text: string) => (out += text), err: (text: string) => (err += text) };
  const code = await run(args, terminal);
  return { code: Math.max(code, process.exitCode), out, err };
}

const generate = (...more: string[]) =>
  latido("generate", "--contract", contract, "--language", "python", "--output", output, ...more);

beforeAll(async () => {
  await latido("init", "contract", contract);
});

afterEach(() => {
  process.exitCode = 0;
});

afterAll(() => {
  rmSync(folder, { recursive: true });
});

describe("latido generate --contract my-events.yaml --language python --output client", () => {
  it("writes the package, finds no drift in it, and names what was changed by hand", async () => {
    const written = await generate();
    expect(written).toMatchObject({ code: 0, err: "" });
    expect(written.out).toContain("wrote: src/latido/events.py\n");
    const client = readFileSync(join(output, "src/latido/client/client.py"), "utf8");
    expect(client).toContain(
      'event: Literal["chat_message"],\n        payload: messages.ChatMessage',
    );
    expect(await generate("--check")).toMatchObject({
      code: 0,
      out: expect.stringContaining("nothing to change") as string,
    });
    writeFileSync(join(output, "src/latido/events.py"), "EVENTS = None\n");
    expect(await generate("--check")).toMatchObject({
      code: 1,
      out: "changed: src/latido/events.py\n",
    });
  });

  it("names file and line of what Python cannot express, and ends 2", async () => {
    const before = readFileSync(contract, "utf8");
    writeFileSync(contract, before.replace("title: OrderCreated", "title: Client"));
    const line = before.split("\n").indexOf("    OrderCreated:") + 1;
    const { code, err } = await generate();
    writeFileSync(contract, before);
    expect(code).toBe(2);
    expect(err.trim().split("\n")).toHaveLength(1);
    expect(err).toMatch(
      new RegExp(`my-events\\.yaml:${line}:\\d+: Client: the package has something else`, "u"),
    );
  });
});
