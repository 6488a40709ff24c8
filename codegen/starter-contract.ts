import { existsSync, readFileSync } from "node:fs";
import { basename, dirname, join, relative, resolve, sep } from "node:path";

import { packageRoot } from "./package-root.js";

/**
 * A commented document with two events, for a team to begin with.
 *
 * @param file where it will stand; its `$ref` to the protocol is written from there
 */
export function starterContract(file: string): string {
  const folder = dirname(resolve(file));
  const text = readFileSync(join(packageRoot(), "codegen", "starters", "contract.yaml"), "utf8");
  const protocol = relative(folder, protocolFrom(folder)).split(sep).join("/");
  return text.replaceAll("{protocol}", () => protocol).replaceAll("{file}", () => basename(file));
}

/** The protocol as installed nearest to a folder, else the one of this package. */
function protocolFrom(folder: string): string {
  for (let at = folder; ; at = dirname(at)) {
    const installed = join(at, "node_modules", "latido", "asyncapi.yaml");
    if (existsSync(installed)) return installed;
    if (dirname(at) === at) return join(packageRoot(), "asyncapi.yaml");
  }
}
