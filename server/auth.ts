import type { Scope } from "../generated/typescript/messages.js";
import type { Awaitable } from "./stores/store.js";

/** Who may connect, and what they see. */
export type AuthOptions = NoAuth | JwtAuth;

/** Every userId is believed; for development and closed networks (AUTH-1). */
export interface NoAuth {
  readonly mode: "none";
  /** Scopes of every session. */
  readonly scopes: readonly Scope[];
  /** Modules of every session. */
  readonly modules: readonly string[];
}

/** A signed token says who the user is, what they see and until when (AUTH-2). */
export interface JwtAuth {
  readonly mode: "jwt";
  /** The one algorithm that is accepted; default HS256. */
  readonly algorithm?: "HS256" | "RS256" | "ES256" | "EdDSA";
  /** Key of HS256, at least 32 bytes. */
  readonly secret?: string;
  /** PEM file (SPKI) with the public key of RS256, ES256 or EdDSA. */
  readonly publicKeyFile?: string;
  /** File with a JSON Web Key Set, for keys that change with a restart. */
  readonly jwksFile?: string;
  /** Address of a JSON Web Key Set, fetched when a key is needed and cached. */
  readonly jwksUrl?: string;
  /** Required claim `iss`. */
  readonly issuer?: string;
  /** Required claim `aud`. */
  readonly audience?: string;
  /** How far the clocks of issuer and server may differ, seconds; default 0. */
  readonly clockToleranceSeconds?: number;
}

/** What an identity may see. */
export interface Identity {
  readonly userId: string;
  readonly scopes: readonly Scope[];
  readonly modules: readonly string[];
  /** How long the token lives from now, milliseconds; undefined: for ever. */
  readonly expiresInMs?: number | undefined;
}

export type Verdict =
  | { readonly kind: "accepted"; readonly identity: Identity }
  | { readonly kind: "expired" }
  /** Missing, malformed, of a wrong signature or algorithm. Says why without the token. */
  | { readonly kind: "unacceptable"; readonly why: string }
  /** Good, but not for this user or this session. */
  | { readonly kind: "forbidden"; readonly why: string };

/** Judges a token for the user who claims it. */
export type Authenticate = (
  userId: string,
  token: string | undefined,
  wallTime: number,
) => Awaitable<Verdict>;

/** AUTH-1: whoever names a user is that user. */
export function trustEveryone({ scopes, modules }: NoAuth): Authenticate {
  return (userId) => ({ kind: "accepted", identity: { userId, scopes, modules } });
}
