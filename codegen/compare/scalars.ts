import type { Walk } from "./shapes.js";

/** Bounds that are 0 where nothing is said. */
const FROM_ZERO = ["minLength", "minItems", "minProperties"];

type Bound =
  | "minimum"
  | "maximum"
  | "minLength"
  | "maxLength"
  | "minItems"
  | "maxItems"
  | "minProperties"
  | "maxProperties";

type Bounded = Readonly<Partial<Record<Bound, number>>>;

/** Compares a lower and an upper bound, both inclusive. */
export function compareBounds(
  walk: Walk,
  a: Bounded,
  b: Bounded,
  place: string,
  [lower, upper]: readonly [Bound, Bound],
): void {
  const none = FROM_ZERO.includes(lower) ? 0 : Number.NEGATIVE_INFINITY;
  const low = [a[lower] ?? none, b[lower] ?? none] as const;
  if (low[0] !== low[1]) {
    const what = `${lower} ${bound(low[0])} → ${bound(low[1])}`;
    walk.add({ place, what, narrows: low[1] > low[0], widens: low[1] < low[0] });
  }
  const none2 = Number.POSITIVE_INFINITY;
  const high = [a[upper] ?? none2, b[upper] ?? none2] as const;
  if (high[0] !== high[1]) {
    const what = `${upper} ${bound(high[0])} → ${bound(high[1])}`;
    walk.add({ place, what, narrows: high[1] < high[0], widens: high[1] > high[0] });
  }
}

/** Compares patterns by their text: of two different ones it is not known which admits more. */
export function comparePattern(
  walk: Walk,
  was: string | undefined,
  is: string | undefined,
  place: string,
): void {
  if (was === is) return;
  const what = `pattern ${was ?? "none"} → ${is ?? "none"}`;
  walk.add({ place, what, narrows: is !== undefined, widens: was !== undefined });
}

function bound(value: number): string {
  return Number.isFinite(value) ? String(value) : "none";
}
