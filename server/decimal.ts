const PLACES = 3;
const THOUSAND = 10 ** PLACES;
const LAST_PLACES = Array.from({ length: THOUSAND }, (_, rest) =>
  String(rest).padStart(PLACES, "0"),
);

/**
 * The digits of a whole number from 0 to 2^53-1, as String gives them. V8 keeps the text of every number
 * that it writes, so that numbers which count up fill that cache, and the garbage collector has to carry
 * the text of each. Here it only keeps one of a thousand.
 */
export function decimal(value: number): string {
  if (value < THOUSAND) return String(value);
  const thousands = Math.floor(value / THOUSAND);
  return String(thousands) + (LAST_PLACES[value - thousands * THOUSAND] ?? "");
}
