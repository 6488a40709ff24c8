import type { Awaitable } from "./stores/store.js";

/**
 * Runs `ask` and hands on what it answers: at once where the answer is there, later where it is a promise.
 * A store in memory thus costs no promise, and everything it causes stays in one turn. What `done` throws
 * reaches the caller, or, where the answer came later and nobody is there to catch it, `failed`.
 */
export function whenDone<T>(
  ask: () => Awaitable<T>,
  done: (answer: T) => void,
  failed: (error: unknown) => void,
): void {
  let answer: Awaitable<T>;
  try {
    answer = ask();
  } catch (error) {
    failed(error);
    return;
  }
  if (isLater(answer)) answer.then(done).then(undefined, failed);
  else done(answer);
}

/** True for an answer that comes later. Asked for every message: to read `then` is quicker than `in`. */
export function isLater<T>(answer: Awaitable<T>): answer is PromiseLike<T> {
  if (typeof answer !== "object" || answer === null) return false;
  const { then }: { readonly then?: unknown } = answer;
  return typeof then === "function";
}
