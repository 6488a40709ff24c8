import { loadUws } from "../transports/uws-native.js";

/**
 * The transports that can be tried here. Where the native one does not load, one line says so and ws is
 * tried alone; in CI, where nothing may be left out, it is tried all the same and fails.
 */
export function availableTransports(
  uws: ReturnType<typeof loadUws> = loadUws(),
  isCi: boolean = process.env.CI === "true",
): readonly ("uws" | "ws")[] {
  if (!("reason" in uws) || isCi) return ["uws", "ws"];
  console.warn(`not tried: transport uws, because it does not load here (${uws.reason})`);
  return ["ws"];
}
