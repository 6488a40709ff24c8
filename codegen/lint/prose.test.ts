import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { afterAll, describe, expect, test } from "vitest";

import type { Requirement } from "../model.js";
import { checkProse } from "./prose.js";

const folder = mkdtempSync(join(tmpdir(), "latido-prose-"));
const text = join(folder, "protocol.md");

afterAll(() => {
  rmSync(folder, { recursive: true });
});

const ONE: Requirement = {
  id: "SYNC-1",
  level: "MUST",
  role: "client",
  area: "SYNC",
  sentence: "The client MUST ask with `lastEventId`.",
  since: "1.0",
  observable: "wire",
};

function messages(prose: string, rows: readonly Requirement[] = [ONE]): readonly string[] {
  writeFileSync(text, prose);
  const table = { file: "table.yaml", lineOf: (index: number) => index + 1 };
  return checkProse(text, rows, table).map(({ line, message }) => `${line}: ${message}`);
}

const RIGHT = "**SYNC-1** The client MUST ask with `lastEventId`.";

describe("the normative text and the table of requirements", () => {
  test.each([
    ["a paragraph", RIGHT],
    ["a list item", `- ${RIGHT}`],
    ["a sentence over two lines", RIGHT.replace("ask with", "ask\nwith")],
    ["a sentence with a remark after it", `${RIGHT} It knows why.`],
    ["marks that the table does not have", RIGHT.replace("ask", "_ask_")],
    [
      "the paragraph that introduces the words",
      `The words MUST and SHOULD: see BCP 14.\n\n${RIGHT}`,
    ],
    ["code", `\`\`\`\nMUST\n\`\`\`\n\n${RIGHT}`],
    ["small words", `A client must not worry.\n\n${RIGHT}`],
  ])("agree: %s", (_, prose) => {
    expect(messages(prose)).toEqual([]);
  });

  test.each([
    [
      "another sentence",
      RIGHT.replace("ask", "beg"),
      /^1: SYNC-1 does not begin with the sentence/u,
    ],
    ["an id that the text lacks", "Nothing.", /^1: the text does not define SYNC-1/u],
    ["an id twice", `${RIGHT}\n\n${RIGHT}`, /^3: SYNC-1 is defined twice/u],
    [
      "MUST without an id",
      `A client MUST hope.\n\n${RIGHT}`,
      /^1: MUST stands in a text without an id/u,
    ],
    ["SHOULD in a list item without an id", `${RIGHT}\n- It SHOULD.`, /^2: SHOULD stands/u],
    ["SHALL in a table without an id", `| it SHALL |\n\n${RIGHT}`, /^1: SHALL stands/u],
  ])("disagree: %s", (_, prose, message) => {
    const found = messages(prose);
    expect(found).toHaveLength(1);
    expect(found[0]).toMatch(message);
  });

  test("disagree: an id that the table lacks", () => {
    expect(messages(RIGHT, [])).toEqual(["1: SYNC-1 is not in the table"]);
  });

  test.each([
    ["MUST NOT", "The client MUST ask with `lastEventId`."],
    ["MUST", "The client MUST NOT ask with `lastEventId`."],
    ["SHOULD", "The client MUST ask with `lastEventId`."],
  ] as const)("disagree: the level %s and the sentence %s", (level, sentence) => {
    const found = messages(`**SYNC-1** ${sentence}`, [{ ...ONE, level, sentence }]);
    expect(found).toEqual([`1: the sentence of SYNC-1 does not say ${level}`]);
  });
});
