import type { ApplicationEvent, EventListener } from "./application-event.js";

interface Waiting {
  readonly event: ApplicationEvent;
  readonly finished: () => void;
}

type Result = IteratorResult<ApplicationEvent, undefined>;

/**
 * Events one by one, for `for await`. An event counts as handled when the next one is asked for or the
 * loop ends, so a slow loop holds up its streams and loses nothing.
 */
export class EventIterator implements AsyncIterableIterator<ApplicationEvent, undefined> {
  readonly #remove: () => void;
  readonly #waiting: Waiting[] = [];
  readonly #asking: ((result: Result) => void)[] = [];
  #current: Waiting | undefined;
  #over = false;

  /** @param add adds a listener and answers how to remove it. */
  constructor(add: (listener: EventListener) => () => void) {
    this.#remove = add((event) => this.#offer(event));
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  next(): Promise<Result> {
    this.#current?.finished();
    this.#current = undefined;
    if (this.#over) return Promise.resolve({ done: true, value: undefined });
    const waiting = this.#waiting.shift();
    if (waiting === undefined) {
      return new Promise((resolve) => {
        this.#asking.push(resolve);
      });
    }
    this.#current = waiting;
    return Promise.resolve({ done: false, value: waiting.event });
  }

  /** End the iteration: what was handed out counts as handled. */
  return(): Promise<Result> {
    this.#over = true;
    this.#remove();
    this.#current?.finished();
    this.#current = undefined;
    for (const { finished } of this.#waiting.splice(0)) finished();
    for (const resolve of this.#asking.splice(0)) resolve({ done: true, value: undefined });
    return Promise.resolve({ done: true, value: undefined });
  }

  /** The client is over: what was not handed out does not count as handled. */
  abandon(): void {
    this.#over = true;
    this.#remove();
    for (const resolve of this.#asking.splice(0)) resolve({ done: true, value: undefined });
  }

  #offer(event: ApplicationEvent): Promise<void> {
    // It ended while another listener held the event up.
    if (this.#over) return Promise.resolve();
    return new Promise((finished) => {
      const waiting = { event, finished };
      const ask = this.#asking.shift();
      if (ask === undefined) {
        this.#waiting.push(waiting);
        return;
      }
      this.#current = waiting;
      ask({ done: false, value: event });
    });
  }
}
