import type { DecodedBody } from "../../generated/typescript/messages.js";
import { decodePublishRequest } from "../../generated/typescript/validators.js";
import type { Settings } from "../config.js";
import { payloadText } from "../decode.js";
import { payloadFault } from "../event-contract.js";
import type { Publisher } from "../publisher.js";
import type { HttpAnswer, HttpRequest } from "../transports/transport.js";
import { httpError, json } from "./answers.js";

/** POST /v1/events: HTTP-3, HTTP-6, HTTP-7, HTTP-10 to HTTP-12. */
export async function publish(
  request: HttpRequest,
  publisher: Publisher,
  settings: Settings,
): Promise<HttpAnswer> {
  const read = readBody(request, settings, decodePublishRequest);
  if (read.kind === "answer") return read.answer;
  const { value, text } = read;
  const payload = payloadText(text);
  if (Buffer.byteLength(payload) > settings.limits.payloadBytes) {
    const message = `payload is over ${settings.limits.payloadBytes} bytes`;
    return httpError(413, "payload_too_large", message, "/payload"); // HTTP-11
  }
  if (!publisher.hasModule(value.event)) {
    const message = "no module takes an event of this name";
    return httpError(422, "unsupported_event", message, "/event"); // HTTP-12
  }
  const fault = payloadFault(settings.contract, value.event, value.payload);
  if (fault !== undefined) {
    return httpError(400, "invalid_message", `payload: ${fault.problem}`, `/payload${fault.path}`);
  }
  const response = await publisher.publish(value, payload);
  const isLost = response.outcomes.every(({ error }) => error !== undefined);
  if (isLost) return httpError(503, "upstream_unavailable", "the store does not answer");
  return json(200, response);
}

type Read<Body> =
  | { readonly kind: "body"; readonly value: Body; readonly text: string }
  | { readonly kind: "answer"; readonly answer: HttpAnswer };

const UTF8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/** HTTP-10: the body as JSON of its schema, or the answer that says what is wrong with it. */
export function readBody<Body>(
  { body }: HttpRequest,
  { limits }: Settings,
  decode: (value: unknown) => DecodedBody<Body>,
): Read<Body> {
  if (body === undefined) {
    const message = `the body is over ${limits.publishBodyBytes} bytes`;
    return { kind: "answer", answer: httpError(413, "payload_too_large", message) };
  }
  let text: string;
  let value: unknown;
  try {
    text = UTF8.decode(body);
    value = JSON.parse(text);
  } catch {
    return { kind: "answer", answer: httpError(400, "invalid_json", "the body is not JSON", "") };
  }
  const decoded = decode(value);
  if (decoded.kind === "value") return { kind: "body", value: decoded.value, text };
  const { path, problem } = decoded;
  return { kind: "answer", answer: httpError(400, "invalid_message", problem, path) };
}
