import { Ajv } from "ajv";
import type { ValidateFunction } from "ajv";

import { formatPointer, isArray, isObject, parsePointer, valueAt } from "./json.js";
import type { Json, JsonObject, JsonPath } from "./json.js";
import { DRAFT, applySchemaRule, visit } from "./schema-rules.js";
import type { Finding } from "./schema-rules.js";

/** A schema document under the name by which others refer to it. */
export interface SchemaDocument {
  /** Absolute URI; relative references in the document start from it. */
  readonly uri: string;
  readonly schema: Json;
}

/** Checks examples against the schemas as they are written, not against what codegen makes of them. */
export class ExampleChecker {
  readonly #ajv = new Ajv({ strict: false, validateSchema: false, logger: false });
  readonly #documents: readonly SchemaDocument[];

  constructor(documents: readonly SchemaDocument[]) {
    this.#documents = documents;
    for (const { uri, schema } of documents) {
      if (isObject(schema)) this.#ajv.addSchema(schema, uri);
    }
  }

  /** What is wrong with the schema as a schema, and with the examples beside it and inside it. */
  check(uri: string): readonly Finding[] {
    const document = this.#documents.find((known) => known.uri === uri);
    if (document === undefined) throw new Error(`unknown schema document ${uri}`);
    // The rule on patterns reports these; ajv cannot compile them.
    if (applySchemaRule("pattern", document.schema).length > 0) return [];
    const findings: Finding[] = [...this.#checkMeta(document.schema)];
    if (findings.length > 0) return findings;
    visit(document.schema, "root", [], (node, role, path) => {
      const found = role === "root" ? [...demandExamples(node)] : [];
      if (node.examples !== undefined || node["x-invalid-examples"] !== undefined) {
        const validate = this.#compile(uri, path);
        found.push(...checkValid(node, validate), ...checkInvalid(node, validate));
      }
      findings.push(...found.map((one) => ({ ...one, path: [...path, ...one.path] })));
    });
    return findings;
  }

  /** What is wrong with the examples of one schema inside a document, where it has any. */
  checkAt(uri: string, path: JsonPath): readonly Finding[] {
    const document = this.#documents.find((known) => known.uri === uri);
    const node = document === undefined ? undefined : valueAt(document.schema, path);
    if (!isObject(node)) return [];
    const validate = this.#compile(uri, path);
    return [...checkValid(node, validate), ...checkInvalid(node, validate)];
  }

  #checkMeta(schema: Json): readonly Finding[] {
    // A schema of another draft is reported as such; its keywords mean something else.
    if (!isObject(schema) || schema.$schema !== DRAFT) return [];
    if (this.#ajv.validateSchema(schema) === true) return [];
    const error = this.#ajv.errors?.[0];
    const path = parsePointer(error?.instancePath ?? "");
    const message = `this is not a draft-07 schema: ${error?.message ?? "unknown fault"}`;
    return [{ path, message, advice: "correct the keyword's value" }];
  }

  #compile(uri: string, path: JsonPath): ValidateFunction {
    return this.#ajv.compile({ $ref: `${uri}#${encodeURI(formatPointer(path))}` });
  }
}

function checkValid(schema: JsonObject, validate: ValidateFunction): readonly Finding[] {
  return list(schema.examples).flatMap((example, index) => {
    if (validate(example)) return [];
    const { instancePath, message } = validate.errors?.[0] ?? {};
    const where = instancePath === "" ? "the example" : String(instancePath);
    const text = `the schema refuses its own example: ${where} ${String(message)}`;
    return [
      { path: ["examples", index], message: text, advice: "correct the example or the schema" },
    ];
  });
}

function checkInvalid(schema: JsonObject, validate: ValidateFunction): readonly Finding[] {
  return list(schema["x-invalid-examples"]).flatMap((example, index): readonly Finding[] => {
    const path = ["x-invalid-examples", index];
    if (!isObject(example) || typeof example.because !== "string" || example.value === undefined) {
      const advice = "write value, path and because (a sentence)";
      return [{ path, message: "the invalid example is incomplete", advice }];
    }
    if (validate(example.value)) {
      const advice = "correct the example, or the bound that it should break";
      return [{ path, message: "the schema accepts an example that it should refuse", advice }];
    }
    const reported = validate.errors?.[0]?.instancePath ?? "";
    if (reported === example.path) return [];
    const message = `the example is refused at "${reported}", not at its path`;
    return [{ path: [...path, "path"], message, advice: `write "path": "${reported}"` }];
  });
}

/** A file of definitions only describes no value of its own. */
function demandExamples(schema: JsonObject): readonly Finding[] {
  if (schema.type === undefined) return [];
  return ["examples", "x-invalid-examples"].flatMap((keyword) => {
    if (list(schema[keyword]).length > 0) return [];
    return [{ path: [], message: `the schema has no ${keyword}`, advice: `write at least one` }];
  });
}

function list(value: Json | undefined): readonly Json[] {
  return isArray(value) ? value : [];
}
