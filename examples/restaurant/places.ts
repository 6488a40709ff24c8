// Where people are: the scopes of one branch. A scope is compared as a whole and contains no other, so what
// two places shall hear is published to both.

import type { Scope } from "./client/index.js";

const BRANCH = { branch: "centro" };

/** Administrators stand here: whatever happens at any table is published here as well. */
export const OFFICE: Scope = BRANCH;
/** The display of the kitchen. */
export const KITCHEN: Scope = { ...BRANCH, station: "kitchen" };
/** Everybody who works tonight. Its presence group says who is on duty. */
export const ON_DUTY: Scope = { ...BRANCH, staff: "on-duty" };

/** The waiters of one part of the house. */
export function sector(name: string): Scope {
  return { ...BRANCH, sector: name };
}

/** One party at one table. Whoever sits there next has another visit, and hears nothing of this one. */
export function visit(table: string, id: string): Scope {
  return { ...BRANCH, table, visit: id };
}
