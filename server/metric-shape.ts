import type { Metric } from "prom-client";

/** One line of a metric. */
export interface MetricLine {
  /** Where it is not that of the metric. */
  readonly metricName?: string;
  readonly labels: Readonly<Record<string, string | number>>;
  readonly value: number;
}

/**
 * A metric as a registry of prom-client takes it, made of plain numbers when it is read.
 * @param help for people, with the unit
 */
export function metricOf(
  name: string,
  help: string,
  type: "counter" | "gauge" | "histogram",
  lines: () => readonly MetricLine[],
): Metric {
  const get = (): object => ({ name, help, type, aggregator: "sum", values: lines() });
  return { name, help, get, reset: () => undefined } as unknown as Metric;
}
