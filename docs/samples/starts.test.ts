// The quick starts and the pages about own events, run as they stand.

import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";

import { afterAll, beforeAll, describe, expect, it } from "vitest";

import { latido } from "../../conformance/command.test-support.js";
import { fencesOf, type Fence } from "./fences.js";
import { goModule, passOver, python } from "./other-languages.js";
import { aimedAt, bundle, runProgram, serve, type Served } from "./runs.js";
import { sampleFolder, typeFaults } from "./type-check.js";

const MOST_LINES = 15;
const OWN_EVENTS = "docs/own-events.md";

const folder = sampleFolder();

/** The first block of a page in a language. */
function first(page: string, language: string): Fence {
  const found = fencesOf(page).find((fence) => fence.language === language);
  if (found === undefined) throw new Error(`${page} has no block of ${language}`);
  return found;
}

/** What a page says that its sample prints. */
function printed(page: string): string {
  return fencesOf(page).findLast(({ language }) => language === "text")?.code ?? "";
}

function write(path: string, code: string): string {
  const file = join(folder, path);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, code);
  return file;
}

describe("the five-minute starts", () => {
  let served: Served;

  beforeAll(async () => {
    served = await serve();
  });

  afterAll(async () => {
    await served.end();
  });

  it.each([
    ["docs/start/typescript.md", "ts"],
    ["docs/start/python.md", "python"],
    ["docs/start/go.md", "go"],
  ])("%s has at most 15 lines of code", (page, language) => {
    const { code } = first(page, language);
    // What Go's tools write by themselves does not count: package, imports and the frame of main.
    const [, body = code] = /^func main\(\) \{\n(.*)^\}/msu.exec(code) ?? [];
    expect(body.trimEnd().split("\n").length).toBeLessThanOrEqual(MOST_LINES);
  });

  it.each([
    ["docs/start/python.md", "python"],
    ["docs/start/go.md", "go"],
  ])("the README shows the start of %s as it is run here", (page, language) => {
    expect(first("README.md", language).code).toBe(first(page, language).code);
  });

  it("docs/start/typescript.md prints what it says", async () => {
    const page = "docs/start/typescript.md";
    const entry = write("typescript/start.mjs", aimedAt(first(page, "ts").code, served));
    const ran = await runProgram(process.execPath, [await bundle(entry, dirname(entry))]);
    expect(ran).toEqual({ code: 0, out: printed(page), err: "" });
  });

  it("docs/start/python.md prints what it says", async ({ skip }) => {
    const page = "docs/start/python.md";
    const file = write("python/start.py", aimedAt(first(page, "python").code, served));
    const found = python();
    if ("missing" in found) {
      passOver(found.missing, skip);
      return;
    }
    const ran = await runProgram(found.program, ["-B", "-W", "error", file]);
    expect(ran).toEqual({ code: 0, out: printed(page), err: "" });
  });

  it("docs/start/go.md prints what it says", async ({ skip }) => {
    const page = "docs/start/go.md";
    const file = write("go/main.go", aimedAt(first(page, "go").code, served));
    const module = goModule(dirname(file));
    if ("missing" in module) {
      passOver(module.missing, skip);
      return;
    }
    const ran = await runProgram("go", ["-C", dirname(file), "run", "."], module.environment);
    expect(ran).toMatchObject({ code: 0, out: printed(page) });
  }, 900_000);
});

describe(OWN_EVENTS, () => {
  const own = join(folder, "own");
  const { code } = first(OWN_EVENTS, "ts");
  let served: Served;

  beforeAll(async () => {
    mkdirSync(own);
    const contract = ["--contract", "my-events.yaml"];
    expect(await latido(["init", "contract", "my-events.yaml"], own)).toMatchObject({ code: 0 });
    const generate = ["generate", ...contract, "--output", "client"];
    expect(await latido(generate, own)).toMatchObject({ code: 0 });
    served = await serve("--contract", join(own, "my-events.yaml"));
  }, 900_000);

  afterAll(async () => {
    await served.end();
  });

  it("compiles beside the client that it generates, which refuses what the page says", () => {
    const other = code.replace('send("chat_message"', 'send("order_created"');
    const faults = typeFaults(
      new Map([
        ["own/use.ts", code],
        ["own/other.ts", other],
      ]),
      folder,
    );
    expect(faults.get("own/use.ts")).toEqual([]);
    expect(faults.get("own/other.ts")).not.toEqual([]);
  });

  it("prints what it says", async () => {
    const entry = write("own/run.ts", aimedAt(code, served));
    const ran = await runProgram(process.execPath, [await bundle(entry, own)]);
    expect(ran).toEqual({ code: 0, out: printed(OWN_EVENTS), err: "" });
  });

  it("does in Python what it says", async ({ skip }) => {
    const found = python();
    if ("missing" in found) {
      passOver(found.missing, skip);
      return;
    }
    const python3 = ["--language", "python", "--output", "acme-events", "--package", "acme-events"];
    const generate = ["generate", "--contract", "my-events.yaml", ...python3];
    expect(await latido(generate, own)).toMatchObject({ code: 0 });
    const file = write("own/use.py", aimedAt(first(OWN_EVENTS, "python").code, served));
    const environment = { PYTHONPATH: join(own, "acme-events", "src") };
    const { err, out } = await runProgram(found.program, ["-B", "-W", "error", file], environment);
    expect(err).toBe("");
    expect(out).toMatch(/^chat: accepted\n.*"chat_message".*\n$/u);
  });

  it("does in Go what it says, and the compiler refuses what the page says", async ({ skip }) => {
    const source = join(own, "events");
    const go = ["--language", "go", "--output", "events", "--module", "example.com/acme/events"];
    const generate = ["generate", "--contract", "my-events.yaml", ...go];
    expect(await latido(generate, own)).toMatchObject({ code: 0 });
    const text = aimedAt(first(OWN_EVENTS, "go").code, served);
    const file = write("own/go/main.go", text);
    write(
      "own/go/other/main.go",
      text.replace("events.SendChatMessage", "events.SendOrderCreated"),
    );
    const module = goModule(dirname(file), { name: "example.com/acme/events", source });
    if ("missing" in module) {
      passOver(module.missing, skip);
      return;
    }
    const at = (command: string, path: string) =>
      runProgram("go", ["-C", dirname(file), command, path], module.environment);
    const ran = await at("run", ".");
    expect(ran).toMatchObject({ code: 0, err: "" });
    expect(ran.out).toBe(
      'chat: accepted\nlatido: the payload of "chat_message": text must have at least 1 character\n',
    );
    expect((await at("vet", "./other")).err).toContain("undefined: events.SendOrderCreated");
  }, 900_000);

  it("publishes what its curl says", async () => {
    const shell = fencesOf(OWN_EVENTS).map((fence) => fence.code);
    const [, body = ""] = /-d '(.*)'/u.exec(shell.find((text) => text.startsWith("curl")) ?? "")!;
    const headers = { "content-type": "application/json" };
    const answer = await fetch(`${served.httpUrl}/v1/events`, { method: "POST", headers, body });
    expect([answer.status, await answer.text()]).toEqual([200, expect.stringContaining("eventId")]);
  });

  it("quotes what a wrong contract is told", async () => {
    const text = readFileSync(join(own, "my-events.yaml"), "utf8");
    write("wrong/my-events.yaml", text.replace("x-module: orders", "x-modul: orders"));
    const serving = ["serve", "--contract", "my-events.yaml", "--print-config"];
    const { code: ended, err } = await latido(serving, join(folder, "wrong"));
    expect([ended, err]).toEqual([2, first(OWN_EVENTS, "text").code]);
  });
});

describe("docs/versioning.md", () => {
  it("shows what latido diff prints", async () => {
    const deployed = join(folder, "diff", "deployed.yaml");
    mkdirSync(dirname(deployed));
    expect(await latido(["init", "contract", deployed])).toMatchObject({ code: 0 });
    const now = readFileSync(deployed, "utf8")
      .replace("maxLength: 2000", "maxLength: 4000")
      .replace("required: [orderId, totalCents]", "required: [orderId, totalCents, currency]")
      .replace(
        "        note:",
        "        currency: { description: Its currency., type: string }\n$&",
      )
      .replace("totalCents: 2450", "$&\n          currency: EUR");
    const { code, out } = await latido(["diff", deployed, write("diff/my-events.yaml", now)]);
    expect([code, out]).toEqual([1, printed("docs/versioning.md")]);
  });
});
