import type { Clock } from "./clock.js";

/** A listener that is called at most once in a while, with the latest value. */
export interface Throttled<Value> {
  readonly call: (value: Value) => void;
  /** Forget what waits. */
  readonly cancel: () => void;
}

/**
 * The first value is passed on at once; those that follow within `waitMs` are replaced by the latest,
 * which comes at the end of the wait.
 */
export function throttle<Value>(
  listener: (value: Value) => void,
  waitMs: number,
  clock: Clock,
): Throttled<Value> {
  let latest: { readonly value: Value } | undefined;
  let cancelWait: (() => void) | undefined;
  const rest = (): void => {
    cancelWait = clock.after(waitMs, () => {
      cancelWait = undefined;
      if (latest === undefined) return;
      const { value } = latest;
      latest = undefined;
      rest();
      listener(value);
    });
  };
  return {
    call(value) {
      if (cancelWait !== undefined) {
        latest = { value };
        return;
      }
      rest();
      listener(value);
    },
    cancel() {
      cancelWait?.();
      cancelWait = undefined;
      latest = undefined;
    },
  };
}
