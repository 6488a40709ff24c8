import { UsageError } from "../problem.js";

/** What a language has no counterpart for, and what to write instead. */
export class Refusal extends UsageError {
  constructor(
    readonly what: string,
    readonly advice: string,
  ) {
    super(`${what}; ${advice}`);
  }
}
