import { describe, expect, test } from "vitest";
import { loadContract } from "../../conformance/contract.js";
import { availableTransports } from "../../server/testing/available-transports.js";
import { attack } from "./attack.js";
import { Batches, fits } from "./batch.js";
import { runHostile } from "./run.js";

const bounds = { frameBytes: 65_536, payloadBytes: 32_768, metadataBytes: 4_096 };

function batches(seed: number): Batches {
  return new Batches(loadContract(), bounds, seed);
}

describe("batches of hostile frames", () => {
  test("are the same for the same seed", () => {
    const bytes = (seed: number): string => batches(seed).next().bytes.toString("hex");
    expect(bytes(7)).toBe(bytes(7));
    expect(bytes(7)).not.toBe(bytes(8));
  });

  test("end in every way: by the tenth violation, by one fatal frame, by broken framing", () => {
    const source = batches(1);
    const all = Array.from({ length: 300 }, () => source.next());
    const ends = new Set(
      all.flatMap((each): readonly (number | string)[] => each.ends ?? ["open"]),
    );
    expect([...ends].sort()).toEqual([1000, 1003, 1006, 1007, 1009, 4505, "open"].sort());
    const damage = new Set(all.flatMap((each) => each.damage?.what.split(" ", 2).join(" ") ?? []));
    expect(damage.size).toBeGreaterThan(10);
  });

  test("ERR-3 ERR-4 an answer that is missing, another or out of order does not fit", () => {
    const batch = {
      ...batches(1).next(),
      outcomes: [["invalid_json"], [""], ["unknown_type", ""]],
    };
    expect(fits(batch, ["invalid_json", "unknown_type"], undefined)).toBe(true);
    expect(fits(batch, ["invalid_json"], undefined)).toBe(true);
    expect(fits(batch, ["unknown_type", "invalid_json"], undefined)).toBe(false);
    expect(fits(batch, [], undefined)).toBe(false);
    expect(fits(batch, ["invalid_json", "unknown_type", "unknown_type"], undefined)).toBe(false);
  });

  test("ERR-6 4505 comes with exactly ten violations, not with fewer", () => {
    const outcomes = Array.from({ length: 12 }, () => ["invalid_message"]);
    const batch = { ...batches(1).next(), outcomes };
    const answered = (count: number): string[] =>
      Array.from({ length: count }, () => "invalid_message");
    expect(fits(batch, answered(10), 4505)).toBe(true);
    expect(fits(batch, answered(9), 4505)).toBe(false);
    expect(fits(batch, answered(12), 4505)).toBe(false);
  });
});

describe.each(availableTransports())("a server process on %s under hostile frames", (transport) => {
  test("ERR-10 answers each as the contract says, while the canary goes on", async () => {
    const verdict = await runHostile({
      ...{ transport, seed: 1, frames: 4_000, peers: 16, jobs: 1, attack },
      ...{ levelBound: 3, canaryBoundMs: 60_000, sampleEveryMs: 100 },
    });
    expect(verdict.faults).toEqual([]);
    expect(verdict.figures).toMatchObject({ serverFaults: 0, canary: { lost: 0, outOfOrder: 0 } });
  });
});
