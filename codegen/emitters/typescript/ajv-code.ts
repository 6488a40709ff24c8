import { Ajv } from "ajv";
import standalone from "ajv/dist/standalone/index.js";

import type { Contract } from "../../model.js";
import { schemaBundle } from "../json-schema.js";

/** Definitions with up to this many keywords are inlined; larger ones are functions. Chosen for speed and size. */
const INLINE = 3;

/** A rewriting of ajv's code, and whether the code is wrong without it. */
interface Rewriting {
  readonly what: string;
  readonly from: RegExp;
  readonly to: string;
}

/** ajv's code is made shorter and free of its run-time helpers; what each check accepts does not change. */
const REWRITINGS: readonly Rewriting[] = [
  { what: "strict mode, which modules have anyway", from: /"use strict";/gu, to: "" },
  {
    what: "exports: only the decoders are public",
    from: /^export const (\w+) = (\w+);/gmu,
    to: "const $1 = $2;",
  },
  {
    what: "a fault, which ends the check",
    from: /(\w+)\.errors = \[\{instancePath(?:: ?instancePath)?([^\n]*?),schemaPath:"[^\n]*?",keyword:("\w+"),params:(\{[^\n]*?\})\}\];\s*return false;\s*/gu,
    to: "return fail($1, instancePath$2, $3, $4);\n",
  },
  {
    what: "parameters: a check needs the value and its path",
    from: /\(data, \{instancePath="", parentData, parentDataProperty, rootData=data(?:, dynamicAnchors=\{\})?\}=\{\}\)/gu,
    to: '(data, instancePath = "")',
  },
  {
    what: "arguments of a check",
    from: /, \{instancePath(?::instancePath)?([^\n]*?),parentData:[^\n]*?,rootData(?:,dynamicAnchors)?\}\)/gu,
    to: ", instancePath$1)",
  },
  {
    what: "lengths above a bound, counted only where it matters",
    from: /require\("ajv\/dist\/runtime\/ucs2length"\)\.default/gu,
    to: "COUNT",
  },
];

/** The code of one check a name, as ajv compiles it, importing nothing. */
export function compileChecks(contract: Contract, names: readonly string[]): string {
  const ajv = new Ajv({
    strict: true,
    allErrors: false,
    messages: false,
    inlineRefs: INLINE as unknown as boolean,
    code: { source: true, esm: true, lines: true, optimize: 2 },
  });
  ajv.addSchema(schemaBundle(contract.types));
  const exports = names.map((name) => [`check${name}`, `latido#/definitions/${name}`] as const);
  const compile = (standalone as unknown as { readonly default: typeof standalone.default })
    .default;
  let code = compile(ajv, Object.fromEntries(exports));
  for (const { from, to } of REWRITINGS) code = code.replaceAll(from, to);
  code = dropUnused(nameLengths(code));
  const left = /^.*(?:\brequire\(|\bimport\b|parentData|\bCOUNT\b).*$/mu.exec(code);
  if (left === null) return code;
  throw new Error(`ajv left a dependency in the validators: ${left[0].slice(0, 200)}`);
}

/** ajv counts code points of every string; most bounds are decided by the plain length. */
function nameLengths(code: string): string {
  const count = /^const (func\d+) = COUNT;\n?/mu.exec(code)?.[1];
  if (count === undefined) return code;
  return code
    .replace(`const ${count} = COUNT;`, "")
    .replaceAll(new RegExp(`${count}\\((\\w+)\\) > (\\d+)`, "gu"), "isLonger($1, $2)")
    .replaceAll(new RegExp(`${count}\\((\\w+)\\) < (\\d+)`, "gu"), "isShorter($1, $2)");
}

/** Drops the schemas that ajv declares and no check reads. */
function dropUnused(code: string): string {
  return code.replaceAll(/^const (schema\d+) = .*;\n/gmu, (line: string, name: string) => {
    const uses = code.match(new RegExp(`\\b${name}\\b`, "gu")) ?? [];
    return uses.length > 1 ? line : "";
  });
}
