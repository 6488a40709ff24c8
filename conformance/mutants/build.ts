// Bundles a testee or a server with one edit in its sources.

import { readFileSync } from "node:fs";
import { join } from "node:path";

import { build } from "esbuild";

import { packageRoot } from "../package-root.js";
import { applied, type Edit } from "./bank.js";

const ENTRIES = {
  client: "conformance/testees/typescript/main.ts",
  server: "conformance/mutants/server-entry.ts",
} as const;

/** Writes the bundle and returns its path. */
export async function buildEdited(edit: Edit): Promise<string> {
  const root = packageRoot();
  const target = join(root, edit.file);
  const contents = applied(edit);
  const outfile = join(root, "dist", "mutants", `${edit.name.replace("/", "-")}.mjs`);
  await build({
    entryPoints: [join(root, ENTRIES[edit.role])],
    outfile,
    bundle: true,
    platform: "node",
    format: "esm",
    target: "node20",
    packages: "external",
    sourcemap: "inline",
    logLevel: "error",
    plugins: [
      {
        name: "edit",
        setup: (plugin) => {
          plugin.onLoad({ filter: /\.ts$/ }, ({ path }) => ({
            contents: path === target ? contents : readFileSync(path, "utf8"),
            loader: "ts",
          }));
        },
      },
    ],
  });
  return outfile;
}
