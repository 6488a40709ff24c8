import type {
  ErrorFrame,
  EventFrame,
  FullRefreshFrame,
  StreamHead,
  StreamPosition,
  SyncFrame,
} from "../messages.js";
import type { ClientStreamInput } from "../tables.js";
import type { Acks } from "./acks.js";
import type { StreamInput } from "./inputs.js";
import type { Port } from "./port.js";
import type { SessionSettings } from "./settings.js";
import { splitPositions } from "./split.js";
import { Stream } from "./stream.js";
import { firstPosition, type StreamHost, type StreamLegacy } from "./stream-host.js";
import { clampWait, type DueTimer } from "./timers.js";
import { utf8Length } from "./utf8.js";

/** What the streams ask of the connection. */
export interface StreamsHost {
  readonly port: Port;
  readonly acks: Acks;
  heartbeatsSent(): number;
  /** SYNC-17: the server does not answer requests. */
  unanswered(): void;
}

/** The streams of the session, and those that it had before. */
export class Streams {
  readonly #port: Port;
  readonly #acks: Acks;
  readonly #settings: SessionSettings;
  readonly #host: StreamHost;
  readonly #streams = new Map<string, Stream>();
  /** Positions from the store, and of streams that were removed. */
  readonly #legacies = new Map<string, StreamLegacy>();
  /** Positions for the next REQUEST_SYNC: one frame for all that an input makes due. */
  #wanted: StreamPosition[] = [];
  #reloads = 0;

  constructor(host: StreamsHost, settings: SessionSettings) {
    this.#port = host.port;
    this.#acks = host.acks;
    this.#settings = settings;
    for (const position of settings.positions) {
      this.#legacies.set(position.stream, { position, busy: undefined });
    }
    this.#host = {
      port: host.port,
      heartbeatsSent: () => host.heartbeatsSent(),
      requestSync: (position) => this.#wanted.push(position),
      processed: (position, events) => {
        host.acks.processed(position, events);
      },
      unanswered: () => {
        host.unanswered();
      },
      nextReloadId: () => (this.#reloads += 1),
    };
  }

  get size(): number {
    return this.#streams.size;
  }

  get keptEvents(): number {
    return [...this.#streams.values()].reduce((sum, stream) => sum + stream.keptEvents, 0);
  }

  /** Every stream has caught up or was refreshed. */
  get areCurrent(): boolean {
    return [...this.#streams.values()].every((stream) => stream.isCurrent);
  }

  /** CONNECT: the set of streams, on a new connection. */
  connected(heads: readonly StreamHead[]): void {
    this.#replace(heads, (stream, head) => {
      this.#input(stream, "connected", () => {
        stream.connected(head);
      });
    });
  }

  /** AUTH-14: TOKEN_REFRESHED replaces the set on the present connection. */
  refreshed(heads: readonly StreamHead[]): void {
    this.#replace(heads, (stream, head) => {
      const input = stream.state === "forbidden" ? "connected" : "head";
      this.#input(stream, input, () => {
        stream[input](head);
      });
    });
  }

  /** HEARTBEAT_ACK: heads that were not delivered, and a sign that later requests may be timed. */
  heartbeatAcknowledged(places: readonly StreamPosition[], count: number): void {
    for (const place of places) {
      this.#at(place.stream, "head", (stream) => {
        stream.head(place);
      });
    }
    for (const stream of this.#streams.values()) stream.heartbeatAcknowledged(count);
  }

  event(frame: EventFrame): void {
    this.#at(frame.stream, "event", (stream) => {
      stream.event(frame);
    });
  }

  page(frame: SyncFrame): void {
    this.#at(frame.stream, "page", (stream) => {
      stream.page(frame);
    });
  }

  refresh(frame: FullRefreshFrame): void {
    this.#at(frame.stream, "refresh", (stream) => {
      stream.refresh(frame);
    });
  }

  /** An ERROR that names a stream. */
  error(frame: ErrorFrame): void {
    const input = refusalOf(frame.code);
    if (frame.stream === undefined || input === undefined) return;
    const retryAfterMs = clampWait(frame.retryAfterMs ?? 0);
    this.#at(frame.stream, input, (stream) => {
      stream.refused(input, retryAfterMs);
    });
  }

  /** A handler or a reload has come to its end. */
  reported(input: StreamInput): void {
    switch (input.type) {
      case "handled":
        this.#handled(input);
        return;
      case "reloaded":
        this.#at(input.stream, "reloadEnded", (stream) => {
          stream.reloaded(input.reloadId, input.lastEventId);
        });
        return;
      case "reloadFailed":
        this.#at(input.stream, "reloadFailed", (stream) => {
          stream.reloadFailed(input.reloadId, input.problem);
        });
    }
  }

  tick({ name, subject }: DueTimer): void {
    switch (name) {
      case "syncTimeout":
        this.#at(subject, "tick:syncTimeout", (stream) => {
          stream.requestRanOut();
        });
        return;
      case "syncRetry":
        this.#at(subject, "tick:syncRetry", (stream) => {
          stream.waitIsOver();
        });
        return;
      case "reloadRetry":
        this.#at(subject, "tick:reloadRetry", (stream) => {
          stream.reloadAgain();
        });
        return;
      default:
        throw new Error(`${name} is no timer of a stream`);
    }
  }

  /** The client is over (LIB-2). */
  close(): void {
    for (const stream of this.#streams.values()) stream.close();
  }

  connectionLost(): void {
    this.#wanted = [];
    for (const stream of this.#streams.values()) stream.connectionLost();
  }

  /** Send what this input made due, split under maxFrameBytes (ACK-10). */
  flush(): void {
    if (this.#wanted.length === 0) return;
    const wanted = this.#wanted;
    this.#wanted = [];
    const envelope = utf8Length(this.#port.encode({ type: "REQUEST_SYNC", streams: [] }));
    const { maxFrameBytes } = this.#port.announced.limits;
    for (const streams of splitPositions(wanted, envelope, maxFrameBytes)) {
      this.#port.send({ type: "REQUEST_SYNC", streams: [...streams] });
    }
  }

  #replace(heads: readonly StreamHead[], tell: (stream: Stream, head: StreamHead) => void): void {
    const listed = new Set(heads.map(({ stream }) => stream));
    for (const [name, stream] of this.#streams) if (!listed.has(name)) this.#remove(stream);
    for (const head of heads) tell(this.#streams.get(head.stream) ?? this.#create(head), head);
  }

  #create(head: StreamHead): Stream {
    const legacy = this.#legacies.get(head.stream) ?? this.#first(head);
    this.#legacies.delete(head.stream);
    const stream = new Stream(head.stream, this.#host, legacy, this.#settings.keptEvents);
    this.#streams.set(head.stream, stream);
    return stream;
  }

  #first(head: StreamHead): StreamLegacy {
    const position = firstPosition(head, this.#settings.startFrom);
    this.#port.emit({ type: "storePosition", position }); // POS-3
    return { position, busy: undefined };
  }

  #remove(stream: Stream): void {
    stream.removed();
    this.#acks.removed(stream.name);
    this.#streams.delete(stream.name);
    this.#legacies.set(stream.name, stream.legacy);
  }

  #handled(input: StreamInput & { readonly type: "handled" }): void {
    const { stream: name, epoch, eventId, problem } = input;
    if (problem !== undefined) {
      const notice = { kind: "handler_failed", stream: name, eventId, problem } as const;
      this.#port.emit({ type: "notice", notice }); // STREAM-17
    }
    const stream = this.#streams.get(name);
    if (stream !== undefined) {
      stream.handled(epoch, eventId);
      return;
    }
    const legacy = this.#legacies.get(name);
    if (legacy?.busy !== eventId || legacy.position.epoch !== epoch) return;
    // the stream was removed while the handler ran: what was processed is stored all the same
    this.#legacies.set(name, { position: legacy.position, busy: undefined });
    this.#port.emit({ type: "storePosition", position: legacy.position });
  }

  #at(name: string, input: ClientStreamInput, act: (stream: Stream) => void): void {
    const stream = this.#streams.get(name);
    if (stream === undefined) {
      this.#port.emit({ type: "trace", note: `${input} ignored: not a stream of the session` }); // STREAM-12
      return;
    }
    this.#input(stream, input, () => {
      act(stream);
    });
  }

  #input(stream: Stream, input: ClientStreamInput, act: () => void): void {
    if (stream.accepts(input)) act();
    else this.#port.emit({ type: "trace", note: `stream ${input} ignored while ${stream.state}` });
  }
}

function refusalOf(code: string): "error:forbidden_stream" | "error:retryable" | undefined {
  if (code === "forbidden_stream") return "error:forbidden_stream";
  return code === "internal" || code === "upstream_unavailable" ? "error:retryable" : undefined;
}
