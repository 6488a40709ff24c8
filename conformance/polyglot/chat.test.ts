import { afterAll, beforeAll, describe, expect, it } from "vitest";

import { editNamed } from "../mutants/bank.js";
import { buildEdited } from "../mutants/build.js";
import { chat, faultsOf, type Account, type Participant } from "./chat.js";
import { LANGUAGES, mayBeMissing } from "./languages.js";
import { startChatServer, type ChatServer } from "./server.js";

const NAMES = ["ana", "ben", "cai", "dov", "eva", "fyn"];
const LINES = 8;

let server: ChatServer;
const participants: Participant[] = [];
const missing: string[] = [];

beforeAll(async () => {
  server = await startChatServer();
  for (const language of LANGUAGES) {
    const found = await language.find();
    if ("missing" in found) missing.push(`${found.language}: ${found.missing}`);
    else participants.push({ ...found, name: NAMES[participants.length]! });
  }
  const [typescript] = participants;
  participants.push({ ...typescript!, name: NAMES[participants.length]! });
});

afterAll(async () => {
  await server.end();
});

describe("a chat between clients of every language, with lines that break", () => {
  it("has a participant of each language, or says what is missing", () => {
    for (const each of missing) process.stderr.write(`chat without ${each}\n`);
    if (!mayBeMissing()) expect(missing).toEqual([]);
    expect(participants.length).toBeGreaterThanOrEqual(2);
  });

  it("loses no line, doubles none and keeps one order", async () => {
    const accounts = await chat({ url: server.url, participants, lines: LINES, hangMs: 240_000 });
    expect(faultsOf(accounts, LINES)).toEqual([]);
    // The first connection, one for each line but the last two, and one for these.
    for (const { dials } of accounts) expect(dials).toBeGreaterThanOrEqual(LINES);
  });
});

describe("a participant with a planted fault", () => {
  it("is found out where its outbox is sent backwards", async () => {
    const command = [process.execPath, await buildEdited(editNamed("client/outbox-reversed"))];
    const [first] = participants;
    const faulty: Participant = { name: "odd", language: "mutant", command };
    const given = { url: server.url, participants: [first!, faulty], lines: 6, hangMs: 240_000 };
    const accounts = await chat(given);
    expect(faultsOf(accounts, 6)).toContain("odd (mutant) heard its own lines in another order");
  });
});

describe("a chat that goes wrong is told", () => {
  const account = (heard: readonly string[], more: Partial<Account> = {}): Account => ({
    name: "ana",
    language: "x",
    heard,
    results: new Map([
      ["ana: 1", "accepted"],
      ["ana: 2", "accepted"],
    ]),
    dials: 1,
    ...more,
  });

  it.each([
    ["a line that was lost", account(["ana: 1"]), "ana (x) never heard “ana: 2”"],
    ["a line twice", account(["ana: 1", "ana: 2", "ana: 2"]), "ana (x) heard “ana: 2” again"],
    [
      "a strange line",
      account(["ana: 1", "ana: 2", "b: 1"]),
      "ana (x) heard “b: 1”, which nobody said",
    ],
    [
      "another order",
      account(["ana: 2", "ana: 1"]),
      "ana (x) heard its own lines in another order",
    ],
    [
      "a message without a result",
      account(["ana: 1", "ana: 2"], { results: new Map([["ana: 1", "accepted"]]) }),
      "ana (x) has 1 results for 2 lines",
    ],
    [
      "a message of unknown outcome",
      account(["ana: 1", "ana: 2"], {
        results: new Map([
          ["ana: 1", "accepted"],
          ["ana: 2", "unknown_outcome"],
        ]),
      }),
      "“ana: 2” of ana (x) was unknown_outcome",
    ],
  ])("%s", (_what, given, problem) => {
    expect(faultsOf([given], 2)).toContain(problem);
  });

  it("two orders", () => {
    const [one, other] = [
      account(["ana: 1", "ben: 1"]),
      account(["ben: 1", "ana: 1"], { name: "ben" }),
    ];
    expect(faultsOf([one, other], 1)).toContain("ben (x) heard another order than the first");
  });
});
