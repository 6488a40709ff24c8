// `latido conformance doctor`, apart from reading the command line.

import { testeeAddress, type TesteeFlags } from "../driver/address.js";
import { EXIT } from "../runner/verdict.js";
import { randomSeed } from "../seeded.js";
import { examine } from "./doctor.js";
import { diagnosisText, findingText } from "./text.js";

export interface DoctorFlags extends TesteeFlags {
  readonly json?: boolean;
  readonly hangMs?: number;
}

const HANG_MS = 3_000;

/** Examines an adapter and prints what it found. Returns the exit code: 0 fit, 1 not. */
export async function diagnose(command: readonly string[], flags: DoctorFlags): Promise<number> {
  const quiet = flags.json === true;
  const diagnosis = await examine({
    testee: testeeAddress("doctor", command, flags),
    hangMs: flags.hangMs ?? HANG_MS,
    seed: randomSeed(),
    onFinding: (finding) => {
      if (!quiet) process.stdout.write(`${findingText(finding)}\n`);
    },
  });
  const text = quiet ? JSON.stringify(diagnosis, undefined, 2) : `\n${diagnosisText(diagnosis)}`;
  process.stdout.write(`${text}\n`);
  return diagnosis.healthy ? EXIT.conformant : EXIT.violation;
}
