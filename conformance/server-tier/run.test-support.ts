// What the tests of the server tier share.

import { join } from "node:path";

import type { Case, Step } from "../cases/case.js";
import { packageRoot } from "../package-root.js";
import type { ServerSubject } from "./subject.js";

/** The command of the server of a page that shows a fault. */
export function faultyCommand(fault: string, ...more: readonly string[]): readonly string[] {
  const file = join(packageRoot(), "conformance", "testees", "faulty", "server.mjs");
  return [process.execPath, file, fault, ...more];
}

export function faulty(
  fault: string,
  ...more: readonly string[]
): Extract<ServerSubject, { kind: "command" }> {
  return { kind: "command", command: faultyCommand(fault, ...more), event: "chat_message" };
}

export function caseOf(id: string, steps: readonly Step[], over: Partial<Case> = {}): Case {
  return {
    id,
    title: "a case of the runner's own tests",
    requirements: ["CONN-21"],
    role: "server",
    tier: "server",
    level: "MUST",
    since: "1.0",
    needs: [],
    clock: "real",
    profile: "open",
    vars: {},
    unwatched: [],
    file: "test",
    steps,
    ...over,
  };
}
