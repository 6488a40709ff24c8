import { pathToFileURL } from "node:url";

import { ExampleChecker } from "./schema-examples.js";
import { SCHEMA_RULES, applySchemaRule } from "./schema-rules.js";
import type { Sources } from "./source.js";

/** Reports what is wrong with the protocol's schema files that were read, and with their examples. */
export function checkSchemas(sources: Sources): void {
  const files = sources.all.filter(({ file }) => file.endsWith(".json"));
  const uriOf = (file: string): string => pathToFileURL(file).href;
  for (const source of files) {
    for (const rule of SCHEMA_RULES) {
      for (const { path, message, advice } of applySchemaRule(rule, source.value)) {
        sources.report(source, path, message, advice);
      }
    }
  }
  // What is wrong already would make every schema that uses it fail again.
  if (sources.problems.length > 0) return;
  const documents = files.map(({ file, value }) => ({ uri: uriOf(file), schema: value }));
  const checker = new ExampleChecker(documents);
  for (const source of files) {
    for (const { path, message, advice } of checker.check(uriOf(source.file))) {
      sources.report(source, path, message, advice);
    }
  }
}
