import type { Family } from "./exposition.js";
import { metricsOf, parseExpression } from "./promql.js";

/** Labels that the scraper adds to everything. */
const OF_SCRAPER = ["job", "instance"];

/** One rule of docs/operations/alerts.yaml. */
export interface AlertRule {
  readonly alert: string;
  readonly expr: string;
  readonly for?: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
}

/** One panel of docs/operations/dashboard.json, or a row of them. */
export interface Panel {
  readonly type: string;
  readonly title: string;
  readonly targets?: readonly { readonly expr: string; readonly legendFormat: string }[];
}

/**
 * What is wrong with an expression against what a server exposes: syntax, a metric or label that is not
 * there, a value that the label never has, a counter without rate, a rate of something else.
 */
export function faultsOf(source: string, families: ReadonlyMap<string, Family>): string[] {
  const expr = source.replaceAll("$__rate_interval", "5m").replaceAll("$instance", ".*");
  let read: ReturnType<typeof metricsOf>;
  try {
    read = metricsOf(parseExpression(expr));
  } catch (error) {
    return [(error as Error).message];
  }
  return read.flatMap(({ name, labels, matchers }) => {
    if (name === "up") return [];
    const samples = [...families.values()]
      .flatMap((family) => family.samples)
      .filter((sample) => sample.name === name);
    if (samples.length === 0) return [`there is no metric ${name}`];
    const absent = labels.filter(
      (label) => !OF_SCRAPER.includes(label) && samples.every((one) => !(label in one.labels)),
    );
    const empty = matchers
      .filter(({ label }) => !OF_SCRAPER.includes(label) && !absent.includes(label))
      .flatMap(({ label, op, text }) => {
        const texts = op.includes("~") ? text.split("|") : [text];
        return texts
          .filter((value) => samples.every((one) => one.labels[label] !== value))
          .map((value) => `${name} has no ${label}="${value}"`);
      });
    const isRated = new RegExp(`(?:rate|increase)\\(${name}[^a-z0-9_]`).test(expr);
    const isCounter = /_(?:total|bucket|sum|count)$/.test(name);
    return [
      ...absent.map((label) => `${name} has no label ${label}`),
      ...empty,
      ...(isRated === isCounter ? [] : [`${name} is ${isCounter ? "not rated" : "no counter"}`]),
    ];
  });
}

/** Anchors of the headings of a Markdown text, as the usual viewers make them. */
export function anchorsOf(markdown: string): readonly string[] {
  return [...markdown.matchAll(/^#+ (.+)$/gm)].map(([, title = ""]) =>
    title
      .toLowerCase()
      .replace(/[^a-z0-9 _-]/g, "")
      .replaceAll(" ", "-"),
  );
}
