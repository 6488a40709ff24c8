import { clampWait } from "./timers.js";

/** Time as a client needs it. Tests pass a virtual one. */
export interface Clock {
  /** Milliseconds since 1970, whole, never going back. */
  now(): number;
  /** Call back once after `waitMs`; answers how to cancel. */
  after(waitMs: number, callback: () => void): () => void;
}

/** What the two clocks may differ by rounding, in milliseconds: the wall clock counts whole ones. */
const ROUNDING_MS = 20;

/**
 * The platform's time. It follows the monotonic clock, and the wall clock where that jumps forwards, so
 * that a sleep counts and a clock that is set back does not.
 */
export function systemClock(): Clock {
  let lead = Date.now() - performance.now();
  let offset = lead;
  return {
    now() {
      const monotonic = performance.now();
      const jump = Date.now() - monotonic - lead;
      if (Math.abs(jump) > ROUNDING_MS) {
        lead += jump;
        offset += Math.max(jump, 0);
      }
      return Math.floor(monotonic + offset);
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
