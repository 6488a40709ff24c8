import type {
  PresenceMember,
  PresenceResponse,
  Scope,
} from "../../generated/typescript/messages.js";
import { decodeInvalidateRequest } from "../../generated/typescript/validators.js";
import { groupName } from "../names.js";
import type { PresenceStore, ShownMember } from "../stores/store.js";
import type { HttpAnswer, HttpRequest } from "../transports/transport.js";
import { httpError, json } from "./answers.js";

/** GET /v1/presence?scope=JSON: HTTP-9. */
export async function presence(
  request: HttpRequest,
  store: PresenceStore,
  maxMembers: number,
): Promise<HttpAnswer> {
  const scope = readScope(new URLSearchParams(request.query).get("scope"));
  if (scope === undefined) {
    const message = "the query parameter scope must be the JSON of a scope";
    return httpError(400, "invalid_message", message, "/scope");
  }
  const group = groupName(scope);
  const { epoch, version, memberCount, members } = await store.list(group, maxMembers);
  const body: PresenceResponse = {
    group,
    scope,
    epoch,
    version,
    members: members.map(asMember),
    memberCount,
    ...(members.length < memberCount ? { truncated: true } : {}),
  };
  return json(200, body);
}

function readScope(text: string | null): Scope | undefined {
  if (text === null) return undefined;
  try {
    // The scope's own schema, through a body that holds scopes.
    const decoded = decodeInvalidateRequest({ scopes: [JSON.parse(text) as unknown] });
    return decoded.kind === "value" ? decoded.value.scopes[0] : undefined;
  } catch {
    return undefined;
  }
}

function asMember({ userId, status, metadata }: ShownMember): PresenceMember {
  if (metadata === undefined) return { userId, status };
  return { userId, status, metadata: JSON.parse(metadata) as Readonly<Record<string, unknown>> };
}
