import type { Recorder } from "./recorder.js";
import type { Timeline } from "./timeline.js";

/** A stream of an unreliable server. */
export interface ScriptedStream {
  readonly stream: string;
  epoch: string;
  headId: number;
}

/** The events of an unreliable server: dense within an epoch, and on record like those of any log. */
export class ScriptedLog {
  readonly streams: readonly ScriptedStream[];
  #epochs = 0;

  constructor(
    private readonly client: number,
    private readonly timeline: Timeline,
    private readonly recorder: Recorder,
  ) {
    this.streams = [0, 1, 2].map((index) => ({
      stream: `wild ${client} ${index}`,
      epoch: this.#newEpoch(),
      headId: 0,
    }));
  }

  append(to: ScriptedStream): number {
    to.headId += 1;
    const { stream, epoch, headId: eventId } = to;
    const mark = markOf(stream, epoch, eventId);
    const at = this.timeline.now;
    this.recorder.record({ fact: "appended", at, store: 0, stream, epoch, eventId, mark });
    return eventId;
  }

  /** Begins anew, with a head that is not 0 so that positions of both epochs overlap. */
  renew(stream: ScriptedStream, events: number): void {
    stream.epoch = this.#newEpoch();
    stream.headId = 0;
    for (let count = 0; count < events; count += 1) this.append(stream);
  }

  #newEpoch(): string {
    this.#epochs += 1;
    return `wild${this.client}.${this.#epochs}`;
  }
}

/** One EVENT frame. */
export function scriptedEvent(
  stream: string,
  epoch: string,
  eventId: number,
): Readonly<Record<string, unknown>> {
  const payload = { mark: markOf(stream, epoch, eventId) };
  return { type: "EVENT", stream, epoch, eventId, event: "order_changed", payload };
}

function markOf(stream: string, epoch: string, eventId: number): string {
  return `${stream}/${epoch}/${eventId}`;
}
