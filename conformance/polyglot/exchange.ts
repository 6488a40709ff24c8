// An empty folder, the packed package, a team's own contract, a generated client in each language and a
// server of the contract: all as a user runs them. The clients exchange typed events.

import { spawn, type ChildProcess } from "node:child_process";
import {
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";

import { packageRoot } from "../package-root.js";
import { GO_MISSING, hasGo } from "./go.js";
import { PYTHON_MISSING, pythonInterpreter } from "./python.js";

/** What a client wrote, a line each. */
export type Told = Readonly<Record<string, unknown>>;

/** How a team makes and runs its client in one language. */
export interface Kit {
  /** As `latido generate --language` has it, and the user's id. */
  readonly language: string;
  /** What this machine lacks for it. */
  readonly missing?: string;
  /** Folder of the package, and what else `latido generate` is told. */
  readonly generate: readonly string[];
  /** Whatever stands between generating and running; gives the command of the client. */
  prepare(folder: string): Promise<readonly string[]>;
}

const PROGRAMS = join(packageRoot(), "conformance", "polyglot", "exchange");

/** A language more is an entry more. */
export function kits(): readonly Kit[] {
  const python = pythonInterpreter();
  return [
    {
      language: "typescript",
      generate: ["--output", "typescript/client"],
      prepare: async (folder) => {
        copyFileSync(join(PROGRAMS, "main.ts"), join(folder, "typescript", "main.ts"));
        const options = { module: "nodenext", target: "es2023", strict: true, outDir: "out" };
        const compilerOptions = { ...options, types: ["node"], skipLibCheck: true };
        writeFileSync(join(folder, "tsconfig.json"), JSON.stringify({ compilerOptions }));
        writeFileSync(join(folder, "typescript", "package.json"), '{ "type": "module" }');
        await run(folder, ["npx", "tsc"]);
        writeFileSync(join(folder, "out", "package.json"), '{ "type": "module" }');
        return [process.execPath, "out/main.js"];
      },
    },
    {
      language: "python",
      ...(python === undefined ? { missing: PYTHON_MISSING } : {}),
      generate: ["--output", "python", "--package", "my-events"],
      prepare: (folder) => {
        copyFileSync(join(PROGRAMS, "main.py"), join(folder, "python", "src", "main.py"));
        return Promise.resolve([python ?? "python3", "-B", "python/src/main.py"]);
      },
    },
    {
      language: "go",
      ...(hasGo() ? {} : { missing: GO_MISSING }),
      generate: ["--output", "go/events", "--module", GO_EVENTS],
      prepare: async (folder) => {
        const program = join(folder, "go", "exchange");
        mkdirSync(program);
        copyFileSync(join(PROGRAMS, "main.go"), join(program, "main.go"));
        await run(program, ["go", "mod", "init", "example.test/exchange"]);
        await run(program, ["go", "mod", "edit", "-replace", `${GO_EVENTS}=../events`]);
        await run(program, ["go", "mod", "tidy"]);
        await run(program, ["go", "build", "-o", "exchange", "."]);
        return [join(program, "exchange")];
      },
    },
  ];
}

/** Import path of the module that is generated for Go. */
const GO_EVENTS = "example.test/my-events";

/** What the folder of a team installs beside latido, in the versions that this repository has. */
const TOOLS = ["json-schema-to-typescript", "prettier", "typescript", "@types/node", "@types/ws"];

/** A folder as a user makes it, with the packed package and a contract. */
export class TeamFolder {
  readonly folder = mkdtempSync(join(tmpdir(), "latido-team-"));
  readonly #children: ChildProcess[] = [];

  /** Packs what was built, and installs it. */
  async install(): Promise<void> {
    await run(packageRoot(), ["npm", "pack", "--silent", "--pack-destination", this.folder]);
    const tarball = readdirSync(this.folder).find((name) => name.endsWith(".tgz")) ?? "";
    const text = readFileSync(join(packageRoot(), "package.json"), "utf8");
    const { devDependencies } = JSON.parse(text) as {
      readonly devDependencies: Readonly<Record<string, string>>;
    };
    const tools = TOOLS.map((name) => `${name}@${devDependencies[name] ?? "latest"}`);
    const quietly = ["--silent", "--no-audit", "--no-fund", "--prefer-offline"];
    await this.run("npm", "install", ...quietly, `./${tarball}`, ...tools);
    await this.run("npx", "latido", "init", "contract", "my-events.yaml");
  }

  /** Makes the client of one language; gives the command that runs it. */
  async client(kit: Kit): Promise<readonly string[]> {
    const language = ["--language", kit.language, ...kit.generate];
    await this.run("npx", "latido", "generate", "--contract", "my-events.yaml", ...language);
    return kit.prepare(this.folder);
  }

  /** Changes the contract: what was generated before is then that of an older one. */
  edit(from: string, to: string): void {
    const file = join(this.folder, "my-events.yaml");
    const text = readFileSync(file, "utf8");
    if (!text.includes(from)) throw new Error(`the contract does not hold ${from}`);
    writeFileSync(file, text.replace(from, to));
  }

  /** Serves the contract; gives the addresses. */
  async serve(): Promise<{ readonly url: string; readonly publish: string }> {
    const latido = join(this.folder, "node_modules", "latido", "bin", "latido.js");
    const args = ["serve", "--contract", "my-events.yaml", "--port", "0", "--json"];
    const child = this.start([process.execPath, latido, ...args]);
    if (child.stdout === null) throw new Error("the server has no standard output");
    for await (const line of createInterface({ input: child.stdout })) {
      return JSON.parse(line) as { readonly url: string; readonly publish: string };
    }
    throw new Error("the server of the contract did not start");
  }

  /** Runs a client to its end; gives what it wrote. */
  async talk(command: readonly string[]): Promise<readonly Told[]> {
    const child = this.start(command);
    const lines: Told[] = [];
    const ended = new Promise((resolve) => child.once("close", resolve));
    if (child.stdout === null) throw new Error("the client has no standard output");
    for await (const line of createInterface({ input: child.stdout })) {
      lines.push(JSON.parse(line) as Told);
    }
    const code = await ended;
    if (code !== 0) throw new Error(`${command.join(" ")} ended with ${String(code)}`);
    return lines;
  }

  run(...command: readonly string[]): Promise<void> {
    return run(this.folder, command);
  }

  [Symbol.dispose](): void {
    for (const child of this.#children) child.kill();
    rmSync(this.folder, { recursive: true, force: true });
  }

  private start([program = "", ...args]: readonly string[]): ChildProcess {
    const child = spawn(program, args, { cwd: this.folder, stdio: ["ignore", "pipe", "inherit"] });
    this.#children.push(child);
    return child;
  }
}

/** Runs a command to its end; what it wrote is told only where it fails. */
async function run(folder: string, [program = "", ...args]: readonly string[]): Promise<void> {
  const child = spawn(program, args, { cwd: folder, stdio: ["ignore", "pipe", "pipe"] });
  let told = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream.on("data", (data: Buffer) => (told += data.toString()));
  }
  const code = await new Promise((resolve) => child.once("close", resolve));
  if (code !== 0) throw new Error(`${[program, ...args].join(" ")}: ${String(code)}\n${told}`);
}
