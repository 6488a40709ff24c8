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
  /** Key of HS256, at least 32 bytes. */
  readonly secret: string;
  readonly issuer?: string;
  readonly audience?: string;
  /** How far `exp` and `nbf` may lie in the past or future, seconds; default 0. */
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
