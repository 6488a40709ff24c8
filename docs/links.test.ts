// Links between pages, as GitHub follows them: the file is there, and the heading.

import { existsSync } from "node:fs";
import { dirname, join, normalize } from "node:path";

import { describe, expect, it } from "vitest";

import { packageRoot } from "../codegen/package-root.js";
import { pages, readPage } from "./samples/fences.js";

/** Targets of the links of a page, without those of the network. */
function linksOf(page: string): readonly string[] {
  const prose = readPage(page).replaceAll(/^```.*?^```/gmsu, "");
  return [...prose.matchAll(/\]\(([^)\s]+)\)/gu)]
    .map(([, target = ""]) => target)
    .filter((target) => !/^[a-z]+:/u.test(target));
}

/** The anchors of a page's headings, as GitHub makes them. */
function anchorsOf(page: string): readonly string[] {
  return [...readPage(page).matchAll(/^#+ (.*)$/gmu)].map(([, heading = ""]) =>
    heading
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{N}\s_-]/gu, "")
      .replaceAll(" ", "-"),
  );
}

/** What is wrong with a link of a page. */
function faultOf(page: string, link: string): string | undefined {
  const [path = "", anchor] = link.split("#");
  const target = path === "" ? page : normalize(join(dirname(page), path));
  if (!existsSync(join(packageRoot(), target))) return `${link}: there is no ${target}`;
  if (anchor === undefined || anchorsOf(target).includes(anchor)) return undefined;
  return `${link}: ${target} has no such heading`;
}

describe("links", () => {
  it.each(pages())("%s leads to what exists", (page) => {
    const faults = linksOf(page).map((link) => faultOf(page, link));
    expect(faults.filter((fault) => fault !== undefined)).toEqual([]);
  });

  it.each([
    ["gone.md", "gone.md: there is no docs/gone.md"],
    ["faq.md#nowhere", "faq.md#nowhere: docs/faq.md has no such heading"],
    ["../README.md#run-it", undefined],
  ])("%s is judged", (link, fault) => {
    expect(faultOf("docs/index.md", link)).toBe(fault);
  });

  it.each(pages().filter((page) => page.startsWith("docs/")))(
    "%s names requirements that exist",
    (page) => {
      const known = new Set(readPage("spec/requirements.yaml").match(/^- id: .*$/gmu));
      const cited = readPage(page).match(/\b[A-Z]{3,8}-\d+\b(?!\.)/gu) ?? [];
      expect(
        cited.filter((id) => !known.has(`- id: ${id}`) && !/^(?:RFC|HS|RS|ES|UTF|BCP)-/u.test(id)),
      ).toEqual([]);
    },
  );
});
