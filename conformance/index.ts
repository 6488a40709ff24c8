export {
  judgeClient,
  judgeServer,
  type ClientFlags,
  type ServerFlags,
  type SuiteFlags,
} from "./cli.js";
export { judgeOnTheWire, type WireFlags } from "./wire-tier/command.js";
export { diagnose, type DoctorFlags } from "./doctor/command.js";
export { examine, type DoctorOptions } from "./doctor/doctor.js";
export type { Diagnosis, Finding } from "./doctor/finding.js";
export { starterLanguages, starterText, writeStarter } from "./init/init.js";
export {
  describeConformance,
  type DescribeOptions,
  type TestContext,
  type TestFunctions,
} from "./vitest.js";
export { loadCases, casesFolder, CaseFileError } from "./cases/load.js";
export type { Case, Step } from "./cases/case.js";
export { loadContract, type Contract, type Requirement } from "./contract.js";
export { TesteeUnreachable, type TesteeAddress } from "./driver/channel.js";
export type { DrivenOptions } from "./driven/bench.js";
export { runDriven } from "./driven/run.js";
export { runServer, type ServerOptions } from "./server-tier/run.js";
export type { ServerSubject } from "./server-tier/subject.js";
export { startServer, type ServerTarget } from "./server-tier/target.js";
export { ServerUnreachable } from "./server-tier/unreachable.js";
export { chooseCases } from "./runner/choose.js";
export { HostileFrames, type HostileOptions } from "./hostile/frames.js";
export { HOSTILE_KINDS, type HostileFrame, type HostileKind } from "./hostile/frame.js";
export { loadProfiles, type Profile } from "./profiles/profile.js";
export { compareResults, comparisonText, type Comparison } from "./compare.js";
export {
  readReplay,
  repeated,
  repeatedText,
  type Before,
  type Repeated,
  type Repetition,
} from "./replay.js";
export { readResults } from "./report/read.js";
export { resultsOf, writeReports, type Results } from "./report/results.js";
export {
  EXIT,
  exitCode,
  type CaseResult,
  type Failure,
  type RunResult,
  type Verdict,
} from "./runner/verdict.js";
