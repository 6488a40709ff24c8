// The page of timers and limits.

import type { Limit, Timer } from "../../codegen/model.js";
import { requirementLink } from "../addresses.js";
import { code, page, plain, table } from "../markdown.js";
import { NO_BREAK, number } from "../shape-text.js";
import type { Room } from "./room.js";

export function numbersPage({ contract }: Room): string {
  const { timers, limits } = contract.policy;
  return page(
    [
      "# Timers and limits",
      "Every number of the protocol, from [`spec/policy.yaml`](/files/spec/policy.yaml). What CONNECT announces binds the session, whatever the default is. [Settings](/operations/settings) says how a server is given other values.",
      "## Timers",
      table(
        ["timer", "default", "range", "what it is", "in CONNECT", "rules"],
        timers.map((timer) => row(timer, duration)),
      ),
      "## Limits",
      table(
        ["limit", "default", "range", "what it is", "in CONNECT", "rules"],
        limits.map((limit) => row(limit, (value) => `${number(value)} ${limit.unit}`)),
      ),
    ],
    { aside: false },
  );
}

function row(each: Timer | Limit, say: (value: number) => string): readonly string[] {
  const { name, min, max, description, announcedIn, requirements } = each;
  const range = min === undefined || max === undefined ? "fixed" : `${say(min)} to ${say(max)}`;
  return [
    code(name),
    say(each.default),
    range,
    plain(description),
    announcedIn === undefined ? "" : code(announcedIn),
    requirements.map(requirementLink).join(", "),
  ];
}

const UNITS: readonly (readonly [ms: number, name: string])[] = [
  [86_400_000, "d"],
  [60_000, "min"],
  [1_000, "s"],
];

/** 5 000 as `5 s`; what is no whole number of a larger unit stays in milliseconds. */
export function duration(ms: number): string {
  const [size, unit] = UNITS.find(([each]) => ms >= each && ms % each === 0) ?? [1, "ms"];
  return `${number(ms / size)}${NO_BREAK}${unit}`;
}
