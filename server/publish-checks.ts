import type { PublishRequest } from "../generated/typescript/messages.js";
import { decodePublishRequest } from "../generated/typescript/validators.js";
import type { Settings } from "./config.js";
import { payloadFault } from "./event-contract.js";
import { jsonText } from "./json-text.js";
import { UsageError } from "./usage-error.js";

/**
 * The payload of a publish as JSON, where the request is one that POST /v1/events would take.
 * @throws UsageError that says what is wrong with it
 */
export function checkedPayload(
  request: PublishRequest,
  { events, contract, limits }: Pick<Settings, "events" | "contract" | "limits">,
): string {
  const decoded = decodePublishRequest(request);
  if (decoded.kind === "invalid") throw new UsageError(`publish: ${decoded.problem}`);
  const text = textOf(request.payload);
  if (Buffer.byteLength(text) > limits.payloadBytes) {
    throw new UsageError(`publish: payload is over ${limits.payloadBytes} bytes`); // as HTTP-11
  }
  if (!events.has(request.event)) {
    throw new UsageError(`publish: no module takes the event "${request.event}"; add it to events`);
  }
  const fault = payloadFault(contract, request.event, request.payload);
  if (fault !== undefined) throw new UsageError(`publish: payload: ${fault.problem}`);
  return text;
}

function textOf(payload: unknown): string {
  let text: string | undefined;
  let cause: unknown;
  try {
    text = jsonText(payload);
  } catch (error) {
    cause = error; // JSON.stringify refuses what holds itself, and some kinds of values
  }
  if (text === undefined) {
    throw new UsageError("publish: payload is no JSON, or nested too deeply", { cause });
  }
  return text;
}
