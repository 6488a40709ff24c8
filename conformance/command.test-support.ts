// The command as a user starts it, bundled from the sources as they are.

import { spawn, type ChildProcess } from "node:child_process";
import { join } from "node:path";

import { build } from "esbuild";

import { packageRoot } from "./package-root.js";

let bundled: Promise<string> | undefined;

/** The path of a bundle of cli/main.ts. */
export async function bundledCommand(): Promise<string> {
  bundled ??= (async () => {
    const root = packageRoot();
    const outfile = join(root, "dist", "test", `latido-${process.pid}.mjs`);
    await build({
      entryPoints: [join(root, "cli", "main.ts")],
      outfile,
      bundle: true,
      platform: "node",
      format: "esm",
      target: "node20",
      packages: "external",
      logLevel: "error",
    });
    return outfile;
  })();
  return await bundled;
}

export interface Ended {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

export interface Started {
  readonly process: ChildProcess;
  readonly ended: Promise<Ended>;
  /** Resolves when standard output holds this text. */
  printed(text: string): Promise<void>;
}

/** Starts `latido` with these arguments. */
export async function startLatido(
  args: readonly string[],
  folder: string = packageRoot(),
): Promise<Started> {
  const child = spawn(process.execPath, [await bundledCommand(), ...args], {
    cwd: folder,
    stdio: ["ignore", "pipe", "pipe"],
  });
  let out = "";
  let err = "";
  const waiting: { readonly text: string; readonly resolve: () => void }[] = [];
  child.stdout.on("data", (chunk: Buffer) => {
    out += chunk.toString("utf8");
    for (const { text, resolve } of waiting) if (out.includes(text)) resolve();
  });
  child.stderr.on("data", (chunk: Buffer) => {
    err += chunk.toString("utf8");
  });
  const ended = new Promise<Ended>((resolve) => {
    child.once("close", (code) => {
      resolve({ code, out, err });
    });
  });
  const printed = async (text: string): Promise<void> => {
    if (out.includes(text)) return;
    await Promise.race([
      ended,
      new Promise<void>((resolve) => {
        waiting.push({ text, resolve });
      }),
    ]);
  };
  return { process: child, ended, printed };
}

/** Runs `latido` to its end. */
export async function latido(args: readonly string[], folder?: string): Promise<Ended> {
  return await (
    await startLatido(args, folder)
  ).ended;
}
