import type { ApplicationEvent, EventListener } from "./application-event.js";
import { Listeners } from "./listeners.js";
import { problemOf } from "./store-writer.js";

/** Name under which a listener hears of every event. */
export const ANY_EVENT = "*";

/** The application's listeners for events, by name. */
export class EventHandlers {
  readonly #byName = new Map<string, Listeners<ApplicationEvent, void | Promise<void>>>();

  add(name: string, listener: EventListener): () => void {
    const listeners =
      this.#byName.get(name) ?? new Listeners<ApplicationEvent, void | Promise<void>>();
    this.#byName.set(name, listeners);
    return listeners.add(listener);
  }

  clear(): void {
    for (const listeners of this.#byName.values()) listeners.clear();
    this.#byName.clear();
  }

  /**
   * Call every listener of an event, one after the other, and then `done`; at once where none answers a
   * promise. One that throws does not keep the event from the others.
   * @param isValid whether the contract allows the payload; if not, only listeners to all are called.
   * @param done told what went wrong first, if anything did.
   */
  run(
    event: ApplicationEvent,
    isValid: boolean,
    done: (problem: string | undefined) => void,
  ): void {
    const listeners = [
      ...(isValid ? (this.#byName.get(event.event)?.all() ?? []) : []),
      ...(this.#byName.get(ANY_EVENT)?.all() ?? []),
    ];
    let problem: string | undefined;
    for (const [index, listener] of listeners.entries()) {
      try {
        const answer = listener(event);
        if (answer !== undefined) {
          void runRest(answer, listeners.slice(index + 1), event, problem).then(done);
          return;
        }
      } catch (error) {
        problem ??= problemOf(error);
      }
    }
    done(problem);
  }
}

async function runRest(
  running: Promise<void>,
  rest: readonly EventListener[],
  event: ApplicationEvent,
  before: string | undefined,
): Promise<string | undefined> {
  let problem = before;
  const attempts = [() => running, ...rest.map((listener) => () => listener(event))];
  for (const attempt of attempts) {
    try {
      await attempt();
    } catch (error) {
      problem ??= problemOf(error);
    }
  }
  return problem;
}
