// Replaces the variables and the $events shorthand of a step by values.

import { isObject, member, type JsonObject } from "../json.js";
import { TEST_NAMES } from "../match.js";
import { seededUuid } from "../seeded.js";

/** A case names something that does not exist: the fault is the suite's. */
export class CaseMistake extends Error {}

export class Variables {
  readonly #values: Record<string, unknown> = {};

  constructor(
    private readonly seed: number,
    initial: JsonObject,
  ) {
    Object.assign(this.#values, initial);
  }

  set(name: string, value: unknown): void {
    this.#values[name] = value;
  }

  setAll(values: JsonObject): void {
    Object.assign(this.#values, values);
  }

  /** `uuid.NAME` is a UUID fixed by the seed; anything else a path into what is known. */
  get(path: string): unknown {
    const [head = "", ...rest] = path.split(".");
    if (head === "uuid") return seededUuid(this.seed, rest.join("."));
    if (!Object.hasOwn(this.#values, head)) throw new CaseMistake(`unknown variable $${path}`);
    let value = this.#values[head];
    for (const name of rest) {
      value = Array.isArray(value) ? (value as unknown[])[Number(name)] : member(value, name);
    }
    if (head === "setting" && value === undefined) throw new CaseMistake(`no setting $${path}`);
    return value;
  }
}

const WHOLE = /^\$([a-zA-Z][a-zA-Z0-9_]*(?:\.[a-zA-Z0-9_]+)*)$/u;
const INSIDE = /\$\{([a-zA-Z][a-zA-Z0-9_.]*)\}/gu;

function text(value: string, variables: Variables): unknown {
  const whole = WHOLE.exec(value)?.[1];
  if (whole !== undefined) return variables.get(whole);
  return value.replace(INSIDE, (_all, path: string) => {
    const inner = variables.get(path);
    return typeof inner === "string" ? inner : encodeURIComponent(JSON.stringify(inner));
  });
}

/** $events: {stream, epoch, from, to}: the EVENT frames of these ids. */
function events(range: unknown): readonly JsonObject[] {
  const from = Number(member(range, "from"));
  const to = Number(member(range, "to"));
  if (!Number.isInteger(from) || !Number.isInteger(to)) {
    throw new CaseMistake("$events needs whole numbers from and to");
  }
  const frames: JsonObject[] = [];
  for (let eventId = from; eventId <= to; eventId += 1) {
    frames.push({
      type: "EVENT",
      stream: member(range, "stream"),
      epoch: member(range, "epoch"),
      eventId,
    });
  }
  return frames;
}

/** $add: [a, b]: the sum, so that ids can be reckoned from observed heads. */
function sum(terms: unknown): number {
  if (!Array.isArray(terms)) throw new CaseMistake("$add needs a list of numbers");
  return terms.reduce<number>((total, term) => total + Number(term), 0);
}

/** $repeat: [text, times]. */
function repeated(of: unknown): string {
  const [piece, times] = Array.isArray(of) ? (of as unknown[]) : [];
  if (typeof piece !== "string") throw new CaseMistake("$repeat needs a text and a number");
  return piece.repeat(Number(times));
}

export function expand(value: unknown, variables: Variables): unknown {
  if (typeof value === "string") return text(value, variables);
  if (Array.isArray(value)) return value.map((each) => expand(each, variables));
  if (!isObject(value)) return value;
  const names = Object.keys(value);
  if (names.length === 1 && names[0] === "$events") return events(expand(value.$events, variables));
  if (names.length === 1 && names[0] === "$fill") {
    return "x".repeat(Number(expand(value.$fill, variables)));
  }
  if (names.length === 1 && names[0] === "$repeat") {
    return repeated(expand(value.$repeat, variables));
  }
  if (names.length === 1 && names[0] === "$add") return sum(expand(value.$add, variables));
  const expanded: Record<string, unknown> = {};
  for (const [name, each] of Object.entries(value)) {
    if (name.startsWith("$") && !TEST_NAMES.includes(name) && name !== "$omit") {
      throw new CaseMistake(`unknown test ${name}`);
    }
    expanded[name] = expand(each, variables);
  }
  return expanded;
}

/** What a sent frame may leave out. A member given as {$omit: true} stays out. */
const SENT_DEFAULTS: Readonly<Record<string, (frame: JsonObject) => JsonObject>> = {
  EVENT: (frame) => ({ event: "order_created", payload: { number: frame.eventId } }),
  SYNC: () => ({ complete: true }),
  FULL_REFRESH: () => ({ reason: "history_expired" }),
  ERROR: () => ({ message: "refused by the conformance case", retryable: false }),
  DISCONNECT: () => ({ reason: "the conformance case ends here", reconnect: true }),
};

export function sentFrame(frame: JsonObject, direction: "server" | "client"): JsonObject {
  const { type, ...rest } = frame;
  const defaults =
    direction === "server" && typeof type === "string" ? SENT_DEFAULTS[type]?.(frame) : undefined;
  const complete: Record<string, unknown> = {
    type,
    timestamp: new Date().toISOString(),
    ...defaults,
    ...rest,
  };
  if (type === "SYNC" && Array.isArray(complete.events)) {
    complete.events = (complete.events as unknown[]).map((each) =>
      isObject(each) ? sentFrame(each, direction) : each,
    );
  }
  return Object.fromEntries(
    Object.entries(complete).filter(
      ([, each]) => member(each, "$omit") !== true && each !== undefined,
    ),
  );
}
