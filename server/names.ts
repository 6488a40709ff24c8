import { createHash } from "node:crypto";
import { LIMITS } from "../generated/typescript/tables.js";
import { flat } from "./flat.js";
import type { Scope } from "../generated/typescript/messages.js";

const canonicalTexts = new WeakMap<Scope, string>();

/** Has the canonical JSON of a scope, which must not change any more, made once. */
export function keepCanonical(scope: Scope): void {
  canonicalTexts.set(scope, flat(canonicalScope(scope)));
}

/** RFC 8785 canonical JSON of a scope: members sorted by UTF-16 code units, no spaces. */
export function canonicalScope(scope: Scope): string {
  const known = canonicalTexts.get(scope);
  if (known !== undefined) return known;
  const names = Object.keys(scope);
  // JSON.stringify keeps the order of the members, save of those that look like array indices.
  const isSorted = names.every((name, index) => index === 0 || (names[index - 1] ?? "") < name);
  if (isSorted) return JSON.stringify(scope);
  const members = names
    .sort()
    .map((name) => `${JSON.stringify(name)}:${JSON.stringify(scope[name])}`);
  return `{${members.join(",")}}`;
}

/** Name of the stream of one scope and module (ROUTE-5). */
export function streamName(module: string, scope: Scope): string {
  return nameOf(`{"module":${JSON.stringify(module)},"scope":${canonicalScope(scope)}}`);
}

/** Name of the stream that one user alone receives. */
export function userStreamName(userId: string): string {
  return nameOf(`{"scope":{"user":${JSON.stringify(userId)}}}`);
}

/** Name of the presence group of a scope. */
export function groupName(scope: Scope): string {
  return nameOf(canonicalScope(scope));
}

/** The user whom the scope `{"user": id}` addresses; undefined for any other scope. */
export function addressedUser(scope: Scope): string | undefined {
  const keys = Object.keys(scope);
  return keys.length === 1 && keys[0] === "user" ? scope.user : undefined;
}

/** Canonical JSON as a name: a digest of it where it is longer than a name may be (FRAME-16). */
export function nameOf(canonical: string): string {
  if (canonical.length <= LIMITS.nameCharacters.default) return canonical;
  return `sha256:${createHash("sha256").update(canonical).digest("hex")}`;
}
