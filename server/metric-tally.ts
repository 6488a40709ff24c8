import type { Metric } from "prom-client";
import { metricOf } from "./metric-shape.js";

const OTHER = "other";

/**
 * Counts by a label whose values are known beforehand, so that each stands at 0 from the start and nothing
 * that a peer says can make another: what is not known is counted as `other`.
 */
export class Tally {
  readonly #cells: ReadonlyMap<string | number, { readonly label: string; count: number }>;
  readonly #other: { readonly label: string; count: number } | undefined;

  /** @param known values of the label, or pairs of what is counted and its label */
  constructor(
    known: Iterable<string | number | readonly [string, string]>,
    options: { readonly hasOther?: boolean } = {},
  ) {
    this.#cells = new Map(
      [...known].map((one) => {
        const [value, label] = typeof one === "object" ? one : [one, String(one)];
        return [value, { label, count: 0 }];
      }),
    );
    this.#other = options.hasOther === true ? { label: OTHER, count: 0 } : undefined;
  }

  add(value: string | number): void {
    const cell = this.#cells.get(value) ?? this.#other;
    if (cell !== undefined) cell.count += 1;
  }

  metric(name: string, help: string, label: string): Metric {
    return metricOf(name, help, "counter", () => {
      const cells = [...this.#cells.values(), ...(this.#other === undefined ? [] : [this.#other])];
      return cells.map((cell) => ({ labels: { [label]: cell.label }, value: cell.count }));
    });
  }
}
