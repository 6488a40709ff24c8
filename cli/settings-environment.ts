import { allSettings, type Setting } from "./setting.js";
import { UsageError } from "./usage-error.js";

/** Variables of other commands and of this repository's tests. */
const OTHERS: readonly string[] = [
  "LATIDO_CONFIG",
  "LATIDO_TOKEN",
  "LATIDO_TOKEN_SECRET",
  "LATIDO_TOKEN_COMMAND",
  "LATIDO_SEED",
  "LATIDO_HOSTILE_FRAMES",
];

/** A setting that was given as text, and the name under which it was. */
export interface GivenText {
  readonly setting: Setting;
  readonly text: string;
  /** A variable or a flag. */
  readonly source: string;
}

/**
 * The settings that the environment gives. An empty variable counts as not set.
 * @throws UsageError for a variable that begins with `LATIDO_` and is no setting, with the nearest that is
 */
export function settingsOfEnvironment(
  environment: Readonly<Record<string, string | undefined>>,
): readonly GivenText[] {
  const byVariable = new Map(allSettings().map((setting) => [setting.variable, setting]));
  const given: GivenText[] = [];
  for (const [variable, text] of Object.entries(environment)) {
    if (!variable.startsWith("LATIDO_") || OTHERS.includes(variable)) continue;
    const setting = byVariable.get(variable);
    if (setting === undefined) throw new UsageError(unknown(variable, [...byVariable.keys()]));
    if (text !== undefined && text !== "") given.push({ setting, text, source: variable });
  }
  return given;
}

function unknown(variable: string, variables: readonly string[]): string {
  const near = nearest(variable, [...variables, "LATIDO_CONFIG"]);
  return `${variable} is not a setting; the nearest is ${near}`;
}

/**
 * The setting of this place in a file.
 * @throws UsageError with the nearest that there is
 */
export function settingAt(path: string, source: string): Setting {
  const settings = allSettings();
  const found = settings.find((setting) => setting.path === path);
  if (found !== undefined) return found;
  const near = nearest(
    path,
    settings.map((setting) => setting.path),
  );
  throw new UsageError(`${source}: ${path} is not a setting; the nearest is ${near}`);
}

function nearest(name: string, names: readonly string[]): string {
  let best = "";
  let least = Infinity;
  for (const candidate of names) {
    const distance = editDistance(name, candidate);
    if (distance < least) [best, least] = [candidate, distance];
  }
  return best;
}

/** Letters to insert, drop or change until one is the other (Levenshtein 1965). */
function editDistance(one: string, other: string): number {
  let row = Array.from({ length: other.length + 1 }, (_, index) => index);
  for (let i = 1; i <= one.length; i += 1) {
    const next = [i];
    for (let j = 1; j <= other.length; j += 1) {
      const change = (row[j - 1] ?? 0) + (one[i - 1] === other[j - 1] ? 0 : 1);
      next.push(Math.min(change, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1));
    }
    row = next;
  }
  return row[other.length] ?? 0;
}
