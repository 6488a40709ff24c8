// Builds the site: Markdown first, then the AsyncAPI view, then VitePress, then addresses that hold from disk; at last every link is followed.

import { spawn } from "node:child_process";
import { copyFileSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";

import { readContract } from "../codegen/contract.js";
import { packageRoot } from "../codegen/package-root.js";
import { asyncApiView } from "./asyncapi-view.js";
import { readEvidence } from "./evidence.js";
import { relocate } from "./from-disk/relocate.js";
import { writtenPages } from "./hand-written.js";
import { brokenLinks, type BrokenLink } from "./links.js";
import { navigationOf } from "./navigation.js";
import { referencePages } from "./reference/index.js";
import { roomOf } from "./reference/room.js";

export interface BuildOptions {
  /** Folder for the work, below the repository, whose packages VitePress looks for there. It is replaced. */
  readonly folder: string;
  /** Folder of the site. Everything in it is replaced. */
  readonly html: string;
  /** results.json of runs, one for each language at most. */
  readonly results: readonly string[];
  /** Hears what VitePress says; without it that is shown only when it fails. */
  readonly onOutput?: (text: string) => void;
}

export interface Built {
  /** Folder to open from disk, or to serve. */
  readonly html: string;
  readonly pages: number;
  readonly broken: readonly BrokenLink[];
}

/** @throws Error with the output of VitePress when a page cannot be rendered. */
export async function buildSite(options: BuildOptions): Promise<Built> {
  const { folder, html, results } = options;
  const pages = writePages(folder, results);
  copyMermaid(join(folder, "pages", "public"));
  const view = await asyncApiView(join(packageRoot(), "asyncapi.yaml"));
  writeFileSync(join(folder, "pages", "public", "asyncapi.html"), view);
  await runVitePress(options);
  await relocate(html);
  return { html, pages, broken: brokenLinks(html) };
}

/**
 * Writes every page as Markdown, and what the configuration of VitePress reads.
 *
 * @returns how many pages
 */
export function writePages(folder: string, results: readonly string[]): number {
  const root = packageRoot();
  const { contract } = readContract(join(root, "asyncapi.yaml"));
  const room = roomOf(contract, readEvidence(results));
  const written = writtenPages(root, new Set(room.requirements.keys()));
  const prose = readFileSync(join(root, "spec", "protocol.md"), "utf8");
  const texts = new Map([
    ...referencePages(room, prose),
    ...written.map(({ address, text }) => [address, text] as const),
  ]);
  rmSync(folder, { recursive: true, force: true });
  for (const [address, text] of texts) {
    const file = join(folder, "pages", `${address}.md`);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, text);
  }
  mkdirSync(join(folder, "pages", "public"), { recursive: true });
  writeFileSync(join(folder, "navigation.json"), JSON.stringify(navigationOf(room, written)));
  return texts.size;
}

/** The diagrams are drawn in the browser, from the site itself; a classic script works from disk, too. */
function copyMermaid(assets: string): void {
  const require = createRequire(import.meta.url);
  const dist = dirname(require.resolve("mermaid/dist/mermaid.esm.min.mjs"));
  copyFileSync(join(dist, "mermaid.min.js"), join(assets, "mermaid.min.js"));
}

async function runVitePress({ folder, html, onOutput }: BuildOptions): Promise<void> {
  const require = createRequire(import.meta.url);
  const vitepress = join(dirname(require.resolve("vitepress/package.json")), "bin", "vitepress.js");
  const args = [vitepress, "build", join(packageRoot(), "site"), "--outDir", html];
  const env = { ...process.env, LATIDO_SITE: folder, NODE_ENV: "production" };
  const child = spawn(process.execPath, args, { env, stdio: ["ignore", "pipe", "pipe"] });
  let said = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding("utf8").on("data", (text: string) => {
      said += text;
      onOutput?.(text);
    });
  }
  const code = await new Promise<number | null>((resolve, reject) => {
    child.once("error", reject);
    child.once("close", resolve);
  });
  if (code !== 0) throw new Error(`VitePress ended with ${String(code)}:\n${said.trim()}`);
}
