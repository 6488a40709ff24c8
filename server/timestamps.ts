import type { Clock } from "./clock.js";

/** The present as text. It is only made anew when the wall clock shows another millisecond. */
export function timestamps(clock: Clock): () => string {
  let at = NaN;
  let text = "";
  return () => {
    const now = clock.wallTime();
    if (now !== at) {
      at = now;
      text = new Date(now).toISOString();
    }
    return text;
  };
}
