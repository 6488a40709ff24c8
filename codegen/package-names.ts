import { UsageError } from "./problem.js";
import { sortTree } from "./tree.js";
import type { Tree } from "./tree.js";

/** What a package is called, where it is not to be called as the generator calls it. */
export interface PackageNames {
  /** Name under which it is published. */
  readonly package?: string;
  /** Name under which programs import it, where a language has one; default: made from the package's. */
  readonly module?: string;
}

/** The flags that give a package these names; empty where it keeps its own. */
export function flagsOf({ package: name, module }: PackageNames): string {
  return [
    ...(name === undefined ? [] : [`--package ${name}`]),
    ...(module === undefined ? [] : [`--module ${module}`]),
  ].join(" ");
}

/** Gives the files of a package other names. */
export type Rename = (files: Tree, names: PackageNames) => Tree;

/** An npm package has one name, in package.json. */
export const renameTypescript: Rename = (files, { package: name, module }) => {
  if (module !== undefined) {
    throw new UsageError(
      "--module: a TypeScript package is imported by its package name; leave it out",
    );
  }
  if (name === undefined) return files;
  requireName(
    name,
    /^(?:@[a-z0-9~-][a-z0-9._~-]*\/)?[a-z0-9~-][a-z0-9._~-]*$/u,
    "npm",
    "@acme/latido",
  );
  const manifest = JSON.parse(files.get("package.json") ?? "{}") as object;
  const text = `${JSON.stringify({ name, ...manifest }, undefined, 2)}\n`;
  return sortTree(new Map([...files, ["package.json", text]]));
};

/** What no import statement can name: the keywords of Python 3.11 that begin with a small letter. */
const PYTHON_KEYWORDS = new Set(
  (
    "and as assert async await break class continue def del elif else except finally for from global if " +
    "import in is lambda nonlocal not or pass raise return try while with yield"
  ).split(" "),
);

/** A Python package has a name for the index and one for import statements; inside, imports are relative. */
export const renamePython: Rename = (files, names) => {
  if (names.package === undefined && names.module === undefined) return files;
  const name = names.package ?? "latido";
  requireName(name, /^[A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9])?$/u, "Python", "acme-latido");
  const module = names.module ?? name.toLowerCase().replaceAll(/[-.]+/gu, "_");
  if (!/^[a-z_][a-z0-9_]*$/u.test(module)) {
    throw new UsageError(`--module ${module}: Python imports a-z 0-9 _, for example acme_latido`);
  }
  if (PYTHON_KEYWORDS.has(module)) {
    throw new UsageError(`--module ${module} is a keyword of Python; for example acme_latido`);
  }
  const renamed = [...files].map(([path, text]): readonly [string, string] => {
    if (path === "pyproject.toml") {
      const project = text
        .replace('name = "latido"', `name = "${name}"`)
        .replace('"src/latido"', `"src/${module}"`);
      return [path, project];
    }
    return [path.replace(/^src\/latido\//u, `src/${module}/`), text];
  });
  return sortTree(new Map(renamed));
};

/** The import path of the Go module as it is generated. */
const GO_MODULE = "github.com/latido/latido-go";

/** A Go module has an import path, and its package a name; other packages of the module import it by both. */
export const renameGo: Rename = (files, names) => {
  if (names.package === undefined && names.module === undefined) return files;
  const { module = GO_MODULE } = names;
  const name = names.package ?? goPackageOf(module);
  if (!/^[a-z][a-z0-9]*$/u.test(name)) {
    throw new UsageError(`--package ${name}: Go calls packages a-z 0-9, for example acme`);
  }
  if (!/^(?:[A-Za-z0-9_][A-Za-z0-9._~-]*)(?:\/[A-Za-z0-9_][A-Za-z0-9._~-]*)*$/u.test(module)) {
    throw new UsageError(
      `--module ${module} is no import path of Go; for example github.com/acme/latido-go`,
    );
  }
  const renamed = [...files].map(([path, text]): readonly [string, string] => {
    const moved = text.replaceAll(GO_MODULE, module);
    const isRoot = path.endsWith(".go") && !path.includes("/");
    return [
      path,
      isRoot
        ? moved
            .replace(/^package latido$/mu, `package ${name}`)
            .replace(/^\/\/ Package latido /mu, `// Package ${name} `)
        : moved,
    ];
  });
  return sortTree(new Map(renamed));
};

/** What a Go reader expects a package to be called: as the path ends, without its version and what says Go. */
function goPackageOf(module: string): string {
  const parts = module.split("/").filter((part) => !/^v\d+$/u.test(part));
  const last = parts.at(-1)?.replace(/^go-|[.-]go$/gu, "") ?? "";
  const name = last.toLowerCase().replaceAll(/[^a-z0-9]/gu, "");
  return /^[a-z]/u.test(name) ? name : "latido";
}

function requireName(name: string, pattern: RegExp, of: string, example: string): void {
  if (pattern.test(name)) return;
  throw new UsageError(
    `--package ${name} is no name of a package of ${of}; for example ${example}`,
  );
}
