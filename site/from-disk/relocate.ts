// A built site as a folder that is read from disk or served from anywhere: every address relative, no module blocked.

import { copyFileSync, mkdirSync, readFileSync, readdirSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join, posix } from "node:path";
import { pathToFileURL } from "node:url";

import { buildSync } from "esbuild";

import { packageRoot } from "../../codegen/package-root.js";
import { fileOf, htmlOf } from "../links.js";

/** Shown wherever a page is missing, however deep: only a server has it, and its addresses stay whole. */
const NOT_FOUND = "404.html";

/** Below the folder of the site; what a page loads when the app of VitePress cannot run. */
const SCRIPTS = "from-disk";

/**
 * Rewrites every page of a site that was built for `/`.
 *
 * @param folder The built site; its pages are replaced.
 * @throws Error when VitePress no longer writes what this builds on.
 */
export async function relocate(folder: string): Promise<void> {
  await writeScripts(folder);
  for (const name of htmlOf(folder)) {
    if (name === NOT_FOUND) continue;
    const file = join(folder, name);
    writeFileSync(
      file,
      relocated(readFileSync(file, "utf8"), name, (path) => fileOf(folder, path)),
    );
  }
}

/** The script that stands in for the app, with the index of the search as a classic script. */
async function writeScripts(folder: string): Promise<void> {
  const target = join(folder, SCRIPTS);
  mkdirSync(target, { recursive: true });
  buildSync({
    entryPoints: [join(packageRoot(), "site", "from-disk", "browser", "main.ts")],
    outfile: join(target, "main.js"),
    bundle: true,
    format: "iife",
    minify: true,
    target: "es2022",
    logLevel: "silent",
  });
  const require = createRequire(createRequire(import.meta.url).resolve("vitepress/package.json"));
  const search = join(dirname(require.resolve("minisearch")), "..", "umd", "index.js");
  copyFileSync(search, join(target, "minisearch.js"));
  const chunks = join(folder, "assets", "chunks");
  const index = readdirSync(chunks).find((name) => name.startsWith("@localSearchIndexroot."));
  if (index === undefined) throw new Error(`no index of the search in ${chunks}`);
  const made = (await import(pathToFileURL(join(chunks, index)).href)) as { default: string };
  const script = `globalThis.latidoSearchIndex = ${JSON.stringify(made.default)};\n`;
  writeFileSync(join(target, "search-index.js"), script);
}

const SCRIPT_OR_STYLE = /(<(script|style)\b[^>]*>[^]*?<\/\2>)/giu;
const MODULES =
  /<script type="module" src="(?<app>[^"]+)"><\/script>|\s*<link rel="modulepreload" href="(?<preload>[^"]+)">/gu;
const ADDRESS = /(?<=<[a-z][^<>]*\s(?:href|src)=")\/(?!\/)(?<rest>[^"]*)(?=")/giu;

/**
 * One page with relative addresses.
 *
 * @param name Path of the page below the site.
 * @param find The file behind a path of the site.
 */
export function relocated(
  text: string,
  name: string,
  find: (path: string) => string | undefined,
): string {
  const home = "../".repeat(name.split("/").length - 1);
  const modules: string[] = [];
  const still = text.replaceAll(MODULES, (_all, app?: string, preload?: string) => {
    modules.push(app ?? preload ?? "");
    return "";
  });
  const parts = still
    .replaceAll('rel="preload stylesheet"', 'rel="stylesheet"')
    .split(SCRIPT_OR_STYLE)
    // A split by two groups: text, element, name of the element, text, …
    .filter((_part, index) => index % 3 !== 2)
    .map((part, index) => (index % 2 === 1 ? part : withRelative(part, name, find)));
  if (modules.length === 0) return parts.join("");
  return parts.join("").replace("</head>", () => `${head(home, modules)}</head>`);
}

function withRelative(
  markup: string,
  name: string,
  find: (path: string) => string | undefined,
): string {
  return markup.replaceAll(ADDRESS, (_all, rest: string) => {
    const [, path = "", tail = ""] = /^([^?#]*)(.*)$/u.exec(rest) ?? [];
    return posix.relative(posix.dirname(name), find(path) ?? path) + tail;
  });
}

/**
 * Starts the app where it can run, at the root of a server. A browser refuses its modules to a page from
 * disk, and below another path its addresses do not hold: there a plain script gives menu, search and diagrams.
 */
function head(home: string, modules: readonly string[]): string {
  const boot = `(() => {
  const root = new URL("${home === "" ? "./" : home}", location.href);
  const add = (name, values) => document.head.append(Object.assign(document.createElement(name), values));
  if (location.protocol.startsWith("http") && root.pathname === "/") {
    const [app, ...others] = ${JSON.stringify(modules)};
    for (const href of others) add("link", { rel: "modulepreload", href });
    add("script", { type: "module", src: app });
  } else add("script", { src: new URL("${SCRIPTS}/main.js", root).href });
})();`;
  return `  <script>${boot}</script>\n    <noscript><style>${WITHOUT_SCRIPTS}</style></noscript>\n  `;
}

/** Nothing to press that would do nothing; on a phone the list of pages follows the page. */
const WITHOUT_SCRIPTS = [
  ".VPNavBarSearch,.VPNavBarAppearance,.VPNavBarExtra,.VPNavBarHamburger,.VPLocalNav,button.copy{display:none!important}",
  "@media(max-width:959px){.Layout{display:flex;flex-direction:column}",
  ".VPSidebar{order:2;position:static!important;transform:none!important;opacity:1!important;visibility:visible!important;width:auto!important;max-width:none!important;box-shadow:none!important}}",
].join("");
