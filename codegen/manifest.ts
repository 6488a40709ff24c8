import { createRequire } from "node:module";

import { isObject } from "./contract/json.js";
import type { Json } from "./contract/json.js";
import { languageOf } from "./languages.js";
import { flagsOf } from "./package-names.js";
import type { PackageNames } from "./package-names.js";
import { compareText } from "./problem.js";
import { hashText } from "./tree.js";
import type { Tree } from "./tree.js";

/** Name of the file that says what a package was generated from. */
export const MANIFEST = "manifest.json";

/**
 * The manifest of a generated package: hashes of what went in and came out, and the versions of the tools.
 * It holds no time and no absolute path, so that the same input gives the same bytes everywhere.
 */
export function emitManifest(
  language: string,
  names: PackageNames,
  inputs: Tree,
  outputs: Tree,
): string {
  const require = createRequire(import.meta.url);
  const versions = languageOf(language).tools.map((tool) => {
    const { version } = require(`${tool}/package.json`) as { readonly version: string };
    return [tool, version] as const;
  });
  const manifest = {
    about: "What this package was generated from, by `latido generate`. Do not edit.",
    language,
    ...(flagsOf(names) === "" ? {} : { names }),
    tools: Object.fromEntries(versions),
    inputs: hashes(inputs),
    outputs: hashes(outputs),
  };
  return `${JSON.stringify(manifest, undefined, 2)}\n`;
}

/** Paths that the manifest of a folder says were generated, or undefined where it is no manifest. */
export function generatedPaths(manifest: string): readonly string[] | undefined {
  const outputs = memberOf(manifest, "outputs");
  return isObject(outputs) ? Object.keys(outputs) : undefined;
}

/** Names that the manifest of a folder says its package was given; none where it is no manifest. */
export function generatedNames(manifest: string): PackageNames {
  const names = memberOf(manifest, "names");
  if (!isObject(names)) return {};
  return {
    ...(typeof names.package === "string" ? { package: names.package } : {}),
    ...(typeof names.module === "string" ? { module: names.module } : {}),
  };
}

function memberOf(manifest: string, name: string): Json | undefined {
  try {
    const value = JSON.parse(manifest) as Json;
    return isObject(value) ? value[name] : undefined;
  } catch {
    return undefined;
  }
}

function hashes(tree: Tree): Readonly<Record<string, string>> {
  const rows = [...tree].map(([path, text]) => [path, hashText(text)] as const);
  return Object.fromEntries(rows.sort(([a], [b]) => compareText(a, b)));
}
