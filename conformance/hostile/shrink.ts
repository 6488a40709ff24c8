// Makes a failing frame smaller while it still fails, so that a report shows what matters.

import { isObject } from "../json.js";
import type { HostileFrame } from "./frame.js";

/** Simpler messages than this one, the boldest first; none where it is no JSON object. */
function* simpler({ data, binary }: HostileFrame): Generator<Buffer> {
  if (binary) return;
  let value: unknown;
  try {
    value = JSON.parse(data.toString("utf8"));
  } catch {
    // Text that is no JSON: its halves.
    if (data.length < 2) return;
    yield data.subarray(0, data.length / 2);
    yield data.subarray(data.length / 2);
    return;
  }
  if (!isObject(value)) return;
  for (const name of Object.keys(value)) {
    if (name !== "type") yield without(value, name);
  }
  for (const [name, each] of Object.entries(value)) {
    for (const by of simplerValues(each))
      yield Buffer.from(JSON.stringify({ ...value, [name]: by }));
  }
}

function without(value: Readonly<Record<string, unknown>>, name: string): Buffer {
  const rest = Object.entries(value).filter(([each]) => each !== name);
  return Buffer.from(JSON.stringify(Object.fromEntries(rest)));
}

function simplerValues(value: unknown): readonly unknown[] {
  if (typeof value === "string") return value.length > 1 ? [value.slice(0, value.length / 2)] : [];
  if (Array.isArray(value)) return value.length > 1 ? [value.slice(0, value.length / 2)] : [];
  if (!isObject(value)) return [];
  return Object.keys(value).map((name) =>
    Object.fromEntries(Object.entries(value).filter(([each]) => each !== name)),
  );
}

/**
 * The smallest found that still fails, within so many tries.
 * @param rejudged the simpler message with what the contract answers to it; undefined where it does not say
 */
export async function shrunk(
  frame: HostileFrame,
  rejudged: (data: Buffer) => HostileFrame | undefined,
  fails: (frame: HostileFrame) => Promise<boolean>,
  tries = 60,
): Promise<HostileFrame> {
  let smallest = frame;
  let left = tries;
  for (let found = true; found;) {
    found = false;
    for (const data of simpler(smallest)) {
      const candidate = rejudged(data);
      if (candidate?.requirement !== frame.requirement) continue;
      if (left-- <= 0) return smallest;
      if (!(await fails(candidate))) continue;
      smallest = candidate;
      found = true;
      break;
    }
  }
  return smallest;
}
