// What a page of the site must be, wherever it is read.

import type { Browser, Page } from "playwright-core";

import { accessibilityProblems, openPage, overflow } from "../conformance/chromium.test-support.js";

export const PHONE = { width: 375, height: 812 };
export const DESKTOP = { width: 1280, height: 900 };

/** Until the scripts of a page have taken it over, its diagrams are drawn and its pictures are there or not. */
export async function rendered(page: Page): Promise<void> {
  await page.waitForFunction(() => {
    const app = document.querySelector("#app");
    const view = document.querySelector("#view");
    const ready = document.documentElement.dataset.ready === "from-disk";
    return (
      // Vue leaves its mark on what it has mounted; before that, no button of the page works.
      (app === null || ready || "__vue_app__" in app) &&
      (view === null || view.childElementCount > 0) &&
      document.querySelector("main, #VPContent") !== null &&
      Array.from(document.querySelectorAll(".diagram")).every(
        (each) => each.querySelector("svg") !== null,
      ) &&
      Array.from(document.images).every(({ complete }) => complete)
    );
  });
}

export interface Look {
  readonly viewport: typeof PHONE;
  readonly colorScheme: "light" | "dark";
  readonly javaScriptEnabled?: false;
}

/**
 * What is wrong with a page: words on the console, requests elsewhere, width, style, accessibility.
 *
 * @param home Beginning of every address that the site may ask for.
 */
export async function faultsOf(
  browser: Browser,
  home: string,
  path: string,
  look: Look,
  change: (page: Page) => Promise<unknown> = () => Promise.resolve(),
): Promise<readonly string[]> {
  const { page, said, asked } = await openPage(browser, home + path, {
    ...look,
    reducedMotion: "reduce",
  });
  await rendered(page);
  await change(page);
  const wide = await overflow(page);
  const faults = [
    ...said.map((text) => `said: ${text}`),
    ...asked
      .filter((url) => !url.startsWith(home) && !url.startsWith("data:"))
      .map((url) => `asked for ${url}`),
    ...(wide > 0 ? [`${wide} px too wide`] : []),
    ...((await hasStyle(page)) ? [] : ["without its style"]),
    ...(await accessibilityProblems(page)),
  ];
  await page.context().close();
  return faults;
}

/** The browser's own font is one with serifs. */
async function hasStyle(page: Page): Promise<boolean> {
  const font = await page.evaluate(() => getComputedStyle(document.body).fontFamily);
  return font.includes("system-ui");
}
