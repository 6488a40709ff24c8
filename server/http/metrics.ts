import type { Registry } from "prom-client";
import { processMetrics } from "../process-metrics.js";
import type { HttpAnswer } from "../transports/transport.js";

/** HTTP-2: the metrics of a server, and those of its process. */
export async function metrics(registry: Registry): Promise<HttpAnswer> {
  const texts = await Promise.all([registry.metrics(), processMetrics().metrics()]);
  return { status: 200, headers: { "content-type": registry.contentType }, body: texts.join("") };
}
