// Runs the server tier: for each profile a server, before it scripted clients, with a canary beside every case.

import type { Case } from "../cases/case.js";
import { packageVersion } from "../package-root.js";
import { loadProfiles, type Profile } from "../profiles/profile.js";
import { varied } from "../profiles/variation.js";
import { notRun } from "../runner/result.js";
import type { RunOptions } from "../runner/options.js";
import type { CaseResult, RunResult } from "../runner/verdict.js";
import { randomSeed } from "../seeded.js";
import { holdServer } from "./held.js";
import { ProfileRun } from "./profile-run.js";
import { judges, leftOut, type ServerSubject } from "./subject.js";
import { ServerUnreachable } from "./unreachable.js";

export interface ServerOptions extends RunOptions {
  readonly subject: ServerSubject;
}

interface Group {
  readonly profile: Profile;
  readonly cases: readonly Case[];
}

/** The judged cases by profile; within one they keep their order. */
function groups({ cases, subject }: ServerOptions): readonly Group[] {
  const judged = cases.filter(judges(subject));
  return [...loadProfiles().values()]
    .map((profile) => ({
      profile: varied(profile, subject.variation),
      cases: judged.filter((each) => each.profile === profile.name),
    }))
    .filter((group) => group.cases.length > 0);
}

/** Runs all cases that the subject can be judged by. Throws ServerUnreachable when no server can be had at all. */
export async function runServer(options: ServerOptions): Promise<RunResult> {
  const { subject, seed } = options;
  const startedAt = new Date();
  const results: CaseResult[] = [];
  // Users of one run are strangers to those of another, whatever the seed.
  const nonce = randomSeed().toString(36);
  const profiles: string[] = [];
  let endedEarly: string | undefined;
  const enough = (): boolean => {
    const last = results.at(-1);
    return last !== undefined && options.stopWhen?.(last) === true;
  };
  const add = (result: CaseResult): boolean => {
    results.push(result);
    options.onResult?.(result);
    return enough();
  };
  for (const { profile, cases } of groups(options)) {
    if (enough()) break;
    profiles.push(profile.name);
    try {
      const server = await holdServer(subject, profile);
      const run = new ProfileRun(server, profile, nonce, options);
      endedEarly = (await run.all(cases, results.length, add)) ?? endedEarly;
    } catch (error) {
      if (!(error instanceof ServerUnreachable) || results.length === 0) throw error;
      const problem = `no server could be had in the profile ${profile.name}: ${error.message}`;
      cases.every((each) => !add(notRun(each, "untestable", problem, options)));
    }
  }
  return {
    tier: "server",
    target: subject.kind === "address" ? subject.target.url : subject.command.join(" "),
    seed,
    suiteVersion: packageVersion(),
    startedAt: startedAt.toISOString(),
    durationMs: Date.now() - startedAt.getTime(),
    cases: results,
    staleKnownFailing: [],
    profiles,
    ...leftOut(options.cases, subject, profiles),
    ...(endedEarly === undefined ? {} : { endedEarly }),
  };
}
