import { createPublicKey, type KeyObject } from "node:crypto";
import { readFileSync } from "node:fs";
import {
  createLocalJWKSet,
  errors,
  jwtVerify,
  type JSONWebKeySet,
  type JWTPayload,
  type JWTVerifyGetKey,
  type JWTVerifyOptions,
} from "jose";
import type { Authenticate, Identity, JwtAuth, Verdict } from "./auth.js";
import { checkedKeyAddress, remoteKeys } from "./key-set.js";
import { isScope, MODULE_NAME, SAFE_ID } from "./scope-rule.js";
import { UsageError } from "./usage-error.js";

const ALGORITHMS = ["HS256", "RS256", "ES256", "EdDSA"];
const MOST_TOKEN_CHARACTERS = 16_384;
const LEAST_SECRET_BYTES = 32;
/** Keys of a set that are tried on a token that does not say which is its own. */
const MOST_KEYS_TRIED = 8;

type VerifyKey = Uint8Array | KeyObject | JWTVerifyGetKey;

/**
 * AUTH-2: judges tokens by signature, expiry and claims.
 * @param now monotonic milliseconds
 * @throws UsageError when the settings name no key, several, or one that cannot be read
 */
export function jwtAuthenticator(auth: JwtAuth, now: () => number): Authenticate {
  const key = verifyKey(auth, now);
  const tolerance = auth.clockToleranceSeconds ?? 0;
  const options: JWTVerifyOptions = {
    algorithms: [auth.algorithm ?? "HS256"],
    requiredClaims: ["sub", "exp"],
    clockTolerance: tolerance,
    ...(auth.issuer === undefined ? {} : { issuer: auth.issuer }),
    ...(auth.audience === undefined ? {} : { audience: auth.audience }),
  };
  return async (userId, token, wallTime) => {
    if (token === undefined) return { kind: "unacceptable", why: "a token is missing" };
    if (token.length > MOST_TOKEN_CHARACTERS) {
      return { kind: "unacceptable", why: "the token is too long" };
    }
    const at = { ...options, currentDate: new Date(wallTime) };
    try {
      const claims = await verified(token, await key, at);
      return judgeClaims(userId, claims, wallTime, tolerance);
    } catch (error) {
      return verdictOf(error);
    }
  };
}

async function verified(
  token: string,
  key: VerifyKey,
  options: JWTVerifyOptions,
): Promise<JWTPayload> {
  if (typeof key !== "function") return (await jwtVerify(token, key, options)).payload;
  try {
    return (await jwtVerify(token, key, options)).payload;
  } catch (error) {
    if (!(error instanceof errors.JWKSMultipleMatchingKeys)) throw error;
    return await triedWithEach(token, error, options);
  }
}

/** RFC 7515, 4.1.4: a token need not say which key is its own. */
async function triedWithEach(
  token: string,
  keys: errors.JWKSMultipleMatchingKeys,
  options: JWTVerifyOptions,
): Promise<JWTPayload> {
  let tried = 0;
  for await (const key of keys) {
    if (tried === MOST_KEYS_TRIED) break;
    tried += 1;
    try {
      return (await jwtVerify(token, key, options)).payload;
    } catch (error) {
      if (!(error instanceof errors.JWSSignatureVerificationFailed)) throw error;
    }
  }
  throw new errors.JWSSignatureVerificationFailed();
}

function verifyKey(auth: JwtAuth, now: () => number): Promise<VerifyKey> {
  const { secret, publicKeyFile, jwksFile, jwksUrl, algorithm = "HS256" } = auth;
  if (!ALGORITHMS.includes(algorithm)) {
    throw new UsageError(
      `auth.algorithm is ${JSON.stringify(algorithm)}; allowed is ${ALGORITHMS.join(", ")}`,
    );
  }
  const given = [secret, publicKeyFile, jwksFile, jwksUrl].filter((one) => one !== undefined);
  if (given.length !== 1) {
    throw new UsageError(
      "auth needs exactly one of secret, publicKeyFile, jwksFile and jwksUrl in mode jwt",
    );
  }
  if ((secret !== undefined) !== (algorithm === "HS256")) {
    throw new UsageError(
      `auth.algorithm is ${algorithm}; HS256 takes a secret, the others a public key`,
    );
  }
  if (secret !== undefined) {
    const bytes = new TextEncoder().encode(secret);
    if (bytes.length < LEAST_SECRET_BYTES) {
      throw new UsageError(
        `auth.secret is too short; allowed is at least ${LEAST_SECRET_BYTES} bytes`,
      );
    }
    return Promise.resolve(bytes);
  }
  if (jwksUrl !== undefined) {
    return Promise.resolve(remoteKeys(checkedKeyAddress(jwksUrl), now));
  }
  if (jwksFile !== undefined) {
    const set = read("auth.jwksFile", jwksFile, (text) =>
      createLocalJWKSet(JSON.parse(text) as JSONWebKeySet),
    );
    return Promise.resolve(set);
  }
  const key = read("auth.publicKeyFile", publicKeyFile ?? "", createPublicKey);
  const { asymmetricKeyType: kind = "" } = key;
  if (!(KEY_KINDS[algorithm] ?? []).includes(kind)) {
    throw new UsageError(
      `auth.publicKeyFile holds a key of the kind ${kind}; auth.algorithm ${algorithm} takes another`,
    );
  }
  return Promise.resolve(key);
}

/** What `KeyObject.asymmetricKeyType` says of a key for an algorithm. */
const KEY_KINDS: Readonly<Record<string, readonly string[]>> = {
  RS256: ["rsa"],
  ES256: ["ec"],
  EdDSA: ["ed25519", "ed448"],
};

function read<T>(setting: string, file: string, parse: (text: string) => T): T {
  try {
    return parse(readFileSync(file, "utf8"));
  } catch (cause) {
    throw new UsageError(`${setting} cannot be read from ${file}`, { cause });
  }
}

/** AUTH-6 */
function judgeClaims(
  userId: string,
  claims: JWTPayload,
  wallTime: number,
  toleranceSeconds: number,
): Verdict {
  const { sub, exp, modules = [], scopes = [] } = claims;
  if (sub === undefined || exp === undefined || !SAFE_ID.test(sub)) {
    return { kind: "unacceptable", why: "the claim sub is not a user's id" };
  }
  if (!isListOf(modules, (item) => typeof item === "string" && MODULE_NAME.test(item))) {
    return { kind: "unacceptable", why: "the claim modules is not a list of module names" };
  }
  if (!isListOf(scopes, isScope)) {
    return { kind: "unacceptable", why: "the claim scopes is not a list of scopes" };
  }
  if (sub !== userId) return { kind: "forbidden", why: "the token is another user's" }; // AUTH-5
  const identity: Identity = {
    userId,
    modules: modules as readonly string[],
    scopes: scopes as Identity["scopes"],
    expiresInMs: Math.max(0, Math.round((exp + toleranceSeconds) * 1_000 - wallTime)),
  };
  return { kind: "accepted", identity };
}

function isListOf(value: unknown, isGood: (item: unknown) => boolean): boolean {
  return Array.isArray(value) && value.every(isGood);
}

/** AUTH-20: says what failed, never with what. */
function verdictOf(error: unknown): Verdict {
  if (error instanceof errors.JWTExpired) return { kind: "expired" };
  if (error instanceof errors.JWSSignatureVerificationFailed) {
    return { kind: "unacceptable", why: "the token's signature does not hold" };
  }
  if (error instanceof errors.JWTClaimValidationFailed) {
    return { kind: "unacceptable", why: `the claim ${error.claim} is missing or wrong` };
  }
  if (error instanceof errors.JOSEError) {
    return { kind: "unacceptable", why: "the token is malformed or of another algorithm" };
  }
  throw error;
}
