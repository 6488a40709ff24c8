import { describe, expect, test } from "vitest";
import { editNamed } from "../../conformance/mutants/bank.js";
import { buildEdited } from "../../conformance/mutants/build.js";
import { availableTransports } from "../../server/testing/available-transports.js";
import { LocalFleet } from "./fleet.js";
import { remoteFleet } from "./fleet-process.js";
import { runSoak, type SoakOptions } from "./run.js";

/** Few clients with many troubles, for as long as the work takes. */
const SHORT: SoakOptions = {
  transport: "ws",
  seed: 1,
  clients: 40,
  places: 4,
  durationMs: 0,
  rate: 60,
  troubleEveryMs: 700,
  messageEveryMs: 1_000,
  fleets: 1,
  settleMs: 300_000,
  fleet: (options) => Promise.resolve(new LocalFleet(options)),
};

describe.each(availableTransports())("clients that come and go, on %s", (transport) => {
  test("STREAM-6 STREAM-8 MSG-1 lose nothing, see nothing twice, and every message is one event", async () => {
    const troubles = { kill: 40, close: 10, freeze: 5, suspend: 10, gap: 10 };
    const least = { handled: 1_000, accepted: 40, troubles };
    const { faults } = await runSoak({ ...SHORT, transport, least });
    expect(faults).toEqual([]);
  });
});

describe("a soak with a planted fault is red", () => {
  /** The faulty rule is broken in public by then: event 3 of some stream, with eight for the places. */
  const least = { published: 60 };

  test("a client that passes over a gap loses events", async () => {
    const { faults } = await runSoak({
      ...{ ...SHORT, least: { troubles: { gap: 10 } } },
      fleet: await faultyFleet("client/gap-ignored"),
    });
    expect(faults.join("\n")).toContain("lost: event");
  });

  test("a server that leaves out an id has an event that nobody published", async () => {
    const server = await faultyServer("server/hole-in-ids");
    // Nobody ever sees what follows the hole: there is nothing to wait for but messages, and none is sent.
    const hopeless = { messageEveryMs: 0, settleMs: 0 };
    const { faults } = await runSoak({ ...SHORT, ...hopeless, least, server });
    expect(faults.join("\n")).toContain("nobody published event");
  });

  test("events that the server writes twice are the client's to drop, and a client that does not is caught", async () => {
    const server = await faultyServer("server/event-written-twice");
    // A quiet network: everybody is there when the third event of a stream is written twice.
    const quiet = { ...SHORT, least, server, troubleEveryMs: 0 };
    expect((await runSoak(quiet)).faults).toEqual([]);
    const fleet = await faultyFleet("client/no-dedup");
    const { faults } = await runSoak({ ...quiet, fleet });
    expect(faults.join("\n")).toContain("doubled or out of order");
  });
});

async function faultyServer(name: string): Promise<readonly string[]> {
  return ["node", await buildEdited(editNamed(name))];
}

async function faultyFleet(name: string): Promise<SoakOptions["fleet"]> {
  const bundle = await buildEdited(editNamed(name), "endurance/soak/fleet-process.ts");
  return (options) => remoteFleet(options, bundle);
}
