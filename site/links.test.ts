import { mkdirSync, mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";

import { expect, it } from "vitest";

import { brokenLinks } from "./links.js";

/** A site of these pages on disk. */
function siteOf(pages: Readonly<Record<string, string>>): string {
  const folder = mkdtempSync(join(tmpdir(), "latido-links-"));
  for (const [name, text] of Object.entries(pages)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), text);
  }
  return folder;
}

const TARGETS = {
  "index.html": `<h1 id="top">Home</h1>`,
  "a/index.html": `<h2 id="a&amp;b">A</h2>`,
  "a/b.html": `<p id="über">B</p>`,
  "a/c.js": "",
};

it.each([
  ["an anchor of another page", "../index.html#top"],
  ["an anchor in the page itself", "#here"],
  ["a relative page", "b.html"],
  ["an anchor with escaped characters", "b.html#%C3%BCber"],
  ["an anchor with an entity", "index.html#a&amp;b"],
  ["a script", "c.js"],
  ["another site", "https://example.org/nowhere"],
])("%s is found", (_what, link) => {
  const folder = siteOf({ ...TARGETS, "a/page.html": `<a id="here" href="${link}">x</a>` });
  expect(brokenLinks(folder)).toEqual([]);
});

it.each([
  ["a page that is not there", "/a/z.html", "no such page"],
  ["a folder without an index", "/b/", "no such page"],
  ["a relative page that is not there", "z.html", "no such page"],
  ["an anchor that is not there", "b.html#z", "no such anchor"],
  ["an anchor that the page itself lacks", "#z", "no such anchor"],
  ["a page by the root of a server", "/a/b.html", "holds only when served"],
  ["a page without its ending", "b", "holds only when served"],
  ["a folder with an index", "../a/", "holds only when served"],
  ["an anchor of a script", "c.js#z", "no such anchor"],
])("%s is named with its page", (_what, link, because) => {
  const folder = siteOf({ ...TARGETS, "a/page.html": `<p><a class="x" href="${link}">x</a></p>` });
  expect(brokenLinks(folder)).toEqual([{ page: "a/page.html", link, because }]);
});

it("what a script holds as text is no link", () => {
  const script = `<script>const text = '<a href="/nowhere">';</script>`;
  expect(brokenLinks(siteOf({ "index.html": script }))).toEqual([]);
});

it("the page for what is missing may name the root: only a server shows it", () => {
  const pages = { ...TARGETS, "404.html": `<a href="/a/b.html">x</a><a href="/a/">y</a>` };
  expect(brokenLinks(siteOf(pages))).toEqual([]);
});
