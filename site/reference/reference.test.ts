import { join } from "node:path";
import { writeFileSync, mkdtempSync, readFileSync } from "node:fs";
import { tmpdir } from "node:os";

import { expect, it } from "vitest";

import { readContract } from "../../codegen/contract.js";
import { packageRoot } from "../../codegen/package-root.js";
import { readEvidence } from "../evidence.js";
import { plain } from "../markdown.js";
import { flowsOf } from "./flows.js";
import { referencePages } from "./index.js";
import { common, diagram } from "./machines.js";
import { duration } from "./numbers.js";
import { roomOf } from "./room.js";

const { contract } = readContract(join(packageRoot(), "asyncapi.yaml"));
const prose = readFileSync(join(packageRoot(), "spec", "protocol.md"), "utf8");
const pages = referencePages(roomOf(contract, readEvidence([])), prose);

/** The text of a page that must be there. */
function pageAt(address: string): string {
  return pages.get(address) ?? expect.fail(`no page at ${address}`);
}

it("a message has its fields with bounds, its rules, its cases and its examples", () => {
  const text = pageAt("/reference/messages/message-ack");
  expect(text).toContain("From server to client. In code: `MessageAckFrame`.");
  expect(text).toContain("`messageId` | [MessageId](/reference/types#message-id)");
  expect(text).toContain("[MSG-8](/protocol#msg-8)");
  expect(text).toContain("](/cases/msg#");
  expect(text).toContain("At `/messageId`: a messageId is a UUID.");
});

it("a message is an input of machines", () => {
  const text = pageAt("/reference/messages/connect");
  expect(text).toContain("[`frame:CONNECT`](/reference/machines/client-connection#inputs)");
});

it("every requirement stands in the matrix and on the page of its area", () => {
  const matrix = pageAt("/requirements/index");
  for (const { id, area } of contract.requirements) {
    expect(matrix).toContain(`[${id}](/protocol#${id.toLowerCase()})`);
    expect(pageAt(`/requirements/${area.toLowerCase()}`)).toContain(`## ${id} {#`);
  }
});

it("a requirement names the mutants that break it and what caught them", () => {
  const text = pageAt("/requirements/ack");
  expect(text).toContain("`client/ack-before-handler`");
  expect(text).toContain("Caught by [ack/after-the-handler](/cases/ack#ack-after-the-handler)");
});

it("a run fills the column of its language, and no other", () => {
  const matrix = matrixWith({ "SYNC-4": "pass" });
  expect(rowOf(matrix, "SYNC-4")).toMatch(/\| not\srun \| kept \|.* – \|$/u);
  expect(rowOf(matrix, "SYNC-5")).not.toContain("kept");
});

it("two runs of one language are refused", () => {
  const file = resultsFile({ "SYNC-4": "pass" });
  expect(() => readEvidence([file, file])).toThrow("is a second run of python");
});

/** The matrix of a site that was given one run of a Python client. */
function matrixWith(verdicts: Readonly<Record<string, "pass">>): string {
  const room = roomOf(contract, readEvidence([resultsFile(verdicts)]));
  return referencePages(room, prose).get("/requirements/index") ?? "";
}

function rowOf(matrix: string, id: string): string {
  return matrix.split("\n").find((line) => line.startsWith(`| [${id}]`)) ?? "";
}

/** results.json of a driven run with one case for each requirement. */
function resultsFile(verdicts: Readonly<Record<string, "pass">>): string {
  const cases = Object.entries(verdicts).map(([id, verdict]) => ({
    id: `case/${id}`,
    title: id,
    role: "client",
    tier: "driven",
    level: "MUST",
    requirements: [id],
    verdict,
    durationMs: 1,
    seed: 1,
    stalledMs: 0,
    assertions: [],
    steps: [],
    transcript: [],
    stderr: "",
    command: "",
  }));
  const results = {
    format: 1,
    exitCode: 0,
    counts: {},
    requirements: {},
    tier: "driven",
    target: "node adapter.js",
    seed: 1,
    suiteVersion: "0.1.0",
    startedAt: "2026-03-01T12:00:00.000Z",
    durationMs: 1,
    testee: { implementation: "x", version: "1", language: "Python", capabilities: [] },
    cases,
    staleKnownFailing: [],
  };
  const file = join(mkdtempSync(join(tmpdir(), "latido-results-")), "results.json");
  writeFileSync(file, JSON.stringify(results));
  return file;
}

it("a close code says what each side does", () => {
  const text = pageAt("/reference/close-codes");
  const section = text.split(/^## /mu).find((each) => each.startsWith("4100 ")) ?? "";
  expect(section).toContain("**The server**");
  expect(section).toContain("It asks its token provider, then returns by the backoff");
});

it("a diagram draws every move, save those that lead from every state to the same one", () => {
  const machine = contract.machines.find(({ name }) => name === "clientConnection");
  if (machine === undefined) expect.fail("no clientConnection");
  expect(common(machine)).toContainEqual({ input: "disconnect", to: "closed" });
  const drawn = diagram(machine);
  expect(drawn).toContain("[*] --> idle");
  expect(drawn).toContain("connecting --> connected: frame CONNECT");
  expect(drawn).not.toContain("disconnect");
});

it("every sequence diagram of the protocol is a flow with a title", () => {
  const flows = flowsOf(prose);
  expect(flows.length).toBe(prose.split("\nsequenceDiagram\n").length - 1);
  expect(flows.map(({ title }) => title)).toContain("Connect: heads against live delivery");
  expect(flows.every(({ title }) => title !== "")).toBe(true);
});

it.each([
  [5_000, "5 s"],
  [600_000, "10 min"],
  [2_592_000_000, "30 d"],
  [250, "250 ms"],
  [90_000, "90 s"],
  [0, "0 ms"],
])("%i ms reads as %s", (ms, text) => {
  expect(duration(ms).replaceAll("\u00a0", " ")).toBe(text);
});

it("a text of the contract is never markup", () => {
  expect(plain("a|b <script> {{x}} [y](z) `c` *d* _e_")).toBe(
    "a\\|b &lt;script> \\{&#8203;\\{x\\}\\} \\[y\\](z) \\`c\\` \\*d\\* \\_e\\_",
  );
});
