// The lines of the driver protocol, version 1 (protocol.md), and their validation.

import { readFileSync } from "node:fs";
import { join } from "node:path";

import { Ajv, type ValidateFunction } from "ajv";

import { isObject, type JsonObject } from "../json.js";
import { packageRoot } from "../package-root.js";

export const DRIVER_PROTOCOL = 1;
export const MAX_LINE_BYTES = 1024 * 1024;

export const MANDATORY_COMMANDS = [
  "hello",
  "case.begin",
  "open",
  "send",
  "presence",
  "close",
  "fence",
  "case.end",
] as const;

/** Commands that a testee answers only if its hello declares the capability of that name. */
export const OPTIONAL_COMMANDS = [
  "suspend",
  "resume",
  "restart",
  "token",
  "settle",
  "signal",
  "statistics",
  "clock.advance",
] as const;

export type CommandName = (typeof MANDATORY_COMMANDS)[number] | (typeof OPTIONAL_COMMANDS)[number];

export function isOptionalCommand(name: string): boolean {
  return (OPTIONAL_COMMANDS as readonly string[]).includes(name);
}

export interface Hello {
  readonly implementation: string;
  readonly version: string;
  readonly language: string;
  readonly spec: readonly string[];
  readonly capabilities: readonly string[];
}

export interface Reply {
  readonly re: number;
  readonly ok: boolean;
  readonly error?: { readonly code: string; readonly message: string };
}

export interface DriverEvent {
  readonly n: number;
  readonly event: string;
  readonly [field: string]: unknown;
}

export type TesteeLine =
  | { readonly kind: "reply"; readonly reply: Reply & JsonObject }
  | { readonly kind: "event"; readonly event: DriverEvent }
  | { readonly kind: "bad"; readonly problem: string };

interface Validators {
  readonly command: ValidateFunction;
  readonly reply: ValidateFunction;
  readonly event: ValidateFunction;
  readonly hello: ValidateFunction;
}

let compiled: Validators | undefined;

function validators(): Validators {
  if (compiled) return compiled;
  const path = join(packageRoot(), "conformance", "driver", "protocol.schema.json");
  const schema = JSON.parse(readFileSync(path, "utf8")) as { readonly $id: string };
  const ajv = new Ajv({ strict: false });
  ajv.addSchema(schema);
  const of = (name: string): ValidateFunction =>
    ajv.compile({ $ref: `${schema.$id}#/definitions/${name}` });
  compiled = { command: of("command"), reply: of("reply"), event: of("event"), hello: of("hello") };
  return compiled;
}

function problemOf(validate: ValidateFunction): string {
  const error = validate.errors?.[0];
  return `${error?.instancePath ?? ""} ${error?.message ?? "is not valid"}`.trim();
}

/** Why a command of the runner is wrong, if it is. */
export function commandProblem(command: JsonObject): string | undefined {
  const validate = validators().command;
  return validate(command) ? undefined : problemOf(validate);
}

export function helloProblem(reply: JsonObject): string | undefined {
  const validate = validators().hello;
  return validate(reply) ? undefined : problemOf(validate);
}

/** Reads one line of the testee. */
export function readTesteeLine(line: string): TesteeLine {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch {
    return { kind: "bad", problem: "is not JSON (a testee prints nothing but driver lines)" };
  }
  if (!isObject(value)) return { kind: "bad", problem: "is not a JSON object" };
  if (Object.hasOwn(value, "re")) {
    const validate = validators().reply;
    return validate(value)
      ? { kind: "reply", reply: value as unknown as Reply & JsonObject }
      : { kind: "bad", problem: `is not a valid reply: ${problemOf(validate)}` };
  }
  if (Object.hasOwn(value, "n")) {
    const validate = validators().event;
    return validate(value)
      ? { kind: "event", event: value as unknown as DriverEvent }
      : { kind: "bad", problem: `is not a valid event: ${problemOf(validate)}` };
  }
  return { kind: "bad", problem: "is neither a reply (re) nor an event (n)" };
}
