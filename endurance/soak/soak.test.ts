import { describe, expect, test } from "vitest";
import { editNamed } from "../../conformance/mutants/bank.js";
import { buildEdited } from "../../conformance/mutants/build.js";
import { availableTransports } from "../../server/testing/available-transports.js";
import { LocalFleet } from "./fleet.js";
import { remoteFleet } from "./fleet-process.js";
import { runSoak, type SoakOptions } from "./run.js";

/** Few clients with many troubles. */
const SHORT: SoakOptions = {
  transport: "ws",
  seed: 1,
  clients: 40,
  places: 4,
  durationMs: 3_000,
  rate: 60,
  troubleEveryMs: 700,
  messageEveryMs: 1_000,
  fleets: 1,
  settleMs: 60_000,
  fleet: (options) => Promise.resolve(new LocalFleet(options)),
};

describe.each(availableTransports())("clients that come and go, on %s", (transport) => {
  test("STREAM-6 MSG-1 lose nothing, see nothing twice, and every message is one event", async () => {
    const { faults, figures } = await runSoak({ ...SHORT, transport });
    expect(faults).toEqual([]);
    const { deliveries, accepted, troubles } = figures as {
      readonly deliveries: number;
      readonly accepted: number;
      readonly troubles: Readonly<Record<string, number>>;
    };
    expect(deliveries).toBeGreaterThan(100);
    expect(accepted).toBeGreaterThan(5);
    expect(troubles.kill).toBeGreaterThan(3);
  });
});

describe("a soak with a planted fault is red", () => {
  const short = { ...SHORT, durationMs: 2_000, settleMs: 1_000 };

  test("a client that passes over a gap loses events", async () => {
    const bundle = await buildEdited(
      editNamed("client/gap-ignored"),
      "endurance/soak/fleet-process.ts",
    );
    const verdict = await runSoak({ ...short, fleet: (options) => remoteFleet(options, bundle) });
    expect(verdict.faults.join("\n")).toContain("lost: event");
  });

  test("a server that leaves out an id has an event that nobody published", async () => {
    const server = ["node", await buildEdited(editNamed("server/hole-in-ids"))];
    const verdict = await runSoak({ ...short, server });
    expect(verdict.faults.join("\n")).toContain("nobody published event");
  });

  test("events that the server writes twice are the client's to drop, and a client that does not is caught", async () => {
    const server = ["node", await buildEdited(editNamed("server/event-written-twice"))];
    expect((await runSoak({ ...short, server, settleMs: 60_000 })).faults).toEqual([]);
    const bundle = await buildEdited(
      editNamed("client/no-dedup"),
      "endurance/soak/fleet-process.ts",
    );
    const careless = await runSoak({
      ...{ ...short, server },
      fleet: (options) => remoteFleet(options, bundle),
    });
    expect(careless.faults.join("\n")).toContain("doubled or out of order");
  });
});
