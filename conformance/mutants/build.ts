// Bundles the reference testee or server, with one edit in its sources or as it is.

import { readFileSync } from "node:fs";
import { basename, join } from "node:path";

import { build } from "esbuild";

import { packageRoot } from "../package-root.js";
import { applied, type Edit } from "./bank.js";

const ENTRIES = {
  client: "conformance/testees/typescript/main.ts",
  server: "conformance/mutants/server-entry.ts",
} as const;

/**
 * Bundles with one edit; returns the path of the bundle.
 * @param entry what to bundle instead of the testee or server, from the root of the repository
 */
export async function buildEdited(edit: Edit, entry?: string): Promise<string> {
  const target = join(packageRoot(), edit.file);
  const contents = applied(edit);
  const suffix = entry === undefined ? "" : `-${basename(entry, ".ts")}`;
  const name = `${edit.name.replace("/", "-")}${suffix}`;
  return await bundle(entry ?? ENTRIES[edit.role], name, (path) =>
    path === target ? contents : readFileSync(path, "utf8"),
  );
}

/** Bundles the sources as they are; returns the path of the bundle. */
export async function buildReference(role: "client" | "server"): Promise<string> {
  return await bundle(ENTRIES[role], `${role}-reference`, (path) => readFileSync(path, "utf8"));
}

async function bundle(
  entry: string,
  name: string,
  read: (path: string) => string,
): Promise<string> {
  const root = packageRoot();
  const outfile = join(root, "dist", "mutants", `${name}.mjs`);
  await build({
    entryPoints: [join(root, entry)],
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
            contents: read(path),
            loader: "ts",
          }));
        },
      },
    ],
  });
  return outfile;
}
