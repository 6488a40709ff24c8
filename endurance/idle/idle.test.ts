import { describe, expect, test } from "vitest";
import { availableTransports } from "../../server/testing/available-transports.js";
import { runIdle } from "./run.js";

describe.each(availableTransports())("idle connections on %s", (transport) => {
  test("LIVE-8 are held by their pongs alone and do not disturb a session beside them", async () => {
    const { faults } = await runIdle({
      ...{ transport, connections: 500, measureMs: 1_000 },
      ...{ ratioBound: 1_000, canaryBoundMs: 60_000 },
    });
    expect(faults).toEqual([]);
  });
});
