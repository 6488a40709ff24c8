// What one hostile peer sends before it has to dial again, with what the contract answers to every frame.

import type { Contract } from "../../conformance/contract.js";
import { Chance } from "../../conformance/hostile/chance.js";
import { frameText, HOSTILE_KINDS, type HostileFrame } from "../../conformance/hostile/frame.js";
import { HostileFrames } from "../../conformance/hostile/frames.js";
import type { Bounds } from "../../conformance/hostile/oracle.js";
import { messageBytes } from "../wire/frame.js";
import { rawDamage, type RawDamage } from "./raw-damage.js";

/** Codes of ERRORs about the form of a frame; others are answers to frames that were taken. */
export const OF_FORM: ReadonlySet<string> = new Set([
  "invalid_json",
  "invalid_message",
  "unknown_type",
  "payload_too_large",
]);
const VIOLATIONS: ReadonlySet<string> = new Set(["invalid_json", "invalid_message"]);

/** ERR-6: the tenth in a minute closes the connection. */
const MOST_VIOLATIONS = 10;
const PROTOCOL_VIOLATION = 4505;
const MOST_FRAMES = 40;
/** Frames of many kilobytes are slow to make and to read: one in so many. */
const HEAVY_EVERY = 50;
const HEAVY = ["deep", "oversize"] as const;
/** Messages that end their connection at once would leave a batch short: one in so many. */
const CLOSING_EVERY = 30;
const CLOSING = ["utf8", "binary"] as const;
const RARE: ReadonlySet<string> = new Set([...HEAVY, ...CLOSING]);

/** What may come of one frame: an ERROR of one of these codes, or `""`, none. */
type Outcome = readonly string[];

export interface Batch {
  readonly index: number;
  readonly bytes: Buffer;
  readonly outcomes: readonly Outcome[];
  /** Close codes with which the server ends it; undefined where it is to stay open. */
  readonly ends: readonly number[] | undefined;
  /** Follows where the connection stays open. */
  readonly damage: RawDamage | undefined;
  readonly frames: readonly HostileFrame[];
}

/** Batches without end; the same seed, the same batches. */
export class Batches {
  readonly #chance: Chance;
  readonly #light: HostileFrames;
  readonly #heavy: HostileFrames;
  readonly #closing: HostileFrames;
  #made = 0;
  #drawn = 0;

  constructor(contract: Contract, bounds: Bounds, seed: number) {
    const common = { contract, bounds, direction: "client-to-server" } as const;
    const light = HOSTILE_KINDS.filter((kind) => !RARE.has(kind));
    this.#chance = new Chance(seed);
    this.#light = new HostileFrames({ ...common, seed: (seed + 1) >>> 0, kinds: light });
    this.#heavy = new HostileFrames({ ...common, seed: (seed + 2) >>> 0, kinds: HEAVY });
    this.#closing = new HostileFrames({ ...common, seed: (seed + 3) >>> 0, kinds: CLOSING });
  }

  next(): Batch {
    const frames: HostileFrame[] = [];
    const outcomes: Outcome[] = [];
    let least = 0;
    let most = 0;
    const staysOpen = this.#chance.below(3) === 0;
    for (;;) {
      const frame = this.#frame();
      frames.push(frame);
      const closes = closeCodes(frame);
      if (closes.length > 0) {
        const before = most >= MOST_VIOLATIONS ? [PROTOCOL_VIOLATION] : [];
        return this.#batch(frames, outcomes, [...closes, ...before]);
      }
      const codes = frame.answers.map((each) => (each.kind === "error" ? each.code : ""));
      if (codes.some(isViolation)) most += 1;
      if (codes.every(isViolation)) least += 1;
      outcomes.push(codes);
      if (least === MOST_VIOLATIONS) return this.#batch(frames, outcomes, [PROTOCOL_VIOLATION]);
      const mayStay = staysOpen && most === MOST_VIOLATIONS - 1;
      if (mayStay || (frames.length >= MOST_FRAMES && most < MOST_VIOLATIONS))
        return this.#batch(frames, outcomes);
    }
  }

  #frame(): HostileFrame {
    this.#drawn += 1;
    if (this.#drawn % HEAVY_EVERY === 0) return this.#heavy.next();
    return (this.#drawn % CLOSING_EVERY === 0 ? this.#closing : this.#light).next();
  }

  #batch(frames: HostileFrame[], outcomes: Outcome[], ends?: readonly number[]): Batch {
    const bytes = frames.map(({ data, binary, pieces }) => messageBytes(data, binary, pieces));
    const damage = ends === undefined ? rawDamage(this.#chance) : undefined;
    this.#made += 1;
    return { index: this.#made, bytes: Buffer.concat(bytes), outcomes, ends, damage, frames };
  }
}

/** An abnormal end is right where a transport drops a message before the server sees it (FRAME-26). */
function closeCodes({ answers }: HostileFrame): number[] {
  return answers.flatMap((each) => (each.kind === "closed" ? [each.code] : []));
}

/**
 * Whether the ERRORs that came are what the contract answers, in its order. A connection that is closed for
 * its violations has exactly ten of them, and what was sent after the tenth stays unanswered.
 */
export function fits(
  { outcomes }: Batch,
  codes: readonly string[],
  end: number | undefined,
): boolean {
  const isCutOff = end === PROTOCOL_VIOLATION;
  if (isCutOff && codes.filter(isViolation).length !== MOST_VIOLATIONS) return false;
  let reached = new Set([0]);
  for (const outcome of outcomes) {
    if (isCutOff && reached.has(codes.length)) return true;
    const next = new Set<number>();
    for (const at of reached) {
      for (const code of outcome) {
        if (code === "") next.add(at);
        else if (codes[at] === code) next.add(at + 1);
      }
    }
    reached = next;
  }
  return reached.has(codes.length);
}

function isViolation(code: string): boolean {
  return VIOLATIONS.has(code);
}

const MOST_SHOWN = 160;

/** A batch for people: what each of its frames was. */
export function batchText({ frames, damage }: Batch): string {
  const lines = frames.map((frame) => `    ${frame.what}: ${frameText(frame)}`);
  const all = [...lines, ...(damage === undefined ? [] : [`    ${damage.what}`])];
  return all.map((line) => line.slice(0, MOST_SHOWN)).join("\n");
}
