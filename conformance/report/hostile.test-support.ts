// A testee that would like to own the page that tells of it.

import type { CaseResult, RunResult } from "../runner/verdict.js";
import type { Entry } from "../transcript.js";
import { failedCase, runOf } from "./sample.test-support.js";

export const HOSTILE_TEXTS: readonly string[] = [
  "</script><script>window.owned = true</script>",
  "</style><script>window.owned = true</script>",
  '<img src=x onerror="window.owned = true">',
  '" autofocus onfocus="window.owned = true" x="',
  "' onmouseover='window.owned = true' x='",
  "<svg onload=window.owned=true>",
  "--><h1>owned</h1><!--",
  "]]><h1>owned</h1>",
  "javascript:window.owned=true",
  "&lt;b&gt; &amp; &#60;script&#62;",
  "\u202egnirts desrever\u202c",
  "\u0000\u0007\u001b[2J\u001b[31mred",
  "lone \ud800 surrogate",
  "zero\u200bwidth\ufeff",
  "x".repeat(5_000),
  "wide-".repeat(400),
  "\u0301".repeat(300),
  "line one\nline two\r\nline three\u2028line four",
  "| table | cell | [link](http://example.org) `code` **bold**",
];

const ALL = HOSTILE_TEXTS.join(" ");

function entries(text: string): readonly Entry[] {
  const shown = [text, { eventId: text, stream: text, [text]: text }, [text], null, 12];
  const wire = { lane: "wire", from: "testee", on: text.slice(0, 40) } as const;
  return [
    ...shown.map(
      (value, index) =>
        ({ ...wire, index, atMs: index, kind: "frame", name: text, value }) as const,
    ),
    { index: 5, atMs: 5, lane: "wire", from: "testee", kind: "text", name: text, value: text },
    {
      index: 6,
      atMs: 6,
      lane: "driver",
      from: "testee",
      kind: "note",
      name: "bad_line",
      value: text,
    },
    {
      index: 7,
      atMs: 7,
      lane: "clock",
      from: "runner",
      kind: "command",
      name: "clock.advance",
      value: { ms: 5 },
    },
    {
      index: 8,
      atMs: 8,
      lane: "wire",
      from: "runner",
      kind: "note",
      value: { POST: text, body: {} },
    },
  ];
}

export function hostileCase(text: string, index: number): CaseResult {
  return failedCase(
    `stream/hostile-${index}`,
    { problem: text, expected: text, actual: { [text]: text }, step: 1, entry: 5, fault: text },
    {
      title: `Hostile text ${index}`,
      transcript: entries(text),
      stderr: `${text}\n${text}`,
      steps: [text, text],
      command: `latido conformance client -- ${text}`,
      looksLike: text,
    },
  );
}

/** Every text of the testee, in every place where a report shows one. */
export function hostileRun(): RunResult {
  return runOf(HOSTILE_TEXTS.map(hostileCase), {
    target: ALL,
    endedEarly: ALL,
    staleKnownFailing: [ALL],
    notes: [ALL],
    testee: { implementation: ALL, version: ALL, language: ALL, capabilities: [ALL] },
  });
}

/** More failures with larger values than any report should hold. */
export function hugeRun(): RunResult {
  const value = { filler: '<&">'.repeat(25_000) };
  const transcript = Array.from({ length: 300 }, (_, index): Entry => ({
    index,
    atMs: index,
    lane: "wire",
    from: "testee",
    kind: "frame",
    name: `FRAME_${index}`,
    value,
  }));
  const over = {
    transcript,
    stderr: "<".repeat(65_536),
    steps: [JSON.stringify(value).slice(0, 200)],
  };
  const cases = Array.from({ length: 120 }, (_, index) =>
    failedCase(
      `stream/huge-${index}`,
      { actual: value, entry: 299, problem: "<".repeat(9_999) },
      over,
    ),
  );
  return runOf(cases);
}
