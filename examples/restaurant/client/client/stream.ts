import type {
  EventFrame,
  FullRefreshFrame,
  Scope,
  StreamHead,
  StreamPosition,
  SyncFrame,
} from "../messages.js";
import type { ClientStreamInput, ClientStreamState } from "../tables.js";
import { CLIENT_STREAM } from "../tables.js";
import { KeptEvents } from "./kept-events.js";
import { KnownHead } from "./known-head.js";
import { RunningMachine } from "./machine.js";
import { ReloadQueue } from "./reload.js";
import type { StreamHost, StreamLegacy } from "./stream-host.js";
import { SyncRequest } from "./sync-request.js";

/** One stream of the session. It knows of the connection only whether there is one. */
export class Stream {
  readonly name: string;
  readonly #host: StreamHost;
  readonly #machine: RunningMachine<ClientStreamState, ClientStreamInput>;
  readonly #kept: KeptEvents;
  readonly #known = new KnownHead();
  readonly #request = new SyncRequest();
  readonly #reload = new ReloadQueue();
  #scope: Scope | undefined;
  #module: string | undefined;
  #epoch: string;
  /** The last id handed to the application. */
  #last: number;
  /** Up to here nothing is missing: delivered, or kept without a hole. */
  #reach: number;
  /** The event whose handler runs. */
  #busy: number | undefined;
  /** The server said that its page was not the last. */
  #morePages = false;

  constructor(name: string, host: StreamHost, legacy: StreamLegacy, keptEvents: number) {
    this.name = name;
    this.#host = host;
    this.#kept = new KeptEvents(keptEvents);
    this.#epoch = legacy.position.epoch;
    this.#last = legacy.position.lastEventId;
    this.#reach = this.#last;
    this.#busy = legacy.busy;
    this.#machine = new RunningMachine(CLIENT_STREAM, (from, input, to) => {
      host.port.moved({ machine: "clientStream", subject: name, from, input, to });
    });
  }

  get state(): ClientStreamState {
    return this.#machine.state;
  }

  get keptEvents(): number {
    return this.#kept.size;
  }

  /** The own position: everything up to it was handed to the application. */
  get position(): StreamPosition {
    return { stream: this.name, epoch: this.#epoch, lastEventId: this.#last };
  }

  get legacy(): StreamLegacy {
    return { position: this.position, busy: this.#busy };
  }

  /** Nothing is missing and no reload runs. */
  get isCurrent(): boolean {
    return this.state !== "reloading" && (this.state === "forbidden" || !this.#isBehind());
  }

  accepts(input: ClientStreamInput): boolean {
    return this.#machine.accepts(input);
  }

  /** A new connection, or a new stream list, names the stream. */
  connected(head: StreamHead): void {
    this.#describe(head);
    this.#known.see(head.epoch, head.lastEventId, this.#epoch);
    this.#look("connected");
  }

  /** A frame names a head of the stream. */
  head(place: StreamPosition | StreamHead): void {
    this.#describe(place);
    this.#known.see(place.epoch, place.lastEventId, this.#epoch);
    this.#look("head");
  }

  event(frame: EventFrame): void {
    this.#apply(frame);
    this.#deliver();
    this.#look("event");
  }

  page(frame: SyncFrame): void {
    if (frame.epoch === this.#epoch) this.#known.clearUnless(frame.epoch); // SYNC-7
    this.#known.see(frame.epoch, frame.headEventId, this.#epoch);
    const reachBefore = this.#reach;
    for (const event of frame.events) {
      if (event.stream === this.name) this.#apply(event); // SYNC-12
    }
    this.#deliver();
    if (this.#request.isAnsweredFrom(frame.fromEventId)) {
      this.#settle();
      this.#request.noError();
      this.#morePages = !frame.complete; // SYNC-30
      if (this.#reach > reachBefore || !this.#isBehind()) this.#request.progressed();
      else this.#wait(this.#request.waitAfterNothing()); // SYNC-32
    }
    this.#look("page");
  }

  refresh(frame: FullRefreshFrame): void {
    this.#settle(); // SYNC-13
    this.#request.reset();
    this.#host.port.timers.clear("syncRetry", this.name);
    this.#morePages = false;
    this.#known.clear(); // SYNC-5
    this.#kept.retainOnly(frame.epoch); // SYNC-6
    this.#machine.move("refresh", "reloading");
    if (this.#reload.add(frame)) this.#startReload();
  }

  /** An ERROR named the stream. */
  refused(input: "error:forbidden_stream" | "error:retryable", retryAfterMs: number): void {
    this.#settle();
    if (input === "error:forbidden_stream") {
      this.#host.port.timers.clear("syncRetry", this.name);
      this.#machine.move(input, "forbidden"); // SYNC-21
      return;
    }
    this.#wait(this.#request.waitAfterError(retryAfterMs)); // SYNC-22
    this.#machine.move(input, "syncing");
  }

  /** The handler of the event that was delivered last has finished (STREAM-14). */
  handled(epoch: string, eventId: number): void {
    if (this.#busy !== eventId || epoch !== this.#epoch) return;
    this.#busy = undefined;
    const position = { stream: this.name, epoch, lastEventId: eventId };
    this.#host.port.emit({ type: "storePosition", position }); // POS-2
    this.#host.processed(position, 1);
    if (this.state === "reloading") this.#startReload();
    this.#deliver();
    this.#ask();
  }

  reloaded(reloadId: number, snapshotId: number | undefined): void {
    const reload = this.#reload.current;
    if (reload === undefined || !this.#reload.isRunning(reloadId)) return;
    this.#adopt(reload.frame, reload.lowers, snapshotId);
    const { reason } = reload.frame;
    const notice = { kind: "refreshed", stream: this.name, reason } as const;
    this.#host.port.emit({ type: "notice", notice });
    if (this.#reload.ended() === undefined) {
      this.#deliver();
      this.#look("reloadEnded"); // SYNC-8
      return;
    }
    this.#machine.move("reloadEnded", "reloading"); // REFRESH-14
    this.#startReload();
  }

  reloadFailed(reloadId: number, problem: string): void {
    if (!this.#reload.isRunning(reloadId)) return;
    const { port } = this.#host;
    const retryInMs = this.#reload.failed(port.announced.reconnect.maxDelayMs);
    port.timers.set("reloadRetry", port.now, retryInMs, this.name);
    this.#machine.move("reloadFailed", "reloading");
    const notice = { kind: "reload_failed", stream: this.name, problem, retryInMs } as const;
    port.emit({ type: "notice", notice });
  }

  reloadAgain(): void {
    this.#machine.move("tick:reloadRetry", "reloading");
    this.#startReload();
  }

  /** SYNC-15: a request is timed from the acknowledgement of a heartbeat that was sent after it. */
  heartbeatAcknowledged(count: number): void {
    const { port } = this.#host;
    if (!this.#request.startsTiming(count)) return;
    port.timers.set("syncTimeout", port.now, port.announced.sync.timeoutMs, this.name);
  }

  requestRanOut(): void {
    if (this.#request.ranOut()) {
      this.#machine.move("tick:syncTimeout", "live");
      this.#host.unanswered();
      return;
    }
    this.#machine.move("tick:syncTimeout", "syncing");
    this.#ask();
  }

  waitIsOver(): void {
    this.#machine.move("tick:syncRetry", this.#isBehind() ? "syncing" : "live");
    this.#ask();
  }

  connectionLost(): void {
    this.#settle();
    this.#request.reset(); // SYNC-10
    this.#morePages = false;
    this.#host.port.timers.clear("syncRetry", this.name);
    // REFRESH-21: a reload goes on
    this.#machine.move("connectionLost", this.state === "reloading" ? "reloading" : "live");
  }

  /** STREAM-13: no longer in the session's set. */
  removed(): void {
    this.#machine.move("removed", "removed");
    this.#settle();
    this.#host.port.timers.clear("syncRetry", this.name);
    this.#host.port.timers.clear("reloadRetry", this.name);
    this.close();
  }

  /** Hand nothing more to the application; a handler that runs may still end. */
  close(): void {
    this.#kept.clear();
    this.#reload.clear();
  }

  #describe(head: StreamPosition | StreamHead): void {
    if ("scope" in head) this.#scope = head.scope;
    if ("module" in head) this.#module = head.module;
  }

  /** STREAM-6, STREAM-7, STREAM-8: drop what was delivered, keep the rest until its turn. */
  #apply(event: EventFrame): void {
    const { counters } = this.#host.port;
    this.#known.see(event.epoch, event.eventId, this.#epoch);
    const own = event.epoch === this.#epoch;
    if (own && event.eventId <= this.#last) {
      counters.duplicatesDropped += 1;
      return;
    }
    if (own && event.eventId === this.#last + 1 && this.#isFree()) {
      this.#hand(event);
      this.#reach = this.#kept.runFrom(this.#epoch, Math.max(this.#reach, this.#last));
      return;
    }
    const outcome = this.#kept.keep(event);
    if (outcome === "duplicate") counters.duplicatesDropped += 1;
    if (outcome === "overflow" || outcome === "replaced the newest") counters.overflowDropped += 1;
    if (!own || outcome === "duplicate" || outcome === "overflow") return;
    const from = outcome === "kept" ? this.#reach : this.#last;
    this.#reach = this.#kept.runFrom(this.#epoch, from);
  }

  /** Hand the next event to the application, if it was kept. */
  #deliver(): void {
    if (!this.#isFree()) return;
    const event = this.#kept.take(this.#epoch, this.#last + 1);
    if (event !== undefined) this.#hand(event);
  }

  /** Neither a handler nor a reload runs. */
  #isFree(): boolean {
    if (this.#busy !== undefined || this.state === "removed") return false;
    return this.#reload.current === undefined;
  }

  #hand(event: EventFrame): void {
    this.#last = event.eventId;
    this.#busy = event.eventId;
    this.#host.port.counters.eventsDelivered += 1;
    const module = this.#module;
    this.#host.port.emit({
      type: "deliver",
      event: this.#complete(event),
      ...(module === undefined ? {} : { module }),
    });
  }

  /** LIB-9: what the stream is about, where the event does not say it. */
  #complete(event: EventFrame): EventFrame {
    if (event.scope !== undefined || this.#scope === undefined) return event;
    return { ...event, scope: this.#scope };
  }

  #isBehind(): boolean {
    return this.#morePages || this.#known.isBeyond(this.#epoch, this.#reach);
  }

  /** SYNC-2: compare with the known head, and ask where something is missing. */
  #look(input: "connected" | "head" | "event" | "page" | "reloadEnded"): void {
    const before = this.state;
    if (this.#reload.current !== undefined) {
      this.#machine.move(input, "reloading");
      return;
    }
    const stays = before === "syncing" && (input === "head" || input === "event");
    const unsettled = before === "syncing" && input === "page" && this.#isAsking();
    // Without a connection there is nobody to ask; the next one compares again.
    const behind = this.#host.port.connected && this.#isBehind();
    this.#machine.move(input, stays || unsettled || behind ? "syncing" : "live");
    if (behind && before !== "syncing") this.#host.port.counters.gaps += 1;
    this.#ask();
  }

  #isAsking(): boolean {
    return (
      this.#request.outstanding || this.#host.port.timers.at("syncRetry", this.name) !== undefined
    );
  }

  /**
   * Ask for what follows the own position, once everything at hand was delivered: asking earlier would
   * bring the same events again, and a hanging handler would keep the server busy.
   */
  #ask(): void {
    const { port } = this.#host;
    if (this.state !== "syncing" || !port.connected || this.#isAsking()) return;
    if (this.#reach > this.#last) return;
    if (!this.#isBehind()) {
      this.#wait(0); // an event closed the gap: nothing to ask for
      return;
    }
    this.#morePages = false;
    this.#request.asked(this.#last, this.#host.heartbeatsSent());
    port.counters.syncsRequested += 1;
    this.#host.requestSync(this.position); // SYNC-4
  }

  #settle(): void {
    this.#request.settle();
    this.#host.port.timers.clear("syncTimeout", this.name);
  }

  #wait(waitMs: number): void {
    this.#host.port.timers.set("syncRetry", this.#host.port.now, waitMs, this.name);
  }

  /** STREAM-14: a handler that runs is waited for. */
  #startReload(): void {
    const { current, running } = this.#reload;
    if (current === undefined || running || this.#busy !== undefined) return;
    const reloadId = this.#host.nextReloadId();
    this.#reload.started(reloadId);
    const { epoch, lastEventId, reason } = current.frame;
    const scope = current.frame.scope ?? this.#scope;
    const module = current.frame.module ?? this.#module;
    this.#host.port.counters.refreshes += 1;
    this.#host.port.emit({
      type: "reload",
      reloadId,
      refresh: {
        stream: this.name,
        epoch,
        lastEventId,
        reason,
        ...(scope === undefined ? {} : { scope }),
        ...(module === undefined ? {} : { module }),
      },
    });
  }

  /** REFRESH-15 to REFRESH-19: epoch and id together, once the application has reloaded. */
  #adopt(frame: FullRefreshFrame, lowers: boolean, snapshotId: number | undefined): void {
    const raised = frame.epoch === this.#epoch && !lowers;
    const base = raised ? Math.max(this.#last, frame.lastEventId) : frame.lastEventId;
    if (frame.epoch !== this.#epoch) this.#kept.dropThrough(this.#epoch, Infinity);
    this.#epoch = frame.epoch;
    this.#last = Math.max(base, snapshotId ?? 0);
    this.#kept.dropThrough(this.#epoch, this.#last);
    this.#reach = this.#kept.runFrom(this.#epoch, this.#last);
    const { position } = this;
    this.#host.port.emit({ type: "storePosition", position });
    this.#host.processed(position, 1); // REFRESH-20
  }
}
