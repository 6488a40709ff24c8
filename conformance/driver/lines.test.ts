import fc from "fast-check";
import { describe, expect, it } from "vitest";

import { LineCutter } from "./lines.js";

function cut(chunks: readonly Buffer[], maxBytes = 1_000): { lines: string[]; overlong: number } {
  const lines: string[] = [];
  let overlong = 0;
  const cutter = new LineCutter(
    maxBytes,
    (line) => lines.push(line),
    () => (overlong += 1),
  );
  for (const chunk of chunks) cutter.push(chunk);
  return { lines, overlong };
}

describe("driver lines", () => {
  it("end at 0x0A only: U+2028, U+0085 and a lone carriage return stay inside", () => {
    const line = '{"text":"a\u2028b\u0085c\rd"}';
    expect(cut([Buffer.from(`${line}\n`)]).lines).toEqual([line]);
  });

  it("come out the same however the bytes are cut", () => {
    const texts = fc.array(
      fc.string({ unit: "grapheme", minLength: 1 }).filter((s) => !s.includes("\n")),
    );
    fc.assert(
      fc.property(
        texts,
        fc.array(fc.integer({ min: 1, max: 7 }), { minLength: 1 }),
        (lines, sizes) => {
          const bytes = Buffer.from(lines.map((line) => `${line}\n`).join(""));
          const chunks: Buffer[] = [];
          for (let from = 0, turn = 0; from < bytes.length; turn += 1) {
            const size = sizes[turn % sizes.length] ?? 1;
            chunks.push(bytes.subarray(from, from + size));
            from += size;
          }
          expect(cut(chunks, 10_000).lines).toEqual(lines);
        },
      ),
    );
  });

  it("of more than the allowed bytes are reported once and end the reading", () => {
    const { lines, overlong } = cut([
      Buffer.alloc(600, 97),
      Buffer.alloc(600, 97),
      Buffer.from("\nx\n"),
    ]);
    expect([lines, overlong]).toEqual([[], 1]);
  });
});
