import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";

import ts from "typescript";

import { packageRoot } from "../../codegen/package-root.js";

interface Entry {
  readonly types: string;
}

/** Where a sample's imports of this package lead: to the sources, not to a build that may be old. */
export function sourcePaths(): Readonly<Record<string, string>> {
  const root = packageRoot();
  const text = readFileSync(join(root, "package.json"), "utf8");
  const { exports } = JSON.parse(text) as { readonly exports: Record<string, string | Entry> };
  const entries = Object.entries(exports).flatMap(([name, entry]) =>
    typeof entry === "string"
      ? []
      : [[`latido${name.slice(1)}`, join(root, sourceOf(entry.types))] as const],
  );
  return Object.fromEntries(entries);
}

function sourceOf(types: string): string {
  return types.replace(/^\.\/dist\//u, "").replace(/\.d\.ts$/u, ".ts");
}

/**
 * Type-checks samples as strictly as this repository, each as a module of its own.
 *
 * @param samples code by path, below `folder`
 * @returns what the compiler says of the samples, by path
 */
export function typeFaults(
  samples: ReadonlyMap<string, string>,
  folder: string,
): ReadonlyMap<string, readonly string[]> {
  for (const [path, code] of samples) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), `${code}\nexport {};\n`);
  }
  const paths = Object.entries(sourcePaths()).map(([name, file]): [string, string[]] => [
    name,
    [file],
  ]);
  const program = ts.createProgram(
    [...samples.keys()].map((path) => join(folder, path)),
    {
      target: ts.ScriptTarget.ES2023,
      lib: ["lib.es2023.d.ts", "lib.dom.d.ts"],
      module: ts.ModuleKind.NodeNext,
      moduleResolution: ts.ModuleResolutionKind.NodeNext,
      strict: true,
      exactOptionalPropertyTypes: true,
      noUncheckedIndexedAccess: true,
      skipLibCheck: true,
      noEmit: true,
      types: ["node"],
      typeRoots: [join(packageRoot(), "node_modules", "@types")],
      paths: Object.fromEntries(paths),
    },
  );
  return new Map([...samples.keys()].map((path) => [path, faultsIn(program, join(folder, path))]));
}

function faultsIn(program: ts.Program, file: string): readonly string[] {
  const source = program.getSourceFile(file);
  return ts.getPreEmitDiagnostics(program, source).map(({ messageText, start = 0 }) => {
    const line = source?.getLineAndCharacterOfPosition(start).line ?? 0;
    return `line ${line + 1}: ${ts.flattenDiagnosticMessageText(messageText, " ")}`;
  });
}

/** A folder of the build in which imports of installed packages are found. */
export function sampleFolder(): string {
  const folder = join(packageRoot(), "dist", "test", `samples-${process.pid}`);
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  return folder;
}
