import { spawn } from "node:child_process";
import { join } from "node:path";

import { build } from "esbuild";

import { packageRoot } from "../../codegen/package-root.js";
import { startLatido } from "../../conformance/command.test-support.js";
import { sourcePaths } from "./type-check.js";

/** Where the pages say that the server listens; a run puts its own address there. */
const ADDRESS = "ws://127.0.0.1:3000";
const HANG_MS = 600_000;

export interface Served {
  readonly url: string;
  readonly httpUrl: string;
  end(): Promise<void>;
}

/** Starts `latido serve` on a free port, as a process. */
export async function serve(...flags: readonly string[]): Promise<Served> {
  const started = await startLatido(["serve", "--json", "--port", "0", ...flags]);
  let out = "";
  started.process.stdout?.on("data", (chunk: Buffer) => (out += chunk.toString("utf8")));
  await started.printed("\n");
  const { url } = JSON.parse(out) as { readonly url: string };
  const end = async (): Promise<void> => {
    started.process.kill("SIGTERM");
    await started.ended;
  };
  return { url, httpUrl: url.replace(/^ws/u, "http"), end };
}

/** A sample that talks to this server instead of the one that the page tells to start. */
export function aimedAt(code: string, { url }: Served): string {
  if (!code.includes(ADDRESS)) throw new Error(`a sample that is run must dial ${ADDRESS}`);
  return code.replaceAll(ADDRESS, url);
}

/** Makes a module that Node runs; imports of the package lead to its sources. */
export async function bundle(entry: string, folder: string): Promise<string> {
  const outfile = join(folder, "bundle.mjs");
  await build({
    entryPoints: [entry],
    outfile,
    bundle: true,
    platform: "node",
    format: "esm",
    target: "node20",
    external: ["ws"],
    alias: sourcePaths(),
    nodePaths: [join(packageRoot(), "node_modules")],
    logLevel: "error",
  });
  return outfile;
}

/** A program that was run to its end, with all that it printed. */
export interface Ran {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

/** Runs a program; ends it when it hangs. */
export async function runProgram(
  program: string,
  args: readonly string[],
  environment: Readonly<Record<string, string>> = {},
): Promise<Ran> {
  const child = spawn(program, args, {
    stdio: ["ignore", "pipe", "pipe"],
    timeout: HANG_MS,
    env: { ...process.env, ...environment },
  });
  let out = "";
  let err = "";
  child.stdout.on("data", (chunk: Buffer) => (out += chunk.toString("utf8")));
  child.stderr.on("data", (chunk: Buffer) => (err += chunk.toString("utf8")));
  const code = await new Promise<number | null>((resolve, reject) => {
    child.once("close", resolve).once("error", reject);
  });
  return { code, out, err };
}
