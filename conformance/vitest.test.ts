import { afterAll, describe, expect, it } from "vitest";

import { fake } from "./driven/fake-testee.test-support.js";
import { buildReference } from "./mutants/build.js";
import { describeConformance, type TestContext, type TestFunctions } from "./vitest.js";

const reference = [process.execPath, await buildReference("client")];

// As a user has it in a suite of their own.
describeConformance({
  title: "the TypeScript client, by a few cases",
  testee: reference,
  cases: ["stream/*"],
  requirements: ["STREAM-5", "STREAM-10"],
  seed: 1,
  hangMs: 60_000,
  vitest: { describe, it, afterAll },
});

/** Collects what describeConformance describes, to be run by hand. */
class Collected implements TestFunctions {
  readonly tests = new Map<string, (context: TestContext) => Promise<void>>();
  readonly ends: (() => Promise<void>)[] = [];

  readonly describe = (_name: string, body: () => void): void => {
    body();
  };

  readonly it = (name: string, body: (context: TestContext) => Promise<void>): void => {
    this.tests.set(name.split(":")[0] ?? name, body);
  };

  readonly afterAll = (body: () => Promise<void>): void => {
    this.ends.push(body);
  };

  /** Runs one test; resolves with how it ended. */
  async run(id: string): Promise<string> {
    let skipped: string | undefined;
    try {
      await this.tests.get(id)?.({ skip: (note) => (skipped = note) });
      return skipped === undefined ? "passes" : `skips: ${skipped}`;
    } catch (error) {
      return error instanceof Error ? error.message : String(error);
    } finally {
      await Promise.all(this.ends.map((end) => end()));
    }
  }
}

/** For the reference: only what hangs for ever takes so long. */
const PATIENCE_MS = 60_000;

/** A case that the faulty testee fails and the reference passes. */
const ID = "stream/beyond-a-gap-is-kept";

describe("describeConformance", () => {
  it("fails with everything that the suite has to say", async () => {
    const vitest = new Collected();
    const testee = [process.execPath, fake, "none"];
    describeConformance({ testee, cases: [ID], hangMs: 3_000, vitest });
    const message = await vitest.run(ID);
    expect(message).toContain(`FAIL: ${ID}`);
    expect(message).toContain("repeat: describeConformance(");
  });

  it("fails where a capability is missing, and skips where that is known", async () => {
    const needing = "ack/after-the-handler";
    const options = { testee: [process.execPath, fake, "none"], cases: [needing] };
    const strict = new Collected();
    describeConformance({ ...options, vitest: strict });
    expect(await strict.run(needing)).toContain("it needs the capability settle");
    const lenient = new Collected();
    describeConformance({ ...options, lacking: ["settle"], vitest: lenient });
    expect(await lenient.run(needing)).toBe("skips: the adapter lacks settle");
  });

  it("takes a known failure, until it passes", async () => {
    const options = { testee: [process.execPath, fake, "none"], cases: [ID], hangMs: 3_000 };
    const failing = new Collected();
    describeConformance({ ...options, knownFailing: { [ID]: "a draft" }, vitest: failing });
    expect(await failing.run(ID)).toBe("passes");
    const passing = new Collected();
    const knownFailing = { [ID]: "a draft" };
    const known = { testee: reference, cases: [ID], hangMs: PATIENCE_MS, knownFailing };
    describeConformance({ ...known, vitest: passing });
    expect(await passing.run(ID)).toContain("listed in knownFailing (a draft), and passes now");
  });

  it.each([
    [{ testee: reference }, "finds no test functions"],
    [{ testee: [], vitest: new Collected() }, "needs the adapter's command"],
    [{ testee: reference, cases: ["no/such"], vitest: new Collected() }, "matches no case"],
  ])("says at once what is missing: %#", (options, problem) => {
    expect(() => {
      describeConformance(options);
    }).toThrow(problem);
  });
});
