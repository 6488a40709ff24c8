import { describe, expect, test } from "vitest";
import { availableTransports } from "../../server/testing/available-transports.js";
import { runStalled } from "./run.js";

describe.each(availableTransports())("peers that stall on %s", (transport) => {
  test("RECON-7 LIVE-10 POS-17 are ended by their rules, and a session beside them goes on", async () => {
    const { faults } = await runStalled({
      ...{ transport, peers: 5, slackMs: 240_000, measureMs: 500 },
      ...{ ratioBound: 1_000, canaryBoundMs: 60_000, riseBound: 1_073_741_824 },
      patience: {
        connectTimeoutMs: 1_000,
        heartbeatIntervalMs: 1_000,
        heartbeatTimeoutMs: 1_000,
        slowConsumerMs: 2_000,
      },
    });
    expect(faults).toEqual([]);
  });
});
