// How the client dials: path, query, subprotocols, token.

import type { Contract } from "../../contract.js";
import { isObject, member, stringOr, type JsonObject } from "../../json.js";
import type { Broken } from "../../monitors/monitor.js";
import type { Entry } from "../../transcript.js";
import { byClient, HELD, unseen, type Rule } from "./rule.js";

const NO_DIAL = "no client has dialled";
const NUMERIC = ["attempt", "intentAgeMs", "heartbeatMs"] as const;

function queryOf(entry: Entry): JsonObject {
  const query = member(entry.value, "query");
  return isObject(query) ? query : {};
}

/** A rule about each dial by itself. */
function each(judge: (entry: Entry, query: JsonObject) => Broken | undefined): Rule {
  let dials = 0;
  return {
    look: (entry) => {
      if (!byClient(entry, "dial")) return undefined;
      dials += 1;
      return judge(entry, queryOf(entry));
    },
    conclude: () => (dials === 0 ? unseen(NO_DIAL) : HELD),
  };
}

function typed(query: JsonObject): JsonObject {
  const numbers = NUMERIC.flatMap((name) =>
    Object.hasOwn(query, name) ? [[name, Number(query[name])] as const] : [],
  );
  return { ...query, ...Object.fromEntries(numbers) };
}

export function dialsWithUser(contract: Contract): Rule {
  return each((entry, query) => {
    const path = member(entry.value, "path");
    if (path !== "/" || typeof query.userId !== "string") {
      return {
        requirements: ["CONN-2"],
        problem: "the client dialled without userId in the query, or not the path /",
        expected: "/?userId=…",
        actual: { path, query },
      };
    }
    const problem = contract.judge("connect-query.json", typed(query));
    return (
      problem && {
        requirements: ["CONN-2"],
        problem: `the query breaks its schema at "${problem.path}": ${problem.problem}`,
        actual: query,
      }
    );
  });
}

export function offersV1(): Rule {
  return each((entry) => {
    const protocols = member(entry.value, "protocols");
    return Array.isArray(protocols) && protocols.includes("latido.v1")
      ? undefined
      : {
          requirements: ["CONN-8"],
          problem:
            "the client did not offer the subprotocol latido.v1 (allowed only where its WebSocket API offers no way to)",
          expected: "Sec-WebSocket-Protocol: latido.v1",
          actual: protocols,
        };
  });
}

export function deviceId(): Rule {
  return each((_entry, query) =>
    typeof query.deviceId === "string"
      ? undefined
      : {
          requirements: ["SESS-11"],
          problem: "the client sent no deviceId",
          expected: "deviceId in the query",
          actual: query,
        },
  );
}

export function tokenOutOfUrl(): Rule {
  return each((_entry, query) =>
    query.access_token === undefined
      ? undefined
      : {
          requirements: ["CONN-7"],
          problem: "the token travels in the URL, where logs keep it",
          expected: "the header Authorization, or a subprotocol latido.bearer.…",
          actual: "access_token in the query",
        },
  );
}

export function attemptRises(): Rule {
  const last = new Map<string, number>();
  let compared = 0;
  return {
    look: (entry) => {
      const { deviceId: device, attempt: given } = queryOf(entry);
      if (!byClient(entry, "dial") || typeof device !== "string") return undefined;
      const attempt = typeof given === "string" && given !== "" ? Number(given) : Number.NaN;
      const before = last.get(device);
      last.set(device, attempt);
      if (before !== undefined) compared += 1;
      if (Number.isFinite(attempt) && !(before !== undefined && attempt <= before))
        return undefined;
      return {
        requirements: ["CONN-4"],
        problem: "attempt must be a number that rises with every dial of a deviceId",
        expected: before === undefined ? "a number" : `more than ${before}`,
        actual: given ?? "nothing",
      };
    },
    conclude: () => {
      if (last.size === 0) return unseen("the client sends no deviceId, so attempt says nothing");
      return compared === 0 ? unseen("the client dialled only once") : HELD;
    },
  };
}

/** Resets in a row after which nobody believes that the application called connect each time. */
const RESETS = 3;

export function intentAgeRises(): Rule {
  let before: { readonly ageMs: number; readonly atMs: number } | undefined;
  let risen = 0;
  let resets = 0;
  return {
    look: (entry, atMs) => {
      if (!byClient(entry, "dial")) return undefined;
      const given = queryOf(entry).intentAgeMs;
      const ageMs = Number(stringOr(given, "x"));
      if (!Number.isFinite(ageMs)) {
        return {
          requirements: ["CONN-5"],
          problem: "the client sent no intentAgeMs",
          expected: "the milliseconds since the application called connect",
          actual: given ?? "nothing",
        };
      }
      const last = before;
      before = { ageMs, atMs };
      if (!last) return undefined;
      // An age below the time since the last dial is by its own word a new call of connect.
      if (ageMs < (atMs - last.atMs) / 2) resets += 1;
      else if (ageMs > last.ageMs) risen += 1;
      if (risen > 0 || resets < RESETS) return undefined;
      return {
        requirements: ["CONN-5"],
        problem:
          "intentAgeMs began anew at every reconnect, as if the application had called connect each time",
        expected: "a value that keeps rising over automatic retries",
        actual: given,
      };
    },
    fresh: () => {
      before = undefined;
    },
    conclude: () =>
      risen > 0 ? HELD : unseen("the client has not reconnected by itself often enough"),
  };
}

function carriesToken(entry: Entry): boolean {
  const protocols = member(entry.value, "protocols");
  return (
    member(entry.value, "authorization") !== undefined ||
    queryOf(entry).access_token !== undefined ||
    (Array.isArray(protocols) &&
      protocols.some((one) => typeof one === "string" && one.startsWith("latido.bearer.")))
  );
}

export function tokenEveryTime(): Rule {
  let first = true;
  let has = false;
  let again = 0;
  return {
    look: (entry) => {
      if (!byClient(entry, "dial")) return undefined;
      const token = carriesToken(entry);
      if (first) {
        first = false;
        has = token;
        return undefined;
      }
      again += 1;
      if (!has || token) return undefined;
      return {
        requirements: ["AUTH-17"],
        problem: "the first dial carried a token, this one does not",
        expected: "a token with every dial",
        actual: "none",
      };
    },
    fresh: () => {
      first = true;
    },
    conclude: () => {
      if (!has) return unseen("the client has no token");
      return again === 0 ? unseen("the client dialled only once") : HELD;
    },
  };
}
