import { applySchemaRule } from "../../dist/codegen/contract/schema-rules.js";

/** Applies one rule of the generator to a schema whose references Spectral has replaced. */
export default function schemaRule(schema, { rule }, { path }) {
  return applySchemaRule(rule, schema).map((found) => ({
    message: `${found.message}; ${found.advice}`,
    path: [...path, ...found.path],
  }));
}
