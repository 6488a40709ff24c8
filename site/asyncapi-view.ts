// The AsyncAPI view: the standard component and the parsed contract in one file that loads nothing.

import { readFileSync } from "node:fs";
import { createRequire } from "node:module";

import { fromFile, Parser, stringify } from "@asyncapi/parser";

const require = createRequire(import.meta.url);

/** What the component's own style leaves hard to read, and the way back. */
const STYLE = `
body { margin: 0; font-family: system-ui, sans-serif; background: #fff; color: #1b1f24; }
.latido-back { display: flex; gap: 1rem; flex-wrap: wrap; padding: .6rem 1rem; border-bottom: 1px solid #d0d7de; }
.latido-back a { color: #0b5c8a; }
.latido-back span { color: #57606a; }
:root { color-scheme: light; }
.aui-root .text-teal-500 { color: #1d6560; }
.aui-root .text-gray-500, .aui-root .text-gray-600 { color: #4a5568; }
.aui-root .text-blue-500, .aui-root .prose a, .aui-root a.underline { color: #2b6cb0; }
.aui-root :is(.text-orange-500, .text-orange-700) { color: #9c4010; }
.aui-root .text-red-600 { color: #b42318; }
.aui-root .bg-gray-800 .text-gray-500 { color: #cbd5e0; }
.aui-root, .aui-root span { overflow-wrap: anywhere; }
@media (max-width: 640px) {
  .aui-root :is(.flex, .gap-4) { flex-wrap: wrap; gap: .25rem; }
  .aui-root :is(.p-4, .p-2, .px-4) { padding-left: .3rem; padding-right: .3rem; }
}
.aui-root .text-purple-500 { color: #6b46c1; }
.aui-root .bg-gray-600 { background-color: #4a5568; }
.aui-root .bg-orange-600 { background-color: #9c4010; }
.aui-root .bg-teal-500 { background-color: #1d6560; }
.aui-root .bg-green-600 { background-color: #276749; }
.aui-root .bg-blue-500, .aui-root .bg-blue-600 { background-color: #2b6cb0; }
.aui-root .prose code::before, .aui-root .prose code::after { content: none; }
`;

/** The component knows only light; these are its surfaces and words in the dark of the site. */
const DARK = `
:root.dark { color-scheme: dark; }
.dark body { background: #1b1b1f; color: #dfdfd6; }
.dark .latido-back { border-color: #3c3f44; }
.dark .latido-back a { color: #7cc4ef; }
.dark .latido-back span { color: #b6bcc6; }
.dark .aui-root .bg-white { background-color: #1b1b1f; }
.dark .aui-root :is(.bg-gray-100, .bg-gray-200) { background-color: #26272d; }
.dark .aui-root .bg-gray-400 { background-color: #4a4d55; }
.dark .aui-root .sidebar { background-color: #161618; }
.dark .aui-root :is(.bg-gray-800, .panel--right) { background-color: #202127; }
.dark .aui-root .bg-red-200 { background-color: #3a2a2d; }
.dark .aui-root .bg-blue-100 { background-color: #1f2a38; }
.dark .aui-root :is(.border, .border-b, .border-gray-400, .shadow) { border-color: #4a4d55; }
.dark .aui-root :is(.text-gray-500, .text-gray-600, .text-gray-700) { color: #b6bcc6; }
.dark .aui-root :is(.text-gray-800, .text-gray-900) { color: #dfdfd6; }
.dark .aui-root :is(a, button, li):is([class*="hover:text-gray"]):hover { color: #fff; }
.dark .aui-root .text-teal-500 { color: #6fd6c8; }
.dark .aui-root :is(.text-blue-500, .prose a, a.underline) { color: #7cc4ef; }
.dark .aui-root :is(.text-orange-500, .text-orange-600, .text-orange-700) { color: #f2b283; }
.dark .aui-root :is(.text-purple-500, .text-purple-700) { color: #c9b8f7; }
.dark .aui-root :is(.text-red-600, .text-red-700) { color: #f5a9a9; }
.dark .aui-root .prose, .dark .aui-root .prose :is(h1, h2, h3, h4, strong, code, th, td, blockquote) { color: #dfdfd6; }
.dark .aui-root .prose code { background-color: #26272d; }
.dark .aui-root :is(.border-orange-300, .border-blue-300, .border-purple-300) { border-color: currentcolor; }
.dark .aui-root .hljs-literal { color: #ff8a9c; }
`;

/** As the pages of the site choose between light and dark; a browser may refuse to say what was chosen. */
const APPEARANCE = `
(() => {
  let chosen = null;
  try { chosen = localStorage.getItem("vitepress-theme-appearance"); } catch {}
  const dark = chosen === "dark" || (chosen !== "light" && matchMedia("(prefers-color-scheme: dark)").matches);
  document.documentElement.classList.toggle("dark", dark);
})();
`;

/**
 * The component writes words between the items of a list; a screen reader shall not count those as one.
 * Its tabs stand in no list of tabs, and name a panel that is not there.
 */
const MEND = `
const mend = () => {
  for (const list of document.querySelectorAll("ul:not([role])")) {
    if (![...list.childNodes].some((node) => node.nodeType === 3 && node.data.trim() !== "")) continue;
    for (const each of [list, ...list.children]) each.setAttribute("role", "presentation");
  }
  for (const tab of document.querySelectorAll("[role=tab][aria-controls]")) {
    tab.removeAttribute("aria-controls");
    tab.parentElement.setAttribute("role", "tablist");
  }
};
new MutationObserver(mend).observe(document.getElementById("view"), { childList: true, subtree: true });
`;

/**
 * The view of an AsyncAPI document as one HTML file.
 *
 * @param document Path of the document; the files it names are taken in.
 * @throws Error when the parser refuses the document.
 */
export async function asyncApiView(document: string): Promise<string> {
  const { document: parsed, diagnostics } = await fromFile(new Parser(), document).parse();
  if (parsed === undefined) {
    throw new Error(`${document}: ${diagnostics[0]?.message ?? "cannot be parsed"}`);
  }
  const folder = "@asyncapi/react-component";
  const script = readFileSync(
    require.resolve(`${folder}/browser/standalone/without-parser.js`),
    "utf8",
  );
  const style = readFileSync(require.resolve(`${folder}/styles/default.min.css`), "utf8");
  const config = {
    show: { errors: false, sidebar: true },
    sidebar: { showOperations: "byDefault" },
  };
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>AsyncAPI view | Latido</title>
<link rel="icon" href="data:,">
<style>${style}</style>
<style>${STYLE}${DARK}</style>
<script>${APPEARANCE}</script>
</head>
<body>
<nav class="latido-back" aria-label="Site"><a href="reference/index.html">Back to the reference</a><span>The contract, as the standard AsyncAPI component shows it</span></nav>
<main id="view"></main>
<script>${inlined(script)}</script>
<script>${MEND}</script>
<script>AsyncApiStandalone.render(${inlined(JSON.stringify({ schema: stringify(parsed), config }))}, document.getElementById("view"));</script>
</body>
</html>
`;
}

/** A text that may stand in a script element: nothing in it ends the element or begins a comment. */
function inlined(text: string): string {
  return text.replaceAll("</script", "<\\/script").replaceAll("<!--", "<\\!--");
}
