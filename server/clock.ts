/** The one source of time of a server. Nothing else in server/ reads a clock or sets a timer. */
export interface Clock {
  /** Monotonic whole milliseconds. Only differences have a meaning. */
  now(): number;
  /** Milliseconds since 1970, for timestamps that people read. */
  wallTime(): number;
  /** Makes an alarm that is not set yet. `wake` may run later than asked, never earlier. */
  alarm(wake: () => void): Alarm;
  /** Runs `task` soon, after the sockets that are readable now have been read. */
  defer(task: () => void): void;
}

export interface Alarm {
  /** Replaces the instant at which the alarm rings, in `now()` milliseconds. */
  set(at: number): void;
  clear(): void;
}

const LONGEST_TIMEOUT_MS = 2_147_483_647;

/** The clock of the process. */
export function systemClock(): Clock {
  return {
    now: () => Math.floor(performance.now()), // small integers: instants cost no allocation
    wallTime: () => Date.now(),
    alarm: (wake) => systemAlarm(wake),
    defer: (task) => {
      setImmediate(task);
    },
  };
}

function systemAlarm(wake: () => void): Alarm {
  let timer: NodeJS.Timeout | undefined;
  // Timers run before sockets are read. Waiting for the sockets first keeps a stalled event loop from
  // taking peers for dead whose frames lie in the kernel already.
  const ring = (): void => {
    timer = undefined;
    setImmediate(wake);
  };
  return {
    set(at) {
      clearTimeout(timer);
      const wait = Math.ceil(at - performance.now());
      timer = setTimeout(ring, Math.min(Math.max(wait, 1), LONGEST_TIMEOUT_MS));
    },
    clear() {
      clearTimeout(timer);
      timer = undefined;
    },
  };
}

/** A clock that moves only when told to. Alarms ring in the order of their instants. */
export class VirtualClock implements Clock {
  readonly #alarms = new Set<{ at: number; readonly wake: () => void }>();
  readonly #deferred: (() => void)[] = [];
  readonly #startedAt: number;
  readonly #sockets: boolean;
  #now = 0;

  /**
   * @param options.startedAt wall time of instant 0, milliseconds since 1970
   * @param options.sockets true where real sockets are involved: deferred tasks then wait for them;
   *   otherwise they run inside `advance` or `settle`
   */
  constructor(options: { readonly startedAt?: number; readonly sockets?: boolean } = {}) {
    this.#startedAt = options.startedAt ?? Date.UTC(2026, 0, 1);
    this.#sockets = options.sockets ?? false;
  }

  now(): number {
    return this.#now;
  }

  wallTime(): number {
    return this.#startedAt + Math.floor(this.#now);
  }

  alarm(wake: () => void): Alarm {
    const alarm = { at: Infinity, wake };
    return {
      set: (at) => {
        alarm.at = at;
        this.#alarms.add(alarm);
      },
      clear: () => {
        this.#alarms.delete(alarm);
      },
    };
  }

  defer(task: () => void): void {
    if (this.#sockets) setImmediate(task);
    else this.#deferred.push(task);
  }

  /** Runs what was deferred, without moving time. */
  settle(): void {
    for (let task = this.#deferred.shift(); task !== undefined; task = this.#deferred.shift()) {
      task();
    }
  }

  /** The instant at which the next alarm rings; Infinity without one. */
  get nextAt(): number {
    let at = Infinity;
    for (const alarm of this.#alarms) at = Math.min(at, alarm.at);
    return at;
  }

  /** Moves time by `ms`, ringing every alarm on the way at its own instant. */
  advance(ms: number): void {
    const until = this.#now + ms;
    this.settle();
    for (;;) {
      let next: { at: number; readonly wake: () => void } | undefined;
      for (const alarm of this.#alarms) {
        if (alarm.at <= until && (next === undefined || alarm.at < next.at)) next = alarm;
      }
      if (next === undefined) break;
      this.#now = Math.max(this.#now, next.at);
      this.#alarms.delete(next);
      next.wake();
      this.settle();
    }
    this.#now = until;
  }
}
