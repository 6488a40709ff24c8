// A profile's settings with the defaults of spec/policy.yaml under them, as cases refer to them.

import type { Contract } from "../contract.js";
import type { JsonObject } from "../json.js";
import type { Profile } from "./profile.js";

/** `$setting.timers.NAME` and `$setting.limits.NAME` of a case stand for these values. */
export function effectiveSettings({ settings }: Profile, contract: Contract): JsonObject {
  const { timers, limits } = contract.defaults();
  return {
    sessionPolicy: "replace",
    ...settings,
    timers: { ...timers, ...settings.timers },
    limits: { ...limits, ...settings.limits },
  };
}
