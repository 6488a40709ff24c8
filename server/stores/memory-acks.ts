import type { AckedPosition, AckOutcome, AckStore, Fence, StreamHeadState } from "./store.js";

interface Acked {
  readonly epoch: string;
  readonly lastEventId: number;
}

/** Acknowledged positions of one process, by user, device and stream. */
export class MemoryAcks implements AckStore {
  /** In order of use, the longest unused first. */
  readonly #byDevice = new Map<string, Map<string, Acked>>();

  constructor(
    private readonly head: (stream: string) => StreamHeadState | undefined,
    private readonly holds: (fence: Fence) => boolean,
    /** Devices remembered at most. */
    private readonly devices: number,
  ) {}

  acknowledge(fence: Fence, deviceId: string | undefined, position: AckedPosition): AckOutcome {
    const head = this.head(position.stream);
    if (head?.epoch !== position.epoch || !this.holds(fence)) return "ignored"; // ACK-6, SESS-17
    if (position.lastEventId > head.headId) return "beyond_head"; // ACK-7
    const key = deviceKey(fence.userId, deviceId);
    const streams = this.#byDevice.get(key) ?? new Map<string, Acked>();
    this.#byDevice.delete(key);
    this.#byDevice.set(key, streams);
    const before = streams.get(position.stream);
    const { epoch, lastEventId } = position;
    if (before?.epoch === epoch && before.lastEventId >= lastEventId) return "known";
    streams.set(position.stream, { epoch, lastEventId }); // ACK-5
    return "kept";
  }

  acknowledged(
    userId: string,
    deviceId: string | undefined,
    positions: readonly { readonly stream: string; readonly epoch: string }[],
  ): (number | undefined)[] {
    const streams = this.#byDevice.get(deviceKey(userId, deviceId));
    return positions.map(({ stream, epoch }) => {
      const acked = streams?.get(stream);
      return acked?.epoch === epoch ? acked.lastEventId : undefined;
    });
  }

  sweep(): void {
    for (const key of this.#byDevice.keys()) {
      if (this.#byDevice.size <= this.devices) return;
      this.#byDevice.delete(key);
    }
  }
}

/** Ids contain no space. A client without a deviceId is the user's one unnamed device. */
function deviceKey(userId: string, deviceId: string | undefined): string {
  return `${userId} ${deviceId ?? ""}`;
}
