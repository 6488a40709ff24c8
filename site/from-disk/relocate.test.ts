import { expect, it } from "vitest";

import { relocated } from "./relocate.js";

const FILES: Readonly<Record<string, string>> = {
  "": "index.html",
  "a/": "a/index.html",
  "a/b": "a/b.html",
  "style.css": "style.css",
};

/** A page at `a/deep/page.html` of a site with these files. */
function moved(markup: string): string {
  return relocated(markup, "a/deep/page.html", (path) => FILES[path]);
}

it.each([
  ["the start", `<a href="/">x</a>`, `<a href="../../index.html">x</a>`],
  ["a folder", `<a href="/a/">x</a>`, `<a href="../index.html">x</a>`],
  ["an anchor", `<a class="c" href="/a/b#c-d">x</a>`, `<a class="c" href="../b.html#c-d">x</a>`],
  ["a query", `<a href="/a/b?x=1">x</a>`, `<a href="../b.html?x=1">x</a>`],
  ["a style", `<link href="/style.css">`, `<link href="../../style.css">`],
])("%s is named from the page", (_what, before, after) => {
  expect(moved(before)).toBe(after);
});

it.each([
  ["another site", `<a href="https://example.org/a/">x</a>`],
  ["another host", `<a href="//example.org/a/">x</a>`],
  ["an anchor of the page", `<a href="#x">x</a>`],
  ["what a script holds", `<script>const x = '<a href="/a/">';</script>`],
  ["what the page shows", `<p>&lt;a href="/a/"&gt;</p>`],
])("%s stays as it is", (_what, markup) => {
  expect(moved(markup)).toBe(markup);
});

it("a module is asked for by a script that first looks where the page is", () => {
  const text = moved(
    `<head><script type="module" src="/app.js"></script>\n<link rel="modulepreload" href="/a.js"></head>`,
  );
  expect(text).not.toMatch(/<script type="module"|<link rel="modulepreload"/u);
  expect(text).toContain(`["/app.js","/a.js"]`);
  expect(text).toContain(`new URL("../../", location.href)`);
});
