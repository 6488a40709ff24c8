import { monitorEventLoopDelay, performance } from "node:perf_hooks";
import { Registry } from "prom-client";
import { metricOf, type MetricLine } from "./metric-shape.js";

/** How often the event loop is looked at, milliseconds. */
const LOOK_EVERY_MS = 10;

let shared: Registry | undefined;

/**
 * What a process has once, however many servers it runs: event loop, memory, processor time. Names are
 * those of other Node programs, so that their dashboards fit. The event loop is looked at from the first
 * reading on, and its lags are those since the last reading.
 */
export function processMetrics(): Registry {
  shared ??= makeRegistry();
  return shared;
}

function makeRegistry(): Registry {
  const registry = new Registry();
  const add = (
    name: string,
    help: string,
    type: "counter" | "gauge",
    read: () => number | MetricLine,
  ): void => {
    const lines = (): MetricLine[] => {
      const value = read();
      return [typeof value === "number" ? { labels: {}, value } : value];
    };
    registry.registerMetric(metricOf(name, help, type, lines));
  };
  const delays = monitorEventLoopDelay({ resolution: LOOK_EVERY_MS });
  delays.enable();
  /** Delays are distances between looks; before the first one there are none. */
  const lag = (nanoseconds: number): number =>
    delays.count === 0 ? 0 : Math.max(0, nanoseconds / 1e9 - LOOK_EVERY_MS / 1e3);
  add("nodejs_eventloop_lag_p50_seconds", "Median lag of the event loop, seconds", "gauge", () =>
    lag(delays.percentile(50)),
  );
  add("nodejs_eventloop_lag_p99_seconds", "99th percentile of the lag, seconds", "gauge", () =>
    lag(delays.percentile(99)),
  );
  add("nodejs_eventloop_lag_max_seconds", "Longest lag of the event loop, seconds", "gauge", () => {
    const max = lag(delays.max);
    delays.reset(); // the last of the three that are read
    return max;
  });
  add(
    "nodejs_eventloop_active_seconds_total",
    "Time in which the event loop had work, seconds",
    "counter",
    () => performance.eventLoopUtilization().active / 1e3,
  );
  add("process_cpu_seconds_total", "Processor time, user and system, seconds", "counter", () => {
    const { user, system } = process.cpuUsage();
    return (user + system) / 1e6;
  });
  add("process_start_time_seconds", "When the process began, seconds since 1970", "gauge", () =>
    Math.round(performance.timeOrigin / 1e3),
  );
  add("process_resident_memory_bytes", "Resident memory, bytes", "gauge", () =>
    process.memoryUsage.rss(),
  );
  add(
    "nodejs_heap_size_used_bytes",
    "JavaScript heap in use, bytes",
    "gauge",
    () => process.memoryUsage().heapUsed,
  );
  add(
    "nodejs_external_memory_bytes",
    "Memory of buffers and addons, bytes",
    "gauge",
    () => process.memoryUsage().external,
  );
  add("nodejs_version_info", "Version of Node.js, as a label", "gauge", () => ({
    labels: { version: process.version },
    value: 1,
  }));
  return registry;
}
