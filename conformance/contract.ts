// The contract as the oracle reads it: schemas judged by ajv directly, requirements and tables as data.
// Nothing here comes from generated or reference code.

import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";

import { Ajv, type ErrorObject, type ValidateFunction } from "ajv";
import { parse } from "yaml";

import { isObject, member, type JsonObject } from "./json.js";
import { packageRoot } from "./package-root.js";

export type Direction = "client-to-server" | "server-to-client";

/** Frame type → schema file, by direction. The test beside this file compares it with schemas/. */
export const FRAME_SCHEMAS: Readonly<Record<Direction, Readonly<Record<string, string>>>> = {
  "client-to-server": {
    HEARTBEAT: "heartbeat.json",
    PRESENCE_UPDATE: "presence-update.json",
    REQUEST_SYNC: "request-sync.json",
    REQUEST_PRESENCE: "request-presence.json",
    ACK: "ack.json",
    MESSAGE: "message.json",
    TOKEN_REFRESH: "token-refresh.json",
    DISCONNECT: "client-disconnect.json",
    ping: "ping.json",
  },
  "server-to-client": {
    CONNECT: "connect.json",
    HEARTBEAT_ACK: "heartbeat-ack.json",
    EVENT: "event.json",
    SYNC: "sync.json",
    FULL_REFRESH: "full-refresh.json",
    MESSAGE_ACK: "message-ack.json",
    PRESENCE_STATE: "presence-state.json",
    PRESENCE_DIFF: "presence-diff.json",
    TOKEN_REFRESHED: "token-refreshed.json",
    ERROR: "error.json",
    DISCONNECT: "server-disconnect.json",
    pong: "pong.json",
  },
};

export interface Problem {
  /** JSON pointer. */
  readonly path: string;
  readonly problem: string;
}

export type FrameVerdict =
  | { readonly kind: "valid" }
  | { readonly kind: "unknown"; readonly type: string }
  | ({ readonly kind: "invalid" } & Problem);

export type Level = "MUST" | "MUST NOT" | "SHOULD" | "SHOULD NOT" | "MAY";

export interface Requirement {
  readonly id: string;
  readonly level: Level;
  readonly role: string;
  readonly area: string;
  readonly sentence: string;
  readonly observable?: string;
  /** Why no test of the suite can see it, where `observable` is review. */
  readonly reason?: string;
}

export interface Transition {
  readonly from: string;
  readonly input: string;
  readonly to: string;
}

export interface Machine {
  readonly initial: string;
  readonly states: readonly string[];
  readonly transitions: readonly Transition[];
}

export interface Contract {
  readonly requirements: ReadonlyMap<string, Requirement>;
  judgeFrame(direction: Direction, frame: unknown): FrameVerdict;
  /** Judges a value by a schema file, for example an HTTP body. */
  judge(schemaFile: string, value: unknown): Problem | undefined;
  /** Error code → whether it is retryable, by spec/policy.yaml. */
  errorCodes(): ReadonlyMap<string, boolean>;
  /** Defaults of the timers (ms) and limits of spec/policy.yaml, by name. */
  defaults(): Readonly<Record<"timers" | "limits", Readonly<Record<string, number>>>>;
  machine(name: "clientConnection" | "clientStream" | "serverConnection"): Machine;
}

function firstProblem(errors: readonly ErrorObject[] | null | undefined): Problem {
  const error = errors?.[0];
  return { path: error?.instancePath ?? "", problem: error?.message ?? "does not fit its schema" };
}

function readYaml(path: string): unknown {
  return parse(readFileSync(path, "utf8"));
}

function readRequirements(path: string): Map<string, Requirement> {
  const content = readYaml(path);
  const list = Array.isArray(content) ? content : member(content, "requirements");
  if (!Array.isArray(list)) throw new Error(`${path} holds no list of requirements`);
  return new Map((list as Requirement[]).map((each) => [each.id, each]));
}

interface WrittenTransition {
  readonly from: string | readonly string[];
  readonly input: string | readonly string[];
  readonly to: string;
}

/** A row may name several states and inputs; `same` stands for the state it came from. */
function plainTransitions(row: WrittenTransition): readonly Transition[] {
  const froms = typeof row.from === "string" ? [row.from] : row.from;
  const inputs = typeof row.input === "string" ? [row.input] : row.input;
  return froms.flatMap((from) =>
    inputs.map((input) => ({ from, input, to: row.to === "same" ? from : row.to })),
  );
}

function machineOf(lifecycle: unknown, name: string): Machine {
  const machine = member(member(lifecycle, "machines"), name);
  if (!isObject(machine) || !isObject(machine.states) || !Array.isArray(machine.transitions)) {
    throw new Error(`spec/lifecycle.yaml describes no machine ${name}`);
  }
  return {
    initial: String(machine.initial),
    states: Object.keys(machine.states),
    transitions: (machine.transitions as WrittenTransition[]).flatMap(plainTransitions),
  };
}

function defaultsIn(policy: unknown, section: string): Readonly<Record<string, number>> {
  const rows = member(policy, section);
  if (!isObject(rows)) throw new Error(`spec/policy.yaml has no ${section}`);
  return Object.fromEntries(
    Object.entries(rows).map(([name, row]) => [name, Number(member(row, "default"))]),
  );
}

/** Reads schemas/ and spec/ of a package folder. */
export function loadContract(root: string = packageRoot()): Contract {
  const ajv = new Ajv({ strict: false, allErrors: false });
  const folder = join(root, "schemas");
  for (const file of readdirSync(folder).filter((name) => name.endsWith(".json"))) {
    ajv.addSchema(JSON.parse(readFileSync(join(folder, file), "utf8")) as JsonObject, file);
  }
  const validator = (file: string): ValidateFunction => {
    const found = ajv.getSchema(file);
    if (!found) throw new Error(`schemas/${file} does not exist`);
    return found;
  };
  const judge = (file: string, value: unknown): Problem | undefined => {
    const validate = validator(file);
    return validate(value) ? undefined : firstProblem(validate.errors);
  };
  let lifecycle: unknown;
  return {
    requirements: readRequirements(join(root, "spec", "requirements.yaml")),
    judge,
    judgeFrame: (direction, frame) => {
      const type = member(frame, "type");
      if (typeof type !== "string") {
        return { kind: "invalid", path: "/type", problem: "must be a string" };
      }
      const files = FRAME_SCHEMAS[direction];
      const file = Object.hasOwn(files, type) ? files[type] : undefined;
      if (file === undefined) return { kind: "unknown", type };
      const problem = judge(file, frame);
      return problem ? { kind: "invalid", ...problem } : { kind: "valid" };
    },
    errorCodes: () => {
      const codes = member(readYaml(join(root, "spec", "policy.yaml")), "errorCodes");
      if (!Array.isArray(codes)) throw new Error("spec/policy.yaml lists no errorCodes");
      return new Map(
        codes.map((row) => [String(member(row, "code")), member(row, "retryable") === true]),
      );
    },
    defaults: () => {
      const policy = readYaml(join(root, "spec", "policy.yaml"));
      return { timers: defaultsIn(policy, "timers"), limits: defaultsIn(policy, "limits") };
    },
    machine: (name) => {
      lifecycle ??= readYaml(join(root, "spec", "lifecycle.yaml"));
      return machineOf(lifecycle, name);
    },
  };
}
