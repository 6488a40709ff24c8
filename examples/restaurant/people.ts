// Who people are, and the token that says so. Roles are the house's own: a token carries scopes and modules.

import { SignJWT } from "jose";

import type { Scope } from "./client/index.js";
import { KITCHEN, OFFICE, ON_DUTY, sector } from "./places.js";

export type Role = "administrator" | "kitchen" | "waiter" | "diner";

export interface Person {
  readonly userId: string;
  readonly role: Role;
  readonly scopes: readonly Scope[];
}

/** What each role takes of what happens in its scopes. */
const MODULES: Readonly<Record<Role, readonly string[]>> = {
  administrator: ["tables", "orders", "service", "payments", "menu", "staff"],
  kitchen: ["orders", "menu", "staff"],
  waiter: ["tables", "orders", "service", "payments", "menu", "staff"],
  diner: ["orders", "service", "payments", "menu"],
};

export const administrator = (userId: string): Person => {
  return { userId, role: "administrator", scopes: [OFFICE, ON_DUTY] };
};
export const kitchenDisplay = (userId: string): Person => {
  return { userId, role: "kitchen", scopes: [KITCHEN, ON_DUTY] };
};
export const waiter = (userId: string, ofSector: string): Person => {
  return { userId, role: "waiter", scopes: [sector(ofSector), ON_DUTY] };
};
/** @param visit scope of the party that the diner belongs to */
export const diner = (userId: string, visit: Scope): Person => {
  return { userId, role: "diner", scopes: [visit] };
};

/** What the server is told to expect: `auth` in server.yaml. */
const ISSUER = "https://login.restaurant.example";
const AUDIENCE = "restaurant";

/**
 * A token for an hour; the client asks for a new one before it ends.
 * @param secret key of HS256, at least 32 bytes
 */
export async function tokenOf({ userId, role, scopes }: Person, secret: string): Promise<string> {
  return await new SignJWT({ scopes, modules: MODULES[role] })
    .setProtectedHeader({ alg: "HS256" })
    .setSubject(userId)
    .setIssuer(ISSUER)
    .setAudience(AUDIENCE)
    .setExpirationTime("1h")
    .sign(new TextEncoder().encode(secret));
}
