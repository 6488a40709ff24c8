import { BEARER_PREFIX, CLOSE_CODES, SUBPROTOCOL } from "../generated/typescript/tables.js";
import { decodeConnectQuery } from "../generated/typescript/validators.js";
import type { Dial } from "./admission.js";
import type { Settings } from "./config.js";
import { isAllowedOrigin } from "./origins.js";
import type { UpgradeRequest } from "./transports/transport.js";

/** Which subprotocol to select; `undefined` where none was offered, `refused` where only bearers were. */
export function selectProtocol(offered: readonly string[]): string | undefined | { refused: true } {
  if (offered.length === 0) return undefined; // CONN-9
  if (offered.includes(SUBPROTOCOL)) return SUBPROTOCOL; // CONN-10
  const other = offered.find((name) => !name.startsWith(BEARER_PREFIX)); // CONN-11, CONN-12
  return other ?? { refused: true }; // CONN-13
}

/** Reads what a dial says about itself. */
export function readDial(request: UpgradeRequest, settings: Settings): Dial {
  const { offeredProtocols, headers, remoteAddress } = request;
  if (offeredProtocols.length > 0 && !offeredProtocols.includes(SUBPROTOCOL)) {
    return refused(CLOSE_CODES.unsupportedVersion, `only ${SUBPROTOCOL} is spoken here`);
  }
  if (!isAllowedOrigin(headers.origin, settings.origins)) {
    return refused(CLOSE_CODES.forbidden, "the origin is not allowed"); // AUTH-18
  }
  const parameters = new URLSearchParams(request.query);
  const decoded = decodeConnectQuery(members(parameters));
  if (decoded.kind === "invalid") return refused(CLOSE_CODES.protocolError, decoded.problem); // CONN-3, FRAME-15
  const token = bearerOf(headers.authorization) ?? bearerAmong(offeredProtocols);
  return {
    kind: "dialled",
    query: decoded.value,
    token: token ?? parameters.get("access_token") ?? undefined, // CONN-6
    remoteAddress,
  };
}

/** A wish that is not a whole number is no wish: only who somebody is can be wrong. */
function members(parameters: URLSearchParams): Record<string, unknown> {
  const query: Record<string, unknown> = {};
  for (const name of ["userId", "deviceId"]) {
    const value = parameters.get(name);
    if (value !== null) query[name] = value;
  }
  for (const name of ["attempt", "intentAgeMs", "heartbeatMs"]) {
    const value = parameters.get(name);
    const number = Number(value);
    if (value !== null && /^[0-9]{1,16}$/.test(value) && Number.isSafeInteger(number)) {
      query[name] = name === "heartbeatMs" ? Math.min(Math.max(number, 1), 2_147_483_647) : number;
    }
  }
  return query;
}

function bearerOf(header: string | undefined): string | undefined {
  return /^Bearer +([^\s]+) *$/i.exec(header ?? "")?.[1];
}

function bearerAmong(offered: readonly string[]): string | undefined {
  const entry = offered.find((name) => name.startsWith(BEARER_PREFIX));
  if (entry === undefined) return undefined;
  return Buffer.from(entry.slice(BEARER_PREFIX.length), "base64url").toString();
}

function refused(code: number, reason: string): Dial {
  return { kind: "refused", refusal: { code, reason } };
}
