import { existsSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

/** Folder of this package, from the source as from the build. */
export function packageRoot(): string {
  let folder = dirname(fileURLToPath(import.meta.url));
  while (!existsSync(join(folder, "package.json"))) {
    const parent = dirname(folder);
    if (parent === folder) throw new Error("no package.json above the generator");
    folder = parent;
  }
  return folder;
}

/** Folder of the AsyncAPI Generator template of a language. */
export function templateFolder(language: string): string {
  return join(packageRoot(), "codegen", "templates", language);
}
