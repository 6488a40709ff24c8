import { describe, expect, test } from "vitest";
import { firstSpreadMs, Pressure } from "./pressure.js";

describe("pressure", () => {
  test("RECON-7 a late event loop refuses for a while with 1013 and a spread", () => {
    const pressure = new Pressure(0);
    pressure.look(250);
    expect(pressure.refusal(250, 0, 3_000)).toBeUndefined();
    pressure.look(1_600);
    expect(pressure.refusal(1_600, 0, 3_000)).toEqual({
      code: 1013,
      reason: "try_again_later",
      retryAfterMs: 2_000,
      spreadMs: 3_000,
    });
    pressure.look(1_850);
    expect(pressure.refusal(3_600, 0, 3_000)).toBeUndefined();
  });

  test("RECON-7 too many connections in the middle of opening refuse more", () => {
    expect(new Pressure(0).refusal(0, 2_000, 0)).toBeUndefined();
    expect(new Pressure(0).refusal(0, 2_001, 0)?.code).toBe(1013);
  });

  test("RECON-4 the announced spread grows with the clients", () => {
    expect(firstSpreadMs(3_000, 100)).toBe(3_000);
    expect(firstSpreadMs(3_000, 17_000)).toBe(10_000);
    expect(firstSpreadMs(0, 0)).toBe(0);
  });
});
