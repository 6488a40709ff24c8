import type { Bounded } from "../generated/typescript/tables.js";
import { UsageError } from "./usage-error.js";

/**
 * The value, where it is a whole number within its bounds.
 * @throws UsageError that names the setting, the value and the allowed range
 */
export function within(
  setting: string,
  value: number,
  bounds: { readonly min?: number; readonly max?: number },
): number {
  const { min = 0, max = Number.MAX_SAFE_INTEGER } = bounds;
  if (!Number.isInteger(value) || value < min || value > max) {
    throw new UsageError(
      `${setting} is ${String(value)}; allowed is a whole number from ${min} to ${max}`,
    );
  }
  return value;
}

/**
 * The value, or the default where none is given.
 * @throws UsageError as `within`
 */
export function withinOrDefault(
  setting: string,
  value: number | undefined,
  bounds: Bounded,
): number {
  return within(setting, value ?? bounds.default, bounds);
}
