import type { Metric } from "prom-client";
import { metricOf } from "./metric-shape.js";

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

  /** @param times how often the value was seen */
  observe(value: number, times = 1): void {
    this.#sum += value * times;
    this.#count += times;
    for (let index = 0; index < this.#bounds.length; index += 1) {
      if (value > (this.#bounds[index] ?? Infinity)) continue;
      this.#counts[index] = (this.#counts[index] ?? 0) + times;
      return;
    }
  }

  metric(name: string, help: string): Metric {
    return metricOf(name, help, "histogram", () => {
      let below = 0;
      const buckets = this.#bounds.map((bound, index) => {
        below += this.#counts[index] ?? 0;
        return { metricName: `${name}_bucket`, labels: { le: bound }, value: below };
      });
      return [
        ...buckets,
        { metricName: `${name}_bucket`, labels: { le: "+Inf" }, value: this.#count },
        { metricName: `${name}_sum`, labels: {}, value: this.#sum },
        { metricName: `${name}_count`, labels: {}, value: this.#count },
      ];
    });
  }
}
