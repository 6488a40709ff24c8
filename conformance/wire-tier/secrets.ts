// The client under test is a real one: its token may appear nowhere.

import { createHash } from "node:crypto";

import { isObject, stringOr, type JsonObject } from "../json.js";
import type { Entry } from "../transcript.js";
import type { Visit } from "./door.js";

const BEARER = "latido.bearer.";

/** Enough to tell two tokens apart, and no more. */
function masked(secret: string): string {
  return `(hidden ${createHash("sha256").update(secret).digest("hex").slice(0, 8)})`;
}

/** A dial as transcripts show it. */
export function shownDial(visit: Visit): JsonObject {
  const { path, query, protocols, authorization } = visit;
  const { access_token: token } = query;
  return {
    path,
    query: { ...query, ...(token === undefined ? {} : { access_token: masked(token) }) },
    protocols: protocols.map((each) =>
      each.startsWith(BEARER) ? `${BEARER}${masked(each)}` : each,
    ),
    ...(authorization === undefined ? {} : { authorization: masked(authorization) }),
  };
}

/** An entry as reports show it. */
export function shownEntry(entry: Entry): Entry {
  if (entry.name !== "TOKEN_REFRESH" || !isObject(entry.value)) return entry;
  return { ...entry, value: { ...entry.value, token: masked(stringOr(entry.value.token, "")) } };
}
