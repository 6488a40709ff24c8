import { isArray, isObject, valueAt } from "./json.js";
import type { Json, JsonPath } from "./json.js";
import type { Place, Source, Sources } from "./source.js";

/** Reads a YAML table member by member, and reports each member that is missing or of the wrong kind. */
export class Reader {
  constructor(
    readonly sources: Sources,
    readonly source: Source,
    readonly path: JsonPath = [],
  ) {}

  get value(): Json | undefined {
    return valueAt(this.source.value, this.path);
  }

  get place(): Place {
    return { source: this.source, path: this.path, value: this.value ?? null };
  }

  /** A reader of a member of this value. */
  at(...path: JsonPath): Reader {
    return new Reader(this.sources, this.source, [...this.path, ...path]);
  }

  /** Reports a problem here, or at a member. */
  report(message: string, advice: string, ...path: JsonPath): void {
    this.sources.report(this.source, [...this.path, ...path], message, advice);
  }

  /** Readers of the members of a map, by name. */
  members(): readonly (readonly [string, Reader])[] {
    if (isObject(this.value)) {
      return Object.keys(this.value).map((name) => [name, this.at(name)] as const);
    }
    this.#expect("a map");
    return [];
  }

  /** Readers of the items of a list. */
  items(): readonly Reader[] {
    if (isArray(this.value)) return this.value.map((_, index) => this.at(index));
    this.#expect("a list");
    return [];
  }

  text(): string {
    if (typeof this.value === "string") return this.value;
    this.#expect("a text");
    return "";
  }

  number(): number {
    if (typeof this.value === "number") return this.value;
    this.#expect("a number");
    return 0;
  }

  boolean(): boolean {
    if (typeof this.value === "boolean") return this.value;
    this.#expect("true or false");
    return false;
  }

  /** A text out of a list. */
  oneOf<Value extends string>(allowed: readonly [Value, ...Value[]]): Value {
    const found = allowed.find((value) => value === this.value);
    if (found === undefined) this.#expect(`one of ${allowed.join(", ")}`);
    return found ?? allowed[0];
  }

  /** A list of texts; absent, it is empty; a single text is a list of one. */
  texts(): readonly string[] {
    if (this.value === undefined) return [];
    if (typeof this.value === "string") return [this.value];
    return this.items().map((item) => item.text());
  }

  get absent(): boolean {
    return this.value === undefined;
  }

  #expect(kind: string): void {
    const name = this.path.length === 0 ? "the document" : String(this.path.at(-1));
    const message = this.absent ? `${name} is missing` : `${name} is not ${kind}`;
    this.report(message, `write ${kind} here`);
  }
}

/** Reports each name that stands twice in a list of rows. */
export function reportDuplicates(
  rows: readonly Reader[],
  member: string,
  nameOf: (row: Reader) => string,
  what: string,
): void {
  const seen = new Map<string, Reader>();
  for (const row of rows) {
    const name = nameOf(row);
    const first = seen.get(name);
    if (first === undefined) seen.set(name, row);
    else {
      const { line } = row.source.positionOf(first.path);
      row.report(`${what} ${name} stands twice`, `keep one; the other is on line ${line}`, member);
    }
  }
}
