import { ExampleChecker } from "../../dist/codegen/contract/schema-examples.js";

const URI = "latido:schema";

/** Checks the examples of a schema whose references Spectral has replaced. */
export default function schemaExamples(schema, _options, { path }) {
  return new ExampleChecker([{ uri: URI, schema }]).check(URI).map((found) => ({
    message: `${found.message}; ${found.advice}`,
    path: [...path, ...found.path],
  }));
}
