import type { Registry } from "prom-client";
import type { HttpAnswer } from "../transports/transport.js";

/** HTTP-2 */
export async function metrics(registry: Registry): Promise<HttpAnswer> {
  const body = await registry.metrics();
  return { status: 200, headers: { "content-type": registry.contentType }, body };
}
