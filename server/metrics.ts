import { Counter, Gauge, Registry } from "prom-client";
import type { KnownErrorCode } from "../generated/typescript/tables.js";
import { UPSTREAM_STATES, type UpstreamState } from "./messages/webhook.js";
import { Buckets } from "./metric-buckets.js";

/** What the counters are read from when somebody asks. */
export interface MetricSources {
  readonly connections: () => number;
  readonly users: () => number;
  readonly memoryBytes: () => number;
  /** State of the circuit to the application; undefined where there is none. */
  readonly upstream?: () => UpstreamState | undefined;
}

const FRAME_PREFIX = "frame:";
const SIZE_BOUNDS = [64, 256, 1_024, 4_096, 16_384, 65_536, 262_144, 1_048_576];
const SECONDS_BOUNDS = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5];

/**
 * Counts what happens in plain numbers and makes Prometheus metrics of them when they are read (HTTP-2),
 * so that counting costs the path of a message next to nothing.
 */
export class Metrics {
  readonly registry = new Registry();
  readonly #messages = new Map<string, number>();
  readonly #errors = new Map<string, number>();
  readonly #closes = new Map<string, number>();
  readonly #syncs = new Map<string, number>();
  readonly #paced = new Map<string, number>();
  readonly #sizes = new Buckets(SIZE_BOUNDS);
  readonly #latencies = new Buckets(SECONDS_BOUNDS);
  #connections = 0;
  #out = 0;
  #duplicates = 0;
  #faults = 0;

  constructor(sources: MetricSources) {
    const { registry } = this;
    const counter = (name: string, help: string, read: () => number): void => {
      registry.registerMetric(
        new Counter({
          name,
          help,
          registers: [],
          collect() {
            this.reset();
            this.inc(read());
          },
        }),
      );
    };
    const labelled = (
      name: string,
      help: string,
      label: string,
      counts: ReadonlyMap<string, number>,
    ): void => {
      registry.registerMetric(
        new Counter({
          name,
          help,
          labelNames: [label],
          registers: [],
          collect() {
            this.reset();
            for (const [value, count] of counts) {
              this.inc({ [label]: value.replace(FRAME_PREFIX, "") }, count);
            }
          },
        }),
      );
    };
    const gauge = (name: string, help: string, read: () => number): void => {
      registry.registerMetric(
        new Gauge({
          name,
          help,
          registers: [],
          collect() {
            this.set(read());
          },
        }),
      );
    };
    counter("ws_connections_total", "WebSocket connections accepted", () => this.#connections);
    gauge("ws_connections_current", "WebSocket connections open now", sources.connections);
    gauge("ws_clients_current", "Distinct users connected now", sources.users);
    labelled("ws_messages_total", "Messages received, by kind", "type", this.#messages);
    counter("ws_messages_sent_total", "Messages sent", () => this.#out);
    labelled("ws_errors_total", "ERROR frames sent, by code", "code", this.#errors);
    labelled("ws_closes_total", "Connections over, by close code", "code", this.#closes);
    labelled("ws_syncs_total", "Positions answered, by outcome", "outcome", this.#syncs);
    labelled("ws_paced_total", "Requests delayed by a rate limit, by kind", "kind", this.#paced);
    counter(
      "ws_duplicates_total",
      "MESSAGEs answered with an earlier outcome",
      () => this.#duplicates,
    );
    counter("ws_faults_total", "Failures inside the server", () => this.#faults);
    gauge("ws_process_resident_bytes", "Resident memory of the process", sources.memoryBytes);
    const { upstream } = sources;
    if (upstream?.() !== undefined) {
      gauge(
        "ws_upstream_state",
        "Circuit to the application: 0 closed, 1 half open, 2 open",
        () => UPSTREAM_STATES[upstream() ?? "closed"],
      );
    }
    registry.registerMetric(
      this.#sizes.metric("ws_message_size_bytes", "Size of messages received, bytes"),
    );
    registry.registerMetric(
      this.#latencies.metric(
        "ws_latency_seconds",
        "From reading a MESSAGE to its outcome, seconds",
      ),
    );
  }

  opened(): void {
    this.#connections += 1;
  }

  closed(code: number): void {
    add(this.#closes, String(code));
  }

  counted(direction: "in" | "out", bytes: number, name: string): void {
    if (direction === "out") {
      this.#out += 1;
      return;
    }
    add(this.#messages, name);
    this.#sizes.observe(bytes);
  }

  error(code: KnownErrorCode): void {
    add(this.#errors, code);
  }

  synced(outcome: string): void {
    add(this.#syncs, outcome);
  }

  paced(kind: string): void {
    add(this.#paced, kind);
  }

  /** A MESSAGE has its outcome after so many milliseconds. */
  handled(ms: number): void {
    this.#latencies.observe(ms / 1_000);
  }

  duplicate(): void {
    this.#duplicates += 1;
  }

  failed(): void {
    this.#faults += 1;
  }
}

function add(counts: Map<string, number>, name: string): void {
  counts.set(name, (counts.get(name) ?? 0) + 1);
}
