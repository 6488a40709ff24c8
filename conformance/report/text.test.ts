import { describe, expect, it } from "vitest";

import { loadContract } from "../contract.js";
import type { Entry } from "../transcript.js";
import { HOSTILE_TEXTS, hostileCase, hostileRun } from "./hostile.test-support.js";
import { failedCase } from "./sample.test-support.js";
import { sceneCase } from "./scene.test-support.js";
import { failureText, summaryText } from "./text.js";

const { requirements } = loadContract();

describe("the text of a failure", () => {
  const text = failureText(sceneCase(), requirements, "out/traces/a.jsonl");

  it.each([
    "FAIL: stream/in-order-and-once — Events are delivered in order and once",
    `STREAM-6: ${requirements.get("STREAM-6")?.sentence ?? "?"} [spec/protocol.md#STREAM-6]`,
    'step 2 of 2: expect {"report":"delivered"}',
    "monitor (dense_delivery): an event was delivered that is not beyond the last one",
    "expected: eventId 2",
    '  wire   → c1 EVENT {"stream":"orders","epoch":"e1","eventId":1}',
    '  driver ← delivered {"stream":"orders"',
    '  clock  → clock.advance {"ms":50}',
    "    warning: something",
    "looks like client/no-dedup",
    "trace:  out/traces/a.jsonl",
    "repeat: latido conformance client --case stream/in-order-and-once --seed 1 -- ./adapter",
  ])("holds %s", (part) => {
    expect(text).toContain(part);
  });

  it("marks the entry at which it diverged, and no other", () => {
    const marked = text.split("\n").filter((line) => line.startsWith("  ✗"));
    expect(marked).toEqual([expect.stringMatching(/8\.5 {2}driver ← delivered/u)]);
  });

  it("marks the place where something should have come", () => {
    const entry = (index: number, name: string): Entry => ({
      index,
      atMs: index,
      lane: "wire",
      from: "runner",
      kind: "frame",
      name,
    });
    const transcript = [entry(0, "CONNECT"), entry(1, "EVENT"), entry(2, "DISCONNECT")];
    const missing = failedCase(
      "a/b",
      { kind: "missing", problem: "nothing came", entry: 1 },
      { transcript },
    );
    const lines = failureText(missing, requirements).split("\n");
    const at = lines.findIndex((line) => line.includes("✗") && line.includes("nothing came"));
    expect(lines[at - 1]).toContain("EVENT");
    expect(lines[at + 1]).toContain("DISCONNECT");
  });

  it.each(HOSTILE_TEXTS.map((each, index) => [index, each] as const))(
    "keeps the terminal as it is, whatever the testee says (%i)",
    (index, hostile) => {
      const shown = failureText(hostileCase(hostile, index), requirements);
      expect(shown).not.toMatch(/(?!\n)\p{Cc}|\p{Bidi_Control}|\p{Cs}/u);
      expect(shown.length).toBeLessThan(40_000);
    },
  );

  it("summaries keep the terminal as it is, too", () => {
    expect(summaryText(hostileRun(), 1)).not.toMatch(/(?!\n)\p{Cc}|\p{Bidi_Control}|\p{Cs}/u);
  });
});
