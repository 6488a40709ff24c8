import type { HealthResponse } from "../../generated/typescript/messages.js";
import type { HttpAnswer } from "../transports/transport.js";
import { json } from "./answers.js";

/** What the health of a server is read from. */
export interface HealthSources {
  readonly isDraining: () => boolean;
  readonly isStoreHealthy: () => boolean;
  readonly wallTime: () => number;
  readonly uptimeMs: () => number;
}

/** HTTP-1, HTTP-13 */
export function health(sources: HealthSources): HttpAnswer {
  const isDraining = sources.isDraining();
  const body: HealthResponse = {
    status: isDraining ? "DRAINING" : sources.isStoreHealthy() ? "OK" : "DEGRADED",
    timestamp: new Date(sources.wallTime()).toISOString(),
    uptime: Math.floor(sources.uptimeMs()) / 1_000,
  };
  return json(isDraining ? 503 : 200, body);
}
