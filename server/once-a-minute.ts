import type { Occasions } from "./occasions.js";

const WINDOW_MS = 60_000;
/** Kinds that are told apart at a time; who makes up kinds cannot fill the log, nor the memory. */
const MOST_KINDS = 50;
const OTHERS = Symbol("what is of more kinds");

/** @param leftOut how often it came since its kind was last told, this time not counted */
export type Tell<Thing> = (thing: Thing, leftOut: number, isOneOfMoreKinds: boolean) => void;

/**
 * Tells a thing when the first of its kind comes, then once a minute the last of those that came meanwhile,
 * with their number. What comes beyond 50 kinds is taken for one kind more.
 */
export class OnceAMinute<Thing> {
  readonly #told = new Map<string | symbol, { last: Thing; count: number }>();
  #isWaiting = false;

  constructor(
    private readonly occasions: Pick<Occasions, "after">,
    private readonly tell: Tell<Thing>,
  ) {}

  note(kind: string, thing: Thing): void {
    const isKnown = this.#told.has(kind) || this.#told.size < MOST_KINDS;
    const key = isKnown ? kind : OTHERS;
    const told = this.#told.get(key);
    if (told !== undefined) {
      told.last = thing;
      told.count += 1;
      return;
    }
    this.#told.set(key, { last: thing, count: 0 });
    this.#wait();
    this.tell(thing, 0, key === OTHERS);
  }

  /** Tells now what was left out so far. */
  tellLeftOut(): void {
    const told = [...this.#told];
    this.#told.clear();
    for (const [key, { last, count }] of told) {
      if (count === 0) continue;
      this.#told.set(key, { last, count: 0 });
      this.tell(last, count - 1, key === OTHERS);
    }
  }

  #wait(): void {
    if (this.#isWaiting) return;
    this.#isWaiting = true;
    this.occasions.after(WINDOW_MS, () => {
      this.#isWaiting = false;
      this.tellLeftOut();
      if (this.#told.size > 0) this.#wait();
    });
  }
}
