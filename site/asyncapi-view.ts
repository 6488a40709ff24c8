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
.aui-root .text-orange-500 { color: #9c4010; }
.aui-root .text-purple-500 { color: #6b46c1; }
.aui-root .bg-gray-600 { background-color: #4a5568; }
.aui-root .bg-orange-600 { background-color: #9c4010; }
.aui-root .bg-teal-500 { background-color: #1d6560; }
.aui-root .bg-green-600 { background-color: #276749; }
.aui-root .bg-blue-500, .aui-root .bg-blue-600 { background-color: #2b6cb0; }
.aui-root .prose code::before, .aui-root .prose code::after { content: none; }
`;

/** The component writes words between the items of a list; a screen reader shall not count those as one. */
const MEND = `
const mend = () => {
  for (const list of document.querySelectorAll("ul:not([role])")) {
    if (![...list.childNodes].some((node) => node.nodeType === 3 && node.data.trim() !== "")) continue;
    for (const each of [list, ...list.children]) each.setAttribute("role", "presentation");
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
<style>${STYLE}</style>
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
