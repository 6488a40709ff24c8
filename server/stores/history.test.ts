import fc from "fast-check";
import { describe, expect, test, vi } from "vitest";
import { History } from "./history.js";

const sizes = fc.array(
  fc.oneof(fc.integer({ min: 1, max: 300 }), fc.integer({ min: 60_000, max: 140_000 })),
  {
    minLength: 1,
    maxLength: 60,
  },
);

/** The text of the event with an id. */
function text(id: number, size: number): string {
  return `${String(id)}${"é".repeat(size % 7)}${"x".repeat(size)}`;
}

describe("history", () => {
  test("SYNC-25 a slice is exactly the frames asked for, joined by commas", () => {
    fc.assert(
      fc.property(sizes, fc.nat(20), fc.nat(), fc.nat(), (all, headId, a, b) => {
        const history = new History(headId);
        const frames = all.map((size, index) => text(headId + index + 1, size));
        for (const frame of frames) history.append(frame, 0);
        const [from, to] = [a % (all.length + 1), b % (all.length + 1)].sort((x, y) => x - y);
        const slice = history.slice(headId + (from ?? 0), headId + (to ?? 0));
        expect(Buffer.from(slice).toString()).toBe(frames.slice(from, to).join(","));
      }),
    );
  });

  test("SYNC-26 SYNC-27 pages are as long as the bounds allow, and hold one event at least", () => {
    fc.assert(
      fc.property(
        sizes,
        fc.integer({ min: 1, max: 10 }),
        fc.integer({ min: 10, max: 200_000 }),
        (all, events, bytes) => {
          const history = new History(0);
          const frames = all.map((size, index) => text(index + 1, size));
          for (const frame of frames) history.append(frame, 0);
          for (let after = 0; after < frames.length;) {
            const end = history.pageEnd(after, events, bytes);
            const length = (to: number): number =>
              Buffer.byteLength(frames.slice(after, to).join(","));
            expect(end).toBeGreaterThan(after);
            expect(end - after).toBeLessThanOrEqual(events);
            if (end > after + 1) expect(length(end)).toBeLessThanOrEqual(bytes);
            if (end < frames.length && end - after < events)
              expect(length(end + 1)).toBeGreaterThan(bytes);
            after = end;
          }
          expect(history.pageEnd(frames.length, events, bytes)).toBe(frames.length);
        },
      ),
    );
  });

  test("POS-8 it forgets from the front by count, age and bytes, and keeps the rest readable", () => {
    fc.assert(
      fc.property(
        sizes,
        fc.nat(60),
        fc.nat(60),
        fc.integer({ min: 0, max: 500_000 }),
        (all, count, before, bytes) => {
          const history = new History(0);
          const frames = all.map((size, index) => text(index + 1, size));
          frames.forEach((frame, index) => {
            history.append(frame, index);
          });
          history.trim(count, bytes, before);
          const kept = frames.slice(history.firstId - 1);
          expect(history.count).toBe(kept.length);
          expect(history.bytes).toBe(
            kept.reduce((sum, frame) => sum + Buffer.byteLength(frame) + 1, 0),
          );
          expect(kept.length).toBeLessThanOrEqual(count);
          expect(history.bytes).toBeLessThanOrEqual(bytes);
          expect(kept.length === 0 || history.firstId - 1 >= before).toBe(true);
          const slice = history.slice(history.firstId - 1, frames.length);
          expect(Buffer.from(slice).toString()).toBe(kept.join(","));
          // one more would have been too many, too old or too large
          const next = frames[history.firstId - 2];
          if (next !== undefined) {
            const isForced =
              kept.length + 1 > count ||
              history.firstId - 2 < before ||
              history.bytes + Buffer.byteLength(next) + 1 > bytes;
            expect(isForced).toBe(true);
          }
          history.append("next", 1_000);
          expect(Buffer.from(history.slice(frames.length, frames.length + 1)).toString()).toBe(
            "next",
          );
        },
      ),
    );
  });

  test("what was given out stays what it is while the memory behind it is used again", () => {
    const history = new History(0);
    const frame = (id: number): string => `${String(id).padStart(8, "0")}${"x".repeat(1_000)}`;
    const given: { readonly id: number; readonly bytes: Uint8Array }[] = [];
    for (let id = 1; id <= 2_000; id += 1) {
      history.append(frame(id), id);
      history.trim(100, 1_000_000, 0);
      if (id % 50 === 0) given.push({ id, bytes: history.slice(id - 1, id) });
    }
    for (const { id, bytes } of given) expect(Buffer.from(bytes).toString()).toBe(frame(id));
    expect(history.appendedAt(1_950)).toBe(1_950);
    expect(history.appendedAt(1_900)).toBeUndefined();
  });

  test("a full history asks for no more memory, however many events pass through it", () => {
    const asked = vi.spyOn(Buffer, "allocUnsafeSlow");
    const history = new History(0);
    for (let id = 1; id <= 20_000; id += 1) {
      history.append("x".repeat(1_000), id);
      history.trim(100, 1_000_000, 0);
    }
    expect(asked.mock.calls.length).toBeLessThan(12);
    expect(history.count).toBe(100);
  });
});
