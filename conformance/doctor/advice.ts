// What to do about a line that breaks the driver protocol.

import type { FaultKind } from "../driver/process.js";

const ADVICE: Readonly<Record<FaultKind, string>> = {
  crash:
    "the process ended by itself: its last words stand on standard error; run the command by hand",
  hang: "answer every command with one line {re: <id>, ok: true} and flush it; answer open before there is a connection",
  bad_line:
    "print nothing but driver lines, one JSON object each, as conformance/driver/protocol.schema.json has them; log to standard error",
  overlong_line: "end every line with a line feed; a line holds at most 1 MiB",
  duplicate_reply:
    "answer each command once, also when it fails after it was answered: that is an event",
  unexpected_reply: "re is the id of the command that is answered, as a number",
  counter_gap:
    "n begins at 1 and rises by 1 with each event for the life of the process, over all cases",
  late_report:
    "after the reply to case.end nothing of the case may be reported: take the listeners away first",
  refused:
    "an adapter answers every mandatory command, and every command that its hello lists as a capability; take it out of capabilities, or answer it",
};

/** Advice on a fault; undefined where the failure is no breach of the driver protocol. */
export function adviceOn(fault: string | undefined): string | undefined {
  return fault !== undefined && Object.hasOwn(ADVICE, fault)
    ? ADVICE[fault as FaultKind]
    : undefined;
}
