// The table of limits in docs/security.md says of each what the contract says.

import { describe, expect, it } from "vitest";

import { LIMITS, TIMERS } from "../generated/typescript/tables.js";
import { WEBHOOK_NUMBERS } from "../server/messages/webhook-options.js";
import { SERVER_NUMBERS } from "../server/server-numbers.js";
import { readPage } from "./samples/fences.js";

/** Limits that bind clients, or bound nothing that somebody else could make large. */
const NO_DEFENCE = [
  "outboxMessages",
  "keptEvents",
  "ackMaxPending",
  "syncAttempts",
  "circuitAfter",
  "jitterPercent",
  "idCharacters",
  "nameCharacters",
];

type Defaults = Readonly<Record<string, { readonly default: number }>>;

function named(group: string, numbers: Defaults): readonly (readonly [string, number])[] {
  return Object.entries(numbers).map(([name, bounds]) => [`${group}${name}`, bounds.default]);
}

const KNOWN = new Map([
  ...named("limits.", LIMITS),
  ...named("timers.", TIMERS),
  ...named("webhook.", WEBHOOK_NUMBERS),
  ...named("", SERVER_NUMBERS),
]);

const ROWS = [...readPage("docs/security.md").matchAll(/^\| `([A-Za-z.]+)` +\| (\d+) +\|/gmu)].map(
  ([, setting = "", value = ""]) => [setting, Number(value)] as const,
);

describe("the limits in docs/security.md", () => {
  it.each(ROWS)("%s has the default %d", (setting, value) => {
    expect(KNOWN.get(setting)).toBe(value);
  });

  it("are all that defend the server", () => {
    const limits = Object.keys(LIMITS).filter((name) => !NO_DEFENCE.includes(name));
    const rows = ROWS.map(([setting]) => setting);
    expect(rows).toEqual(expect.arrayContaining(limits.map((name) => `limits.${name}`)));
    expect(new Set(rows).size).toBe(rows.length);
  });
});
