import type { Family, Sample } from "./exposition.js";
import type { Expression, Matcher } from "./promql.js";

/** What one server answered at one instant. */
export interface Scrape {
  /** Seconds. */
  readonly at: number;
  readonly families: ReadonlyMap<string, Family>;
}

type Row = Pick<Sample, "labels" | "value">;
type Value = number | readonly Row[];

/**
 * The value of an expression after these scrapes. A range is all of them, whatever it is written as; what
 * is compared keeps the rows that hold, as Prometheus does, so that an alert fires where rows are left.
 */
export function evaluate(expression: Expression, scrapes: readonly Scrape[]): readonly Row[] {
  const value = valueOf(expression, scrapes);
  return typeof value === "number" ? [{ labels: {}, value }] : value;
}

function valueOf(expression: Expression, scrapes: readonly Scrape[]): Value {
  switch (expression.kind) {
    case "number":
      return expression.value;
    case "selector":
      if (expression.range !== undefined) throw new Error(`${expression.name} needs a function`);
      return rowsAt(expression, scrapes.at(-1));
    case "call":
      return call(expression.name, expression.args, scrapes);
    case "aggregation": {
      const groups = new Map<string, Row[]>();
      for (const row of rows(expression.of, scrapes)) {
        const key = keyOf(only(row.labels, expression.by));
        groups.set(key, [...(groups.get(key) ?? []), row]);
      }
      return [...groups.values()].map((group) => ({
        labels: only(group[0]?.labels ?? {}, expression.by),
        value: aggregated(
          expression.op,
          group.map(({ value }) => value),
        ),
      }));
    }
    case "binary":
      return binary(
        expression.op,
        valueOf(expression.left, scrapes),
        valueOf(expression.right, scrapes),
      );
  }
}

function rows(expression: Expression, scrapes: readonly Scrape[]): readonly Row[] {
  const value = valueOf(expression, scrapes);
  if (typeof value === "number") throw new Error("a number where rows are needed");
  return value;
}

function rowsAt(
  { name, matchers }: Extract<Expression, { kind: "selector" }>,
  scrape: Scrape | undefined,
): Row[] {
  const samples = [...(scrape?.families.values() ?? [])].flatMap((family) => family.samples);
  return samples
    .filter((sample) => sample.name === name && matchers.every((one) => matches(one, sample)))
    .map(({ labels, value }) => ({ labels, value }));
}

function matches({ label, op, text }: Matcher, { labels }: Sample): boolean {
  if (label === "job" || label === "instance") return true; // the scraper's
  const value = labels[label] ?? "";
  const holds = op.includes("~") ? new RegExp(`^(?:${text})$`).test(value) : value === text;
  return op.startsWith("!") ? !holds : holds;
}

function call(name: string, args: readonly Expression[], scrapes: readonly Scrape[]): Value {
  const [first, second] = args;
  if (first === undefined) throw new Error(`${name} is not evaluated here`);
  switch (name) {
    case "rate":
    case "increase": {
      if (first.kind !== "selector" || first.range === undefined)
        throw new Error(`${name} of what?`);
      const [from, to] = [scrapes[0], scrapes.at(-1)];
      const before = new Map(rowsAt(first, from).map((row) => [keyOf(row.labels), row.value]));
      const seconds = name === "rate" ? (to?.at ?? 0) - (from?.at ?? 0) : 1;
      return rowsAt(first, to).map(({ labels, value }) => ({
        labels,
        value: (value - (before.get(keyOf(labels)) ?? 0)) / seconds,
      }));
    }
    case "clamp_min": {
      const least = second === undefined ? NaN : valueOf(second, scrapes);
      if (typeof least !== "number") throw new Error("clamp_min takes a number");
      return rows(first, scrapes).map((row) => ({ ...row, value: Math.max(row.value, least) }));
    }
    case "histogram_quantile": {
      const share = valueOf(first, scrapes);
      if (typeof share !== "number" || second === undefined) throw new Error("a quantile of what?");
      return quantiles(share, rows(second, scrapes));
    }
    default:
      throw new Error(`${name} is not evaluated here`);
  }
}

/** As Prometheus does: linear within a bucket, the last finite bound beyond it, NaN where nothing was seen. */
function quantiles(share: number, buckets: readonly Row[]): Row[] {
  const groups = new Map<string, Row[]>();
  for (const row of buckets) {
    const key = keyOf({ ...row.labels, le: "" });
    groups.set(key, [...(groups.get(key) ?? []), row]);
  }
  return [...groups.values()].map((group) => {
    const bound = ({ labels }: Row): number => Number((labels.le ?? "").replace("Inf", "Infinity"));
    const rising = [...group].sort((a, b) => bound(a) - bound(b));
    const total = rising.at(-1)?.value ?? 0;
    const { le, ...labels } = rising[0]?.labels ?? {};
    if (le === undefined || total === 0) return { labels, value: NaN };
    const index = rising.findIndex(({ value }) => value >= share * total);
    const found = rising[index];
    const before = rising[index - 1];
    const low = before === undefined ? 0 : bound(before);
    if (found === undefined || bound(found) === Infinity) return { labels, value: low };
    const below = before?.value ?? 0;
    const within = (share * total - below) / (found.value - below);
    return { labels, value: low + (bound(found) - low) * within };
  });
}

function binary(op: string, left: Value, right: Value): Value {
  if (typeof left === "number" && typeof right === "number") return calculated(op, left, right);
  if (typeof left === "number") {
    return (right as readonly Row[]).flatMap((row) => kept(op, left, row.value, row));
  }
  if (typeof right === "number") return left.flatMap((row) => kept(op, row.value, right, row));
  const byLabels = new Map(right.map((row) => [keyOf(row.labels), row]));
  if (op === "or") {
    const known = new Set(left.map(({ labels }) => keyOf(labels)));
    return [...left, ...right.filter(({ labels }) => !known.has(keyOf(labels)))];
  }
  return left.flatMap((row) => {
    const other = byLabels.get(keyOf(row.labels));
    if (op === "unless") return other === undefined ? [row] : [];
    if (other === undefined) return [];
    return op === "and" ? [row] : kept(op, row.value, other.value, row);
  });
}

function kept(op: string, left: number, right: number, row: Row): Row[] {
  const value = calculated(op, left, right);
  if (!/[<>=]/.test(op)) return [{ ...row, value }];
  return value === 1 ? [row] : [];
}

function calculated(op: string, left: number, right: number): number {
  switch (op) {
    case "+":
      return left + right;
    case "-":
      return left - right;
    case "*":
      return left * right;
    case "/":
      return left / right;
    case ">":
      return Number(left > right);
    case "<":
      return Number(left < right);
    case ">=":
      return Number(left >= right);
    case "<=":
      return Number(left <= right);
    case "==":
      return Number(left === right);
    case "!=":
      return Number(left !== right);
    default:
      throw new Error(`${op} is not for numbers`);
  }
}

function aggregated(op: string, values: readonly number[]): number {
  switch (op) {
    case "sum":
      return values.reduce((sum, value) => sum + value, 0);
    case "max":
      return Math.max(...values);
    case "min":
      return Math.min(...values);
    default:
      return values.length;
  }
}

function only(labels: Row["labels"], names: readonly string[]): Record<string, string> {
  return Object.fromEntries(Object.entries(labels).filter(([name]) => names.includes(name)));
}

function keyOf(labels: Row["labels"]): string {
  return JSON.stringify(Object.entries(labels).sort(([a], [b]) => (a < b ? -1 : 1)));
}
