import { clampWait } from "./timers.js";

/** Time as a client needs it. Tests pass a virtual one. */
export interface Clock {
  /** Milliseconds since 1970, whole, never going back. */
  now(): number;
  /** Call back once after `waitMs`; answers how to cancel. */
  after(waitMs: number, callback: () => void): () => void;
}

/**
 * The platform's time. It follows the wall clock forwards, so that a sleep counts, and the monotonic
 * clock when the wall clock is set back.
 */
export function systemClock(): Clock {
  let time = Date.now();
  let wall = time;
  let monotonic = performance.now();
  return {
    now() {
      const nextWall = Date.now();
      const nextMonotonic = performance.now();
      time += Math.max(nextWall - wall, nextMonotonic - monotonic, 0);
      wall = nextWall;
      monotonic = nextMonotonic;
      return Math.floor(time);
    },
    after(waitMs, callback) {
      let cancelPending: (() => void) | undefined;
      const timer = setTimeout(() => {
        cancelPending = afterPendingInput(callback);
      }, clampWait(waitMs));
      return () => {
        clearTimeout(timer);
        cancelPending?.();
      };
    },
  };
}

/** Let what the socket has already received come first: a stalled event loop must not drop a live peer. */
function afterPendingInput(callback: () => void): () => void {
  if (typeof setImmediate === "function") {
    const immediate = setImmediate(callback);
    return () => {
      clearImmediate(immediate);
    };
  }
  const timer = setTimeout(callback, 0);
  return () => {
    clearTimeout(timer);
  };
}
