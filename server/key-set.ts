import {
  createRemoteJWKSet,
  customFetch,
  errors,
  type FetchImplementation,
  type JWTVerifyGetKey,
} from "jose";
import { UsageError } from "./usage-error.js";

/** How long a fetched set is taken without asking again, milliseconds. */
const KEPT_MS = 600_000;
/** A key that is not in the set asks again, at most once in this time. */
const COOLDOWN_MS = 5_000;
/** How long the keys last fetched serve while the address does not answer. */
const STALE_MS = 3_600_000;
/** After a failure nobody asks again for so long. */
const RETRY_MS = 1_000;
const TIMEOUT_MS = 5_000;

/** The keys cannot be had now: nobody can say whether a token is good. */
export class KeysAway extends Error {
  override readonly name = "KeysAway";
}

/**
 * @throws UsageError for what is no address of a key set
 */
export function checkedKeyAddress(text: string): URL {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url === undefined || !["http:", "https:"].includes(url.protocol)) {
    throw new UsageError("auth.jwksUrl is not an address; allowed is one with http or https");
  }
  if (url.username !== "" || url.password !== "") {
    throw new UsageError(
      "auth.jwksUrl holds a password, which is not sent; allowed is one without",
    );
  }
  return url;
}

/**
 * Keys from an address, fetched when one is needed. A key that is unknown fetches the set again, for keys
 * change; an address that stops answering leaves the keys that were known, for an hour.
 * @param now monotonic milliseconds: the time of day may be set back
 * @throws KeysAway where there is no set, or none new enough to know the key
 */
export function remoteKeys(
  address: URL,
  now: () => number,
  fetchSet: FetchImplementation = fetch,
): JWTVerifyGetKey {
  const keys = createRemoteJWKSet(address, {
    // By the time of day, so not at all: when to ask again is decided below.
    cacheMaxAge: Infinity,
    cooldownDuration: Infinity,
    timeoutDuration: TIMEOUT_MS,
    [customFetch]: patient(now, fetchSet),
  });
  let fetchedAt = -Infinity;
  const reload = async (): Promise<void> => {
    await keys.reload();
    fetchedAt = now();
  };
  return async (header, token) => {
    const ageMs = now() - fetchedAt;
    if (ageMs >= KEPT_MS) await reload();
    try {
      return await keys(header, token);
    } catch (error) {
      if (!(error instanceof errors.JWKSNoMatchingKey) || ageMs >= KEPT_MS) throw error;
      if (ageMs < COOLDOWN_MS) {
        throw new KeysAway("the key is not in the set, which is not fetched again so soon");
      }
      await reload();
      return keys(header, token);
    }
  };
}

/** Answers with what was fetched last where the address fails. */
function patient(now: () => number, fetchSet: FetchImplementation): FetchImplementation {
  let last: { readonly text: string; readonly at: number } | undefined;
  let retryAt = -Infinity;
  return async (url, options) => {
    const askedAt = now();
    try {
      if (askedAt < retryAt) throw new Error("it failed a moment ago");
      const text = await fetched(fetchSet, url, options);
      last = { text, at: askedAt };
      return new Response(text);
    } catch (cause) {
      if (askedAt >= retryAt) retryAt = now() + RETRY_MS;
      if (last !== undefined && askedAt < last.at + KEPT_MS + STALE_MS) {
        return new Response(last.text);
      }
      throw new KeysAway("the key set cannot be fetched", { cause });
    }
  };
}

async function fetched(
  ...[fetchSet, ...request]: [FetchImplementation, ...Parameters<FetchImplementation>]
): Promise<string> {
  const response = await fetchSet(...request);
  if (response.status !== 200) {
    await response.body?.cancel();
    throw new Error(`the status is ${String(response.status)}`);
  }
  const text = await response.text();
  if (!isKeySet(text)) throw new Error("the answer is not a key set");
  return text;
}

/** What JSON.parse throws shows the text, in which a key may stand: nobody is told of it. */
function isKeySet(text: string): boolean {
  let set: unknown;
  try {
    set = JSON.parse(text);
  } catch {
    return false;
  }
  return typeof set === "object" && set !== null && Array.isArray((set as { keys?: unknown }).keys);
}
