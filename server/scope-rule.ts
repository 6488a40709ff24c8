import type { Scope } from "../generated/typescript/messages.js";

export const MODULE_NAME = /^[A-Za-z0-9_.-]{1,64}$/;
export const EVENT_NAME = /^[A-Za-z0-9_.:-]{1,128}$/;
export const SAFE_ID = /^[A-Za-z0-9_.:-]{1,128}$/;

/** What is wrong with a value as a scope of sessions (ROUTE-8); undefined where it is one. */
export function scopeFault(value: unknown): string | undefined {
  const rule = `1 to 8 members named ${MODULE_NAME.source} with strings of 1 to 128 characters`;
  if (typeof value !== "object" || value === null || Array.isArray(value)) return rule;
  const entries = Object.entries(value as Readonly<Record<string, unknown>>);
  const isScope =
    entries.length >= 1 &&
    entries.length <= 8 &&
    entries.every(([name, member]) => {
      const isText = typeof member === "string" && member.length >= 1 && member.length <= 128;
      return isText && MODULE_NAME.test(name);
    });
  if (!isScope) return rule;
  // ROUTE-7: as an address it means that user's own stream, which no scope may grant.
  if (entries.length === 1 && entries[0]?.[0] === "user") {
    return 'a scope with other members than "user" alone, which addresses that user\'s own stream';
  }
  return undefined;
}

export function isScope(value: unknown): value is Scope {
  return scopeFault(value) === undefined;
}
