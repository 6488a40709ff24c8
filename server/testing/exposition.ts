/** One sample of a metric, as it was scraped. */
export interface Sample {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

/** One metric with everything that was scraped of it. */
export interface Family {
  readonly name: string;
  readonly help: string;
  readonly type: string;
  readonly samples: readonly Sample[];
}

interface Open extends Family {
  readonly samples: Sample[];
  help: string;
  type: string;
}

const NAME = /^[a-zA-Z_:][a-zA-Z0-9_:]*$/;
const TYPES = ["counter", "gauge", "histogram", "summary", "untyped"];
const SAMPLE = /^([a-zA-Z_:][a-zA-Z0-9_:]*)(?:\{(.*)\})? (\S+)$/;
const LABEL = /^([a-zA-Z_][a-zA-Z0-9_]*)="((?:[^"\\\n]|\\[\\"n])*)"(?:,(?=[a-zA-Z_])|$)/;
const VALUE = /^(?:[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?|[+-]Inf|NaN)$/;

/**
 * Reads the Prometheus text format, version 0.0.4, more strictly than a scraper has to: every metric has
 * HELP, then TYPE, then its samples together; names, escapes, counters and histograms are checked.
 * @throws Error that names the line or the metric
 */
export function readExposition(text: string): ReadonlyMap<string, Family> {
  if (!text.endsWith("\n")) throw new Error("the text does not end with a line feed");
  const families = new Map<string, Open>();
  let open: Open | undefined;
  for (const line of text.slice(0, -1).split("\n")) {
    if (line === "") continue;
    if (line.startsWith("#")) {
      open = comment(line, families, open);
      continue;
    }
    const sample = readSample(line);
    if (open === undefined || !belongs(sample, open)) throw new Error(`out of place: ${line}`);
    if (open.type === "") throw new Error(`TYPE is missing before: ${line}`);
    open.samples.push(sample);
  }
  for (const family of families.values()) checkFamily(family);
  return families;
}

function comment(line: string, families: Map<string, Open>, open: Open | undefined): Open {
  const [, keyword = "", name = "", rest = ""] = /^# (HELP|TYPE) (\S+) (.+)$/.exec(line) ?? [];
  if (!NAME.test(name)) throw new Error(`neither HELP nor TYPE: ${line}`);
  if (keyword === "HELP") {
    if (families.has(name)) throw new Error(`${name} is there twice`);
    const family = { name, help: rest, type: "", samples: [] };
    families.set(name, family);
    return family;
  }
  if (open?.name !== name || open.type !== "") throw new Error(`TYPE out of place: ${line}`);
  if (!TYPES.includes(rest)) throw new Error(`no type of this name: ${line}`);
  open.type = rest;
  return open;
}

function readSample(line: string): Sample {
  const [, name = "", inner, value = ""] = SAMPLE.exec(line) ?? [];
  if (name === "" || !VALUE.test(value)) throw new Error(`no sample: ${line}`);
  const labels: Record<string, string> = {};
  for (let rest = inner ?? ""; rest !== "";) {
    const found = LABEL.exec(rest);
    const [whole = "", label = "", text = ""] = found ?? [];
    if (found === null || Object.hasOwn(labels, label)) throw new Error(`bad labels: ${line}`);
    labels[label] = text.replace(/\\(.)/g, (_, escaped: string) =>
      escaped === "n" ? "\n" : escaped,
    );
    rest = rest.slice(whole.length);
  }
  return { name, labels, value: toNumber(value) };
}

function toNumber(text: string): number {
  return Number(text.replace("Inf", "Infinity"));
}

function belongs({ name }: Sample, family: Family): boolean {
  return suffixes(family.type).some((suffix) => name === family.name + suffix);
}

function suffixes(type: string): readonly string[] {
  if (type === "histogram") return ["_bucket", "_sum", "_count"];
  return type === "summary" ? ["", "_sum", "_count"] : [""];
}

function checkFamily({ name, type, samples }: Family): void {
  if (type === "") throw new Error(`${name} has no TYPE`);
  const series = samples.map((sample) => `${sample.name}${JSON.stringify(sorted(sample.labels))}`);
  const twice = series.find((one, index) => series.indexOf(one) !== index);
  if (twice !== undefined) throw new Error(`${twice} is there twice`);
  if (type === "counter" && samples.some(({ value }) => !(value >= 0))) {
    throw new Error(`${name} is a counter below 0`);
  }
  if (type === "histogram") checkHistogram(name, samples);
}

function checkHistogram(name: string, samples: readonly Sample[]): void {
  const groups = new Map<string, Sample[]>();
  for (const sample of samples) {
    const key = JSON.stringify(sorted({ ...sample.labels, le: "" }));
    groups.set(key, [...(groups.get(key) ?? []), sample]);
  }
  for (const group of groups.values()) {
    const buckets = group.filter((sample) => sample.name === `${name}_bucket`);
    const bounds = buckets.map(({ labels }) => toNumber(labels.le ?? ""));
    const rising = (values: readonly number[], strictly: boolean): boolean =>
      values.every((value, index) => {
        const before = values[index - 1] ?? -Infinity;
        return strictly ? value > before : value >= before;
      });
    if (bounds.at(-1) !== Infinity || !rising(bounds, true)) {
      throw new Error(`the bounds of ${name} do not rise to +Inf`);
    }
    const counts = buckets.map(({ value }) => value);
    if (!rising(counts, false)) throw new Error(`the buckets of ${name} are not cumulative`);
    const count = group.find((sample) => sample.name === `${name}_count`)?.value;
    if (count === undefined || count !== counts.at(-1)) {
      throw new Error(`the count of ${name} is not that of its last bucket`);
    }
    if (!group.some((sample) => sample.name === `${name}_sum`)) {
      throw new Error(`the sum of ${name} is missing`);
    }
  }
}

function sorted(labels: Readonly<Record<string, string>>): [string, string][] {
  return Object.entries(labels).sort(([a], [b]) => (a < b ? -1 : 1));
}
