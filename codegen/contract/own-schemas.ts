import { pathToFileURL } from "node:url";

import { pascalCase } from "../emitters/names.js";
import { isArray, isObject } from "./json.js";
import type { Json, JsonPath } from "./json.js";
import { followReference } from "./references.js";
import { ExampleChecker } from "./schema-examples.js";
import { DRAFT, applySchemaRule, visit } from "./schema-rules.js";
import type { SchemaRuleName } from "./schema-rules.js";
import { placeOf } from "./source.js";
import type { Place, Source, Sources } from "./source.js";

/**
 * Rules for the payloads of a team's own events: those without which no typed code can be made. How much
 * a team writes about its schemas is its own affair.
 */
const RULES: readonly SchemaRuleName[] = [
  ...(["forbidden-title", "holdable-bound", "keyword-value", "pattern"] as const),
  ...(["property-name", "title"] as const),
];

/** Judges the schemas of a team's payloads and whatever they refer to, each once. */
export class OwnSchemas {
  readonly #checked = new Set<string>();
  readonly #seen: Place[] = [];
  /** The protocol's files are judged by their own rules. */
  readonly #foreign: ReadonlySet<string>;

  /** @param document the team's own; what was read before it is the protocol's */
  constructor(
    private readonly sources: Sources,
    document: Source,
  ) {
    const others = sources.all.filter((source) => source !== document);
    this.#foreign = new Set(others.map(({ file }) => file));
  }

  /** Whether a schema can become a type; reports why not. */
  check(place: Place): boolean {
    const before = this.sources.problems.length;
    this.#visit(place);
    return this.sources.problems.length === before;
  }

  /** Checks the examples of all schemas seen; none is demanded. Only for schemas that can become types. */
  checkExamples(): void {
    const uriOf = (source: Source): string => pathToFileURL(source.file).href;
    const documents = this.sources.all.map((source) => ({
      uri: uriOf(source),
      schema: source.value,
    }));
    const checker = new ExampleChecker(documents);
    for (const { source, path, value } of this.#seen) {
      visit(value, "root", path, (node, _role, at) => {
        if (node.examples === undefined) return;
        for (const found of checker.checkAt(uriOf(source), at)) {
          this.sources.report(source, [...at, ...found.path], found.message, found.advice);
        }
      });
    }
  }

  #visit(place: Place): void {
    const { source, path, value } = place;
    const key = `${source.file}#${path.join("/")}`;
    if (this.#foreign.has(source.file) || this.#checked.has(key)) return;
    this.#checked.add(key);
    this.#judge(place);
    for (const at of referencesIn(value)) {
      const from = placeOf(source, [...path, ...at]);
      const target = from === undefined ? undefined : followReference(this.sources, from);
      if (target !== undefined) this.#visit(target);
    }
    this.#seen.push(place);
  }

  #judge({ source, path, value }: Place): void {
    const report = (at: JsonPath, message: string, advice: string): void => {
      this.sources.report(source, [...path, ...at], message, advice);
    };
    if (!isObject(value)) {
      report([], "the payload is not a schema", "write a JSON Schema: type, title and properties");
      return;
    }
    if (value.$schema !== undefined && value.$schema !== DRAFT) {
      report(["$schema"], "the schema is not of draft-07", `write "$schema": "${DRAFT}"`);
    }
    for (const rule of RULES) {
      for (const found of applySchemaRule(rule, value)) {
        const named = rule === "title" && found.path.at(-1) !== "title";
        report(found.path, found.message, named ? titleAdvice(found.path) : found.advice);
      }
    }
  }
}

/** Paths of the objects inside a value that are a `$ref`. */
function referencesIn(value: Json, path: JsonPath = []): readonly JsonPath[] {
  if (isArray(value)) return value.flatMap((item, index) => referencesIn(item, [...path, index]));
  if (!isObject(value)) return [];
  if (value.$ref !== undefined) return [path];
  return Object.entries(value).flatMap(([name, member]) => referencesIn(member, [...path, name]));
}

function titleAdvice(path: readonly (string | number)[]): string {
  const words = path.filter(
    (step) => !["properties", "items", "definitions"].includes(String(step)),
  );
  const example = pascalCase(words.join(" ")) || "OrderCreated";
  return `write a title in PascalCase, such as ${example}: it is the type's name in every language`;
}
