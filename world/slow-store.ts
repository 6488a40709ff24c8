import type { Store } from "../server/stores/store.js";
import type { Random } from "./random.js";
import type { Timeline } from "./timeline.js";
import { Trouble } from "./trouble.js";

/** How long an instance waits for an answer of a store that it does not reach, milliseconds. */
const GIVE_UP_MS = 500;

/**
 * An instance's connection to the store: questions arrive in order and late, and so do the answers. While
 * it is broken a question, or the answer to one that was carried out, is lost, and the instance is told so.
 */
export class StoreLine {
  #brokenUntil = 0;
  #lastArrival = 0;
  #lastAnswer = 0;
  #isClosed = false;

  constructor(
    private readonly timeline: Timeline,
    private readonly random: Random,
    private readonly slowMs: number,
  ) {}

  /** The instance has died: no answer reaches it any more. */
  close(): void {
    this.#isClosed = true;
  }

  breakFor(ms: number): void {
    this.#brokenUntil = this.timeline.now + ms;
  }

  /** @param lost told when the answer does not come */
  ask<Answer>(act: () => Answer | PromiseLike<Answer>, lost: () => void = nobody): Promise<Answer> {
    return new Promise((resolve, reject) => {
      const { timeline } = this;
      this.#lastArrival = this.#after(this.#lastArrival);
      timeline.at(this.#lastArrival, () => {
        const isCarriedOut = !this.#isBroken || this.random.chance(0.3);
        const answer = isCarriedOut ? act() : undefined;
        this.#lastAnswer = this.#after(this.#lastAnswer);
        if (!isCarriedOut || this.#isBroken) this.#lastAnswer += GIVE_UP_MS;
        const isLost = !isCarriedOut || this.#isBroken;
        timeline.at(this.#lastAnswer, () => {
          if (this.#isClosed) return;
          timeline.settles();
          if (isLost) {
            lost();
            reject(new Trouble("the store is away"));
          } else resolve(answer as Answer);
        });
      });
    });
  }

  get #isBroken(): boolean {
    return this.timeline.now < this.#brokenUntil;
  }

  #after(last: number): number {
    return Math.max(this.timeline.now + this.random.between(0, this.slowMs), last);
  }
}

/**
 * The store as an instance has it over its line. Notices come by another way, at once.
 * @param unanswered told of each message about which the instance got no answer
 */
export function slowStore(
  store: Store,
  line: StoreLine,
  unanswered: (messageId: string) => void,
): Store {
  const log = overLine(store.log, line, ["heads", "readAfter", "invalidate"]);
  const asked = (messageId: string | undefined) => (): void => {
    if (messageId !== undefined) unanswered(messageId);
  };
  return {
    ...store,
    log: {
      heads: (streams) => log.heads(streams),
      readAfter: (stream, position, limits) => log.readAfter(stream, position, limits),
      invalidate: (stream) => log.invalidate(stream),
      subscribe: (listener) => log.subscribe(listener),
      append: (request) => line.ask(() => store.log.append(request), asked(request.dedupKey)),
      recall: (owner, key) => line.ask(() => store.log.recall(owner, key), asked(key)),
      settle: (request) => line.ask(() => store.log.settle(request), asked(request.dedupKey)),
    },
    sessions: overLine(store.sessions, line, ["claim", "renew", "release"]),
    presence: overLine(store.presence, line, [
      "enter",
      "update",
      "regroup",
      "leave",
      "version",
      "look",
      "list",
    ]),
    acks: overLine(store.acks, line, ["acknowledge", "acknowledged"]),
    maintain: () => line.ask(() => store.maintain()),
  };
}

function nobody(): void {
  // Nobody needs to know.
}

/** The same object, but the named methods ask over the line. */
function overLine<Part extends object>(
  part: Part,
  line: StoreLine,
  names: readonly (keyof Part)[],
): Part {
  const late = new Set<PropertyKey>(names);
  return new Proxy(part, {
    get(target, key) {
      const member: unknown = Reflect.get(target, key);
      if (typeof member !== "function") return member;
      const method = (...given: readonly unknown[]): unknown =>
        Reflect.apply(member, target, given);
      return late.has(key)
        ? (...given: readonly unknown[]) => line.ask(() => method(...given))
        : method;
    },
  });
}
