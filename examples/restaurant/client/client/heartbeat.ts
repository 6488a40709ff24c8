import type { Port } from "./port.js";

/** Unanswered heartbeats whose time is remembered for the latency; a peer that never answers costs no more. */
const MAX_TIMES = 64;

/** Proves life in both directions while connected. */
export class Heartbeat {
  readonly #port: Port;
  /** Heartbeats that were sent on this connection. */
  #sent = 0;
  #acknowledged = 0;
  /** When the newest unacknowledged heartbeats were sent, oldest first. */
  #sentAt: number[] = [];

  constructor(port: Port) {
    this.#port = port;
  }

  /** Heartbeats sent on this connection, to tell later which acknowledgement follows a request. */
  get sent(): number {
    return this.#sent;
  }

  get acknowledged(): number {
    return this.#acknowledged;
  }

  connected(): void {
    this.stop();
    const { timers, now, announced } = this.#port;
    const first = Math.floor(this.#port.random() * announced.heartbeat.intervalMs);
    timers.set("heartbeat", now, first); // LIVE-2
  }

  stop(): void {
    this.#sent = 0;
    this.#acknowledged = 0;
    this.#sentAt = [];
    this.#port.timers.clear("heartbeat");
    this.#port.timers.clear("heartbeatDeadline");
  }

  /** Anything inbound proves life (LIVE-3). */
  received(): void {
    this.#port.timers.clear("heartbeatDeadline");
  }

  acked(): void {
    const unanswered = this.#sent - this.#acknowledged;
    if (unanswered === 0) return;
    this.#acknowledged += 1;
    if (this.#sentAt.length < unanswered) return; // its time was dropped
    const sentAt = this.#sentAt.shift() ?? this.#port.now;
    this.#port.counters.heartbeatLatencyMs = this.#port.now - sentAt;
  }

  /** The next heartbeat is due, since `at`. */
  beat(at: number): void {
    const { timers, now, announced } = this.#port;
    const { intervalMs } = announced.heartbeat;
    if (this.isLate(at)) {
      this.startAfresh();
      return;
    }
    timers.set("heartbeat", now, Math.max(at + intervalMs - now, 0) || intervalMs);
    this.#send();
    // LIVE-4: one deadline, from the oldest heartbeat that nothing has followed
    if (timers.at("heartbeatDeadline") === undefined) this.#expect();
  }

  /** LIVE-5: a tick that is itself this late says that we slept, not that the peer is dead. */
  isLate(at: number): boolean {
    return this.#port.now - at > this.#port.announced.heartbeat.timeoutMs;
  }

  /** LIVE-5: after a sleep, ask and wait a whole timeout. */
  startAfresh(): void {
    const { timers, now, announced } = this.#port;
    timers.set("heartbeat", now, announced.heartbeat.intervalMs);
    this.#send();
    this.#expect();
  }

  #expect(): void {
    const { timers, now, announced } = this.#port;
    timers.set("heartbeatDeadline", now, announced.heartbeat.timeoutMs);
  }

  #send(): void {
    this.#sent += 1;
    this.#sentAt.push(this.#port.now);
    if (this.#sentAt.length > MAX_TIMES) this.#sentAt.shift();
    this.#port.send({ type: "HEARTBEAT" });
  }
}
