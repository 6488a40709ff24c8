import type { Place } from "./history.js";
import type { Recorder } from "./recorder.js";

type Recorded = Parameters<Recorder["record"]>[0];
type OfClient = "at" | "client" | "life";
/** A fact of a process; it knows the time and whose it is by itself. */
export type ClientFact = Recorded extends infer Fact
  ? Fact extends { readonly client: number }
    ? Omit<Fact, OfClient>
    : never
  : never;

export function placeOf(result: {
  readonly stream?: string;
  readonly epoch?: string;
  readonly eventId?: number;
}): Partial<Place> {
  const { stream, epoch, eventId } = result;
  return {
    ...(stream === undefined ? {} : { stream }),
    ...(epoch === undefined ? {} : { epoch }),
    ...(eventId === undefined ? {} : { eventId }),
  };
}
