import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";

import { languageOf } from "./languages.js";
import { packageRoot } from "./package-root.js";
import { UsageError } from "./problem.js";

/**
 * Asks for the packages that generating a language needs and that only its users install: all at once.
 *
 * @throws UsageError that names every missing one, with the command that installs them
 */
export function requireTools(
  language: string,
  isInstalled: (name: string) => boolean = isInstalledHere,
): void {
  const missing = languageOf(language).tools.filter((name) => !isInstalled(name));
  if (missing.length === 0) return;
  const ranges = peerRanges();
  const wanted = missing.map((name) => `${name}${major(ranges[name])}`);
  const text = `generating ${language} needs ${missing.join(", ")}`;
  throw new UsageError(`${text}; \`npm install -D ${wanted.join(" ")}\``);
}

const require = createRequire(import.meta.url);

function isInstalledHere(name: string): boolean {
  try {
    require.resolve(`${name}/package.json`);
    return true;
  } catch (error) {
    // Any other code says that it is there and does not show its package.json.
    return (error as NodeJS.ErrnoException).code !== "MODULE_NOT_FOUND";
  }
}

function peerRanges(): Readonly<Record<string, string>> {
  const text = readFileSync(join(packageRoot(), "package.json"), "utf8");
  const manifest = JSON.parse(text) as { readonly peerDependencies: Record<string, string> };
  return manifest.peerDependencies;
}

/** `^16.0.0` as `@16`, which no shell reads as anything else. */
function major(range: string | undefined): string {
  const number = /^\^(\d+)\./u.exec(range ?? "")?.[1];
  return number === undefined ? "" : `@${number}`;
}
