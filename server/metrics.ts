import { Registry } from "prom-client";
import {
  CLOSE_CODES,
  KNOWN_ERROR_CODES,
  KNOWN_REFRESH_REASONS,
  KNOWN_WEBHOOK_OUTCOMES,
  SERVER_CONNECTION,
  type KnownErrorCode,
} from "../generated/typescript/tables.js";
import { UPSTREAM_STATES, UPSTREAM_FAULTS } from "./messages/webhook.js";
import type { UpstreamOutcome } from "./messages/webhook.js";
import { Buckets } from "./metric-buckets.js";
import type { MetricSources, PublishOutcomeName, SyncOutcome } from "./metric-sources.js";
import { metricOf } from "./metric-shape.js";
import { Tally } from "./metric-tally.js";

const SIZE_BOUNDS = [64, 256, 1_024, 4_096, 16_384, 65_536, 262_144, 1_048_576];
const SECONDS_BOUNDS = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5];
const LONG_SECONDS_BOUNDS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300];
const FRAME_PREFIX = "frame:";
/** Inputs that a socket brings, with the label of each. */
const FRAMES = SERVER_CONNECTION.inputs
  .filter((input) => input.startsWith(FRAME_PREFIX))
  .map((input) => [input, input.slice(FRAME_PREFIX.length)] as const);
const SYNC_OUTCOMES = ["page", "up_to_date", "failed", ...KNOWN_REFRESH_REASONS];
const WITH_OTHER = { hasOther: true } as const;

/**
 * Counts what happens in plain numbers and makes Prometheus metrics of them when they are read (HTTP-2),
 * so that counting costs the path of a message next to nothing. docs/operations says what each means.
 */
export class Metrics {
  readonly registry = new Registry();
  readonly #messages = new Tally(FRAMES, WITH_OTHER);
  readonly #errors = new Tally(KNOWN_ERROR_CODES, WITH_OTHER);
  readonly #closes = new Tally(Object.values(CLOSE_CODES), WITH_OTHER);
  readonly #reconnects = new Tally(Object.values(CLOSE_CODES), WITH_OTHER);
  readonly #syncs = new Tally(SYNC_OUTCOMES);
  readonly #paced = new Tally(["message", "sync"]);
  readonly #publishes = new Tally(["appended", "duplicate", "failed"]);
  readonly #upstream = new Tally([...KNOWN_WEBHOOK_OUTCOMES, ...UPSTREAM_FAULTS]);
  readonly #sizes = new Buckets(SIZE_BOUNDS);
  readonly #latencies = new Buckets(SECONDS_BOUNDS);
  readonly #deliveries = new Buckets(SECONDS_BOUNDS);
  readonly #roundTrips = new Buckets(LONG_SECONDS_BOUNDS);
  readonly #acknowledgements = new Buckets(LONG_SECONDS_BOUNDS);
  readonly #upstreamTimes = new Buckets(LONG_SECONDS_BOUNDS);
  #connections = 0;
  #out = 0;
  #duplicates = 0;
  #faults = 0;
  #pauses = 0;

  constructor(sources: MetricSources) {
    this.#connectionMetrics(sources);
    this.#messageMetrics();
    this.#eventMetrics(sources);
    this.#upstreamMetrics(sources);
  }

  #connectionMetrics(sources: MetricSources): void {
    const { registry } = this;
    this.#counter(
      "ws_connections_total",
      "WebSocket connections accepted",
      () => this.#connections,
    );
    this.#gauge("ws_connections_current", "WebSocket connections open now", sources.connections);
    this.#gauge("ws_clients_current", "Distinct users connected now", sources.users);
    const { sessionStates } = sources;
    if (sessionStates !== undefined) {
      const help = "Connections now, by the state of their session; paused ones read too slowly";
      registry.registerMetric(
        metricOf("ws_sessions_current", help, "gauge", () =>
          Object.entries(sessionStates()).map(([state, value]) => ({ labels: { state }, value })),
        ),
      );
    }
    registry.registerMetric(
      this.#closes.metric("ws_closes_total", "Connections over, by close code", "code"),
    );
    registry.registerMetric(
      this.#reconnects.metric(
        "ws_reconnects_total",
        "Sessions of a device that was here before, by the code of its last end",
        "code",
      ),
    );
    registry.registerMetric(
      this.#roundTrips.metric(
        "ws_heartbeat_seconds",
        "From a WebSocket ping to its pong, seconds, whole milliseconds",
      ),
    );
    this.#counter(
      "ws_pauses_total",
      "Times that a session's live delivery paused because it reads too slowly",
      () => this.#pauses,
    );
    this.#gauge("ws_draining", "1 while the server drains, else 0", toFlag(sources.isDraining));
  }

  #messageMetrics(): void {
    const { registry } = this;
    registry.registerMetric(
      this.#messages.metric("ws_messages_total", "Messages received, by kind", "type"),
    );
    this.#counter("ws_messages_sent_total", "Messages sent to clients", () => this.#out);
    registry.registerMetric(
      this.#errors.metric("ws_errors_total", "ERROR frames sent, by code", "code"),
    );
    registry.registerMetric(
      this.#paced.metric("ws_paced_total", "Requests delayed by a rate limit, by kind", "kind"),
    );
    this.#counter(
      "ws_duplicates_total",
      "MESSAGEs answered with an earlier outcome",
      () => this.#duplicates,
    );
    this.#counter("ws_faults_total", "Failures inside the server or its store", () => this.#faults);
    registry.registerMetric(
      this.#sizes.metric("ws_message_size_bytes", "Size of messages received, bytes"),
    );
    registry.registerMetric(
      this.#latencies.metric(
        "ws_latency_seconds",
        "From handing a MESSAGE to the application or the store to its outcome, seconds, whole milliseconds",
      ),
    );
  }

  #eventMetrics(sources: MetricSources): void {
    const { registry } = this;
    registry.registerMetric(
      this.#publishes.metric(
        "ws_publishes_total",
        "Events that the application published, one for each stream, by outcome",
        "outcome",
      ),
    );
    registry.registerMetric(
      this.#deliveries.metric(
        "ws_delivery_seconds",
        "From an event's arrival from the log to its last live socket here, seconds, whole milliseconds",
      ),
    );
    registry.registerMetric(
      this.#acknowledgements.metric(
        "ws_acknowledgement_seconds",
        "From an event's publication to a client's ACK that it was processed, seconds, whole milliseconds",
      ),
    );
    registry.registerMetric(
      this.#syncs.metric("ws_syncs_total", "Positions answered, by outcome", "outcome"),
    );
    this.#gauge("ws_streams_current", "Streams that have sessions here now", sources.streams);
    this.#gauge(
      "ws_store_healthy",
      "1 while the store answers, else 0",
      toFlag(sources.isStoreHealthy),
    );
    const { storeSize } = sources;
    if (storeSize === undefined) return;
    this.#gauge("ws_store_streams", "Streams that the store remembers", () => storeSize().streams);
    this.#gauge(
      "ws_store_outcomes",
      "Outcomes that the store remembers for deduplication",
      () => storeSize().outcomes,
    );
    this.#gauge(
      "ws_store_history_events",
      "Events that the store keeps for catching up, a second old at most",
      () => storeSize().historyEvents,
    );
    this.#gauge(
      "ws_store_history_bytes",
      "Events that the store keeps for catching up, bytes, a second old at most",
      () => storeSize().historyBytes,
    );
  }

  #upstreamMetrics({ upstream }: MetricSources): void {
    if (upstream === undefined) return;
    this.#gauge(
      "ws_upstream_state",
      "Circuit to the application: 0 closed, 1 half open, 2 open",
      () => UPSTREAM_STATES[upstream()],
    );
    this.registry.registerMetric(
      this.#upstream.metric(
        "ws_upstream_requests_total",
        "MESSAGEs for the application, by its decision or the fault",
        "outcome",
      ),
    );
    this.registry.registerMetric(
      this.#upstreamTimes.metric(
        "ws_upstream_seconds",
        "Duration of a request to the application, seconds, whole milliseconds",
      ),
    );
  }

  #counter(name: string, help: string, read: () => number): void {
    this.registry.registerMetric(
      metricOf(name, help, "counter", () => [{ labels: {}, value: read() }]),
    );
  }

  #gauge(name: string, help: string, read: (() => number) | undefined): void {
    if (read === undefined) return;
    this.registry.registerMetric(
      metricOf(name, help, "gauge", () => [{ labels: {}, value: read() }]),
    );
  }

  opened(): void {
    this.#connections += 1;
  }

  closed(code: number): void {
    this.#closes.add(code);
  }

  /** A device is back whose last session ended with this code. */
  returned(code: number): void {
    this.#reconnects.add(code);
  }

  counted(direction: "in" | "out", bytes: number, name: string): void {
    if (direction === "out") {
      this.#out += 1;
      return;
    }
    this.#messages.add(name);
    this.#sizes.observe(bytes);
  }

  error(code: KnownErrorCode): void {
    this.#errors.add(code);
  }

  synced(outcome: SyncOutcome): void {
    this.#syncs.add(outcome);
  }

  paced(kind: "message" | "sync"): void {
    this.#paced.add(kind);
  }

  paused(): void {
    this.#pauses += 1;
  }

  published(outcome: PublishOutcomeName): void {
    this.#publishes.add(outcome);
  }

  /** A MESSAGE has its outcome after so many milliseconds. */
  handled(ms: number): void {
    this.#latencies.observe(ms / 1_000);
  }

  /** So many events reached every live session of an audience, the first after so many milliseconds. */
  delivered(ms: number, events: number): void {
    this.#deliveries.observe(ms / 1_000, events);
  }

  /** A ping was answered after so many milliseconds. */
  roundTrip(ms: number): void {
    this.#roundTrips.observe(ms / 1_000);
  }

  /** An event was acknowledged so many milliseconds after it was published. */
  acknowledged(ms: number): void {
    this.#acknowledgements.observe(ms / 1_000);
  }

  /** The application was asked, or not, and it took so many milliseconds. */
  upstream(outcome: UpstreamOutcome, ms: number): void {
    this.#upstream.add(outcome);
    if (outcome !== "not_asked") this.#upstreamTimes.observe(ms / 1_000);
  }

  duplicate(): void {
    this.#duplicates += 1;
  }

  failed(): void {
    this.#faults += 1;
  }
}

function toFlag(read: (() => boolean) | undefined): (() => number) | undefined {
  return read && ((): number => (read() ? 1 : 0));
}
