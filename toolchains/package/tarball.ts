import { mkdirSync, readFileSync, readdirSync, statSync, symlinkSync } from "node:fs";
import { join } from "node:path";

import { packageRoot } from "../../codegen/package-root.js";
import { makeShell } from "../shell.js";

/** The package as it would be published. */
export interface Tarball {
  /** Absolute path. */
  readonly file: string;
  readonly bytes: number;
  readonly unpackedBytes: number;
  readonly files: readonly PackedFile[];
}

export interface PackedFile {
  /** Path in the package, with forward slashes. */
  readonly path: string;
  readonly size: number;
}

/** Packs what was built last into a folder. */
export async function packTarball(folder: string): Promise<Tarball> {
  const shell = makeShell({ folder: packageRoot() });
  const flags = ["--json", "--ignore-scripts", "--pack-destination", folder];
  const told = await shell.run("npm", ["pack", ...flags]);
  const [packed] = JSON.parse(told) as readonly {
    readonly filename: string;
    readonly unpackedSize: number;
    readonly files: readonly PackedFile[];
  }[];
  if (packed === undefined) throw new Error("npm pack told of no package");
  const file = join(folder, packed.filename);
  const files = packed.files.map(({ path, size }) => ({ path, size }));
  return { file, bytes: statSync(file).size, unpackedBytes: packed.unpackedSize, files };
}

/** Installs a package into a folder, which holds nothing but a package.json of its own afterwards. */
export async function installTarball(tarball: Tarball, folder: string): Promise<void> {
  const shell = makeShell({ folder });
  await shell.run("npm", ["init", "--yes", "--silent"]);
  const flags = ["--prefer-offline", "--ignore-scripts", "--no-audit", "--no-fund"];
  await shell.run("npm", ["install", ...flags, tarball.file]);
}

/** Unpacks a package as if it were installed beside everything that this repository has installed. */
export async function unpackBeside(tarball: Tarball, folder: string): Promise<void> {
  const modules = join(folder, "node_modules");
  const target = join(modules, "latido");
  mkdirSync(target, { recursive: true });
  const installed = join(packageRoot(), "node_modules");
  for (const name of readdirSync(installed)) {
    if (name !== "latido" && !name.startsWith(".")) {
      symlinkSync(join(installed, name), join(modules, name));
    }
  }
  const shell = makeShell({ folder });
  await shell.run("tar", ["-xzf", tarball.file, "--strip-components=1", "-C", target]);
}

/** Packages that come with this one, by the lock file; what only its developers install is left out. */
export function lockedPackages(root: string = packageRoot()): readonly string[] {
  const { packages } = JSON.parse(readFileSync(join(root, "package-lock.json"), "utf8")) as {
    readonly packages: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
  };
  const without = ["dev", "devOptional", "optional", "peer"];
  return Object.entries(packages).flatMap(([path, row]) =>
    path === "" || without.some((flag) => row[flag] === true) ? [] : [path],
  );
}
