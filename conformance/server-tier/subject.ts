// What a run of the server tier judges, and in which profiles it can.

import type { Case } from "../cases/case.js";
import { OPEN } from "../profiles/profile.js";
import { WITHOUT_TOKENS, type Variation } from "../profiles/variation.js";
import type { ServerTarget } from "./target.js";
import type { Mint } from "./tokens.js";

/** In a command this stands for the path of a JSON file with the profile's settings. */
export const SETTINGS_PLACEHOLDER = "{settings}";

export type ServerSubject =
  | {
      /** A server that somebody else started, with the settings of `profile` (default open). */
      readonly kind: "address";
      readonly target: ServerTarget;
      readonly profile?: string;
      readonly variation?: Variation;
    }
  | {
      /** A command that prints a ready line. Without the placeholder it serves one profile only. */
      readonly kind: "command";
      readonly command: readonly string[];
      readonly event: string;
      readonly apiKey?: string;
      /** Makes tokens in place of the secret of a profile that wants them. */
      readonly mint?: Mint;
      readonly profile?: string;
      readonly variation?: Variation;
      /** How long it may take until it is ready; default 30 s. */
      readonly readyMs?: number;
    };

/** Whether the subject can be had with the settings of every profile. */
export function takesSettings(subject: ServerSubject): boolean {
  return (
    subject.kind === "command" &&
    subject.command.some((each) => each.includes(SETTINGS_PLACEHOLDER))
  );
}

/** Whether this run judges a case: whether its profile is one that the subject is run in. */
export function judges(subject: ServerSubject): (testCase: Case) => boolean {
  const isInProfile = belongs(subject);
  return (testCase) => isInProfile(testCase) && !isAmiss(testCase, subject);
}

function belongs(subject: ServerSubject): (testCase: Case) => boolean {
  const all = takesSettings(subject) && subject.profile === undefined;
  const one = subject.profile ?? OPEN;
  return ({ profile }) => all || profile === one;
}

/** Whether a case is about a server without tokens, and this one has some in every profile. */
function isAmiss({ requirements }: Case, { variation }: ServerSubject): boolean {
  return variation?.auth === "jwt" && requirements.every((id) => WITHOUT_TOKENS.has(id));
}

export interface NotJudged {
  readonly profiles: readonly string[];
  /** MUSTs of which every case belongs to one of those profiles. */
  readonly requirements: readonly string[];
}

/** What a run leaves out, with what a reader must know of it. */
export interface LeftOut {
  readonly notJudged?: NotJudged;
  readonly notes?: readonly string[];
}

export function leftOut(
  cases: readonly Case[],
  subject: ServerSubject,
  judged: readonly string[],
): LeftOut {
  const left = notJudged(cases, subject);
  const amiss = cases.filter((each) => isAmiss(each, subject)).map((each) => each.id);
  const notes = [
    ...(left === undefined ? [] : notesOn(left, judged)),
    ...(amiss.length === 0 ? [] : [`not judged with --auth jwt: ${amiss.join(", ")}`]),
  ];
  return {
    ...(left === undefined ? {} : { notJudged: left }),
    ...(notes.length === 0 ? {} : { notes }),
  };
}

/** What a run leaves to other profiles; undefined where that is nothing. */
function notJudged(cases: readonly Case[], subject: ServerSubject): NotJudged | undefined {
  const isJudged = belongs(subject);
  const left = cases.filter((each) => !isJudged(each));
  if (left.length === 0) return undefined;
  const seen = new Set(cases.filter(isJudged).flatMap((each) => each.requirements));
  const musts = left.filter((each) => each.level === "MUST").flatMap((each) => each.requirements);
  return {
    profiles: [...new Set(left.map((each) => each.profile))],
    requirements: [...new Set(musts.filter((id) => !seen.has(id)))],
  };
}

function notesOn(
  { profiles, requirements }: NotJudged,
  judged: readonly string[],
): readonly string[] {
  return [
    `judged in the profile ${judged.join(", ")}; not judged in this run: ${requirements.length} MUSTs of the profiles ${profiles.join(", ")}`,
    "for those, put {settings} into the server's command, or start it with such settings and add --profile NAME",
  ];
}
