import type { InvalidateResponse, StreamHead } from "../../generated/typescript/messages.js";
import { decodeInvalidateRequest } from "../../generated/typescript/validators.js";
import type { Settings } from "../config.js";
import { addressedUser, streamName, userStreamName } from "../names.js";
import type { EventLog } from "../stores/store.js";
import type { HttpAnswer, HttpRequest } from "../transports/transport.js";
import { json } from "./answers.js";
import { readBody } from "./publish.js";

/** POST /v1/streams/invalidate: whoever is below the present heads must reload (HTTP-8). */
export async function invalidate(
  request: HttpRequest,
  log: EventLog,
  settings: Settings,
): Promise<HttpAnswer> {
  const read = readBody(request, settings, decodeInvalidateRequest);
  if (read.kind === "answer") return read.answer;
  const modules = read.value.modules ?? [...new Set(settings.events.values())];
  const streams: StreamHead[] = [];
  for (const scope of read.value.scopes) {
    const user = addressedUser(scope);
    const targets =
      user === undefined
        ? modules.map((module) => ({ stream: streamName(module, scope), module }))
        : [{ stream: userStreamName(user) }];
    for (const target of targets) {
      const { epoch, headId } = await log.invalidate(target.stream);
      streams.push({ ...target, epoch, lastEventId: headId, scope });
    }
  }
  const body: InvalidateResponse = { streams };
  return json(200, body);
}
