import { existsSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

import { member } from "./json.js";

/** The folder of the package, found from the source tree and from dist/ alike. */
export function packageRoot(): string {
  let folder = dirname(fileURLToPath(import.meta.url));
  for (;;) {
    const manifest = join(folder, "package.json");
    if (existsSync(manifest)) {
      const content: unknown = JSON.parse(readFileSync(manifest, "utf8"));
      if (member(content, "name") === "latido") return folder;
    }
    const parent = dirname(folder);
    if (parent === folder) throw new Error("latido: the package's own folder was not found");
    folder = parent;
  }
}

export function packageVersion(): string {
  const manifest: unknown = JSON.parse(readFileSync(join(packageRoot(), "package.json"), "utf8"));
  const version = member(manifest, "version");
  return typeof version === "string" ? version : "0.0.0";
}
