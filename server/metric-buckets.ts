import type { Metric, MetricObjectWithValues, MetricValue } from "prom-client";

/** A histogram that is counted in plain numbers. */
export class Buckets {
  readonly #bounds: readonly number[];
  readonly #counts: number[];
  #sum = 0;
  #count = 0;

  /** @param bounds upper bounds, rising */
  constructor(bounds: readonly number[]) {
    this.#bounds = bounds;
    this.#counts = bounds.map(() => 0);
  }

  observe(value: number): void {
    this.#sum += value;
    this.#count += 1;
    for (let index = 0; index < this.#bounds.length; index += 1) {
      if (value > (this.#bounds[index] ?? Infinity)) continue;
      this.#counts[index] = (this.#counts[index] ?? 0) + 1;
      return;
    }
  }

  /** As a registry of prom-client takes it. */
  metric(name: string, help: string): Metric {
    const get = (): MetricObjectWithValues<MetricValue<string>> => {
      let below = 0;
      const values = this.#bounds.map((bound, index) => {
        below += this.#counts[index] ?? 0;
        return { metricName: `${name}_bucket`, labels: { le: bound }, value: below };
      });
      return {
        name,
        help,
        type: "histogram",
        aggregator: "sum",
        values: [
          ...values,
          { metricName: `${name}_bucket`, labels: { le: "+Inf" }, value: this.#count },
          { metricName: `${name}_sum`, labels: {}, value: this.#sum },
          { metricName: `${name}_count`, labels: {}, value: this.#count },
        ],
      } as unknown as MetricObjectWithValues<MetricValue<string>>;
    };
    return { name, help, get, reset: () => undefined } as unknown as Metric;
  }
}
