import type { Contract } from "../model.js";
import { merged } from "./change.js";
import type { Change } from "./change.js";
import { breaksOf } from "./flows.js";
import type { Flow } from "./flows.js";
import { ShapeComparison } from "./shapes.js";
import type { Comparison, Difference, TypePair } from "./shapes.js";

/** Compares the types of two contracts, each pair once, and remembers in which flows it travels. */
export class TypeComparison {
  readonly #shapes: ShapeComparison;
  readonly #met = new Map<string, { readonly pair: TypePair; readonly flows: Flow[] }>();
  readonly #compared = new Map<string, Comparison>();

  constructor(old: Contract, now: Contract) {
    this.#shapes = new ShapeComparison(old.types, now.types);
  }

  /** Two types that stand for each other in this flow, with all that they refer to. */
  meet(pair: TypePair, flow: Flow): void {
    for (const reached of this.#reach(pair)) {
      const key = keyOf(reached);
      const entry = this.#met.get(key) ?? { pair: reached, flows: [] };
      entry.flows.push(flow);
      this.#met.set(key, entry);
    }
  }

  /** Whether two types admit the same values, but for the members of the outermost that are passed over. */
  same(pair: TypePair, passOver: readonly string[] = []): boolean {
    return this.#reach(pair).every((reached) =>
      this.#compare(reached).differences.every(
        (difference) =>
          (!difference.narrows && !difference.widens) ||
          (keyOf(reached) === keyOf(pair) && passOver.includes(difference.place)),
      ),
    );
  }

  /** A change for each difference of the types met. */
  changes(): readonly Change[] {
    return [...this.#met.values()].flatMap(({ pair, flows }) =>
      this.#compare(pair).differences.map((difference) => changeOf(difference, pair, flows)),
    );
  }

  #reach(start: TypePair): readonly TypePair[] {
    const reached = new Map([[keyOf(start), start]]);
    for (const pair of reached.values()) {
      for (const next of this.#compare(pair).pairs) reached.set(keyOf(next), next);
    }
    return [...reached.values()];
  }

  #compare(pair: TypePair): Comparison {
    const key = keyOf(pair);
    const known = this.#compared.get(key);
    if (known !== undefined) return known;
    const comparison = this.#shapes.compareTypes(pair);
    this.#compared.set(key, comparison);
    return comparison;
  }
}

function changeOf(difference: Difference, pair: TypePair, flows: readonly Flow[]): Change {
  const breaks = merged(flows.flatMap((flow) => breaksOf(difference, flow)));
  const roots = [...new Set(flows.map(({ root }) => root))];
  return {
    subject: `${pair.new}${difference.place}`,
    change: difference.what,
    breaks,
    ...(breaks.length > 0 ? {} : noteOf(difference, flows)),
    in: roots,
  };
}

function noteOf(difference: Difference, flows: readonly Flow[]): { readonly note?: string } {
  const { addition, widens } = difference;
  if (addition !== true) return {};
  const withheld = widens && flows.some((flow) => flow.withheld && flow.sender === "peer");
  if (withheld)
    return { note: "clients withhold it from a server of an earlier version (CONN-25)" };
  return widens ? {} : { note: "older peers ignore it" };
}

function keyOf({ old, new: now }: TypePair): string {
  return `${old} → ${now}`;
}
