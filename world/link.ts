import type { Random } from "./random.js";
import type { Planned, Timeline } from "./timeline.js";

/** What one end of a link hears. */
export interface LinkEnd {
  /** The other side's half of the handshake has arrived. */
  opened(): void;
  text(text: string): void;
  binary(bytes: Uint8Array): void;
  ping(): void;
  pong(): void;
  /** The link is over for this end; comes once and last. 1006 where it broke. */
  ended(code: number): void;
  /** What this end had sent was taken by the network again. */
  drained(): void;
}

/** How a network treats one link. Delays are milliseconds for one direction. */
export interface LinkWeather {
  readonly lowDelayMs: number;
  readonly highDelayMs: number;
}

type Parcel =
  | { readonly kind: "open" }
  | { readonly kind: "text"; readonly text: string }
  | { readonly kind: "binary"; readonly bytes: Uint8Array }
  | { readonly kind: "ping" }
  | { readonly kind: "pong" }
  | { readonly kind: "close"; readonly code: number };

/**
 * One connection over a bad network: two directions, each in order, with delays. It may stall (nothing
 * arrives for a while, then all of it), lose one or both directions in silence (half-open), or break.
 * Different links overtake one another freely.
 */
export class Link {
  readonly toServer: Direction;
  readonly toClient: Direction;
  /** The server's next use of its socket throws. */
  isBrokenAtServer = false;

  constructor(
    readonly timeline: Timeline,
    random: Random,
    weather: LinkWeather,
  ) {
    this.toServer = new Direction(timeline, random, weather);
    this.toClient = new Direction(timeline, random, weather);
    // The closing handshake of RFC 6455, 5.5.1: a close frame is answered by one.
    this.toServer.answer = this.toClient;
    this.toClient.answer = this.toServer;
  }

  attachClient(end: LinkEnd): void {
    this.toServer.sender = end;
    this.toClient.receiver = end;
  }

  attachServer(end: LinkEnd): void {
    this.toClient.sender = end;
    this.toServer.receiver = end;
  }

  /** Breaks it: what is under way is lost, and each end learns it after a delay of its own. */
  cut(clientLearnsAfterMs: number, serverLearnsAfterMs: number): void {
    this.toServer.lose();
    this.toClient.lose();
    this.timeline.after(clientLearnsAfterMs, () => {
      this.toClient.end(1006);
    });
    this.timeline.after(serverLearnsAfterMs, () => {
      this.toServer.end(1006);
    });
  }

  /** Nothing arrives in either direction before the instant; then everything does, in order. */
  stallUntil(instant: number): void {
    this.toServer.stallUntil(instant);
    this.toClient.stallUntil(instant);
  }

  /** From now on what is sent this way vanishes, and nobody is told. */
  blackHole(way: "toServer" | "toClient" | "both"): void {
    if (way !== "toClient") this.toServer.lose();
    if (way !== "toServer") this.toClient.lose();
  }
}

/** One way of a link. */
export class Direction {
  receiver: LinkEnd | undefined;
  sender: LinkEnd | undefined;
  answer: Direction | undefined;
  #lost = false;
  #ended = false;
  #isHeld = false;
  #earliest = 0;
  #inFlight = 0;
  #arrival: Planned | undefined;
  readonly #queue: { readonly parcel: Parcel; readonly sentAt: number; readonly delay: number }[] =
    [];

  constructor(
    readonly timeline: Timeline,
    readonly random: Random,
    readonly weather: LinkWeather,
  ) {}

  /** Characters that were sent and have not arrived. */
  get inFlight(): number {
    return this.#inFlight;
  }

  send(parcel: Parcel): void {
    if (this.#ended) return;
    const { lowDelayMs, highDelayMs } = this.weather;
    const delay = this.random.between(lowDelayMs, highDelayMs);
    if (parcel.kind === "text") this.#inFlight += parcel.text.length;
    // In a black hole the bytes stay unacknowledged, as they do in a kernel's send buffer.
    if (this.#lost) return;
    this.#queue.push({ parcel, sentAt: this.timeline.now, delay });
    this.#plan();
  }

  stallUntil(instant: number): void {
    this.#earliest = Math.max(this.#earliest, instant);
    this.#arrival?.cancel();
    this.#arrival = undefined;
    this.#plan();
  }

  /** The receiver does not read for now. */
  hold(): void {
    this.#isHeld = true;
    this.#arrival?.cancel();
    this.#arrival = undefined;
  }

  /** The receiver reads again. */
  release(): void {
    this.#isHeld = false;
    this.#plan();
  }

  lose(): void {
    this.#lost = true;
    this.#queue.length = 0;
    this.#arrival?.cancel();
    this.#arrival = undefined;
  }

  /** Tells the receiver that the link is over, unless it knows. */
  end(code: number): void {
    if (this.#ended) return;
    this.#ended = true;
    this.lose();
    this.receiver?.ended(code);
  }

  #plan(): void {
    const first = this.#queue[0];
    if (first === undefined || this.#arrival !== undefined || this.#isHeld) return;
    const at = Math.max(first.sentAt + first.delay, this.#earliest);
    this.#arrival = this.timeline.at(at, () => {
      this.#arrival = undefined;
      this.#queue.shift();
      this.#arrive(first.parcel);
      this.#plan();
    });
    this.#earliest = Math.max(this.#earliest, at);
  }

  #arrive(parcel: Parcel): void {
    if (this.#ended) return;
    switch (parcel.kind) {
      case "open":
        this.receiver?.opened();
        return;
      case "text":
        this.#inFlight -= parcel.text.length;
        this.receiver?.text(parcel.text);
        if (this.#inFlight === 0) this.sender?.drained();
        return;
      case "binary":
        this.receiver?.binary(parcel.bytes);
        return;
      case "ping":
        this.receiver?.ping();
        return;
      case "pong":
        this.receiver?.pong();
        return;
      case "close":
        this.answer?.send(parcel);
        this.end(parcel.code);
    }
  }
}
