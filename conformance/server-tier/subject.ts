// What a run of the server tier judges, and in which profiles it can.

import type { Case } from "../cases/case.js";
import { OPEN } from "../profiles/profile.js";
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
      /** How long it may take until it is ready; default 30 s. */
      readonly readyMs?: number;
    };

/** Whether the subject can be had with the settings of every profile. */
function takesSettings(subject: ServerSubject): boolean {
  return (
    subject.kind === "command" &&
    subject.command.some((each) => each.includes(SETTINGS_PLACEHOLDER))
  );
}

/** Whether this run judges a case: whether its profile is one that the subject is run in. */
export function judges(subject: ServerSubject): (testCase: Case) => boolean {
  const all = takesSettings(subject) && subject.profile === undefined;
  const one = subject.profile ?? OPEN;
  return ({ profile }) => all || profile === one;
}

export interface NotJudged {
  readonly profiles: readonly string[];
  /** MUSTs of which every case belongs to one of those profiles. */
  readonly requirements: readonly string[];
}

/** What a run leaves out; undefined where it leaves out nothing. */
export function notJudged(cases: readonly Case[], subject: ServerSubject): NotJudged | undefined {
  const isJudged = judges(subject);
  const left = cases.filter((each) => !isJudged(each));
  if (left.length === 0) return undefined;
  const seen = new Set(cases.filter(isJudged).flatMap((each) => each.requirements));
  const musts = left.filter((each) => each.level === "MUST").flatMap((each) => each.requirements);
  return {
    profiles: [...new Set(left.map((each) => each.profile))],
    requirements: [...new Set(musts.filter((id) => !seen.has(id)))],
  };
}

/** What a reader must know of what was left out. */
export function notesOn(
  { profiles, requirements }: NotJudged,
  judged: readonly string[],
): readonly string[] {
  return [
    `judged in the profile ${judged.join(", ")}; not judged in this run: ${requirements.length} MUSTs of the profiles ${profiles.join(", ")}`,
    "for those, put {settings} into the server's command, or start it with such settings and add --profile NAME",
  ];
}
