// The whole site, built once: every link, and a page of each kind in a real browser.

import { execFileSync } from "node:child_process";
import { join } from "node:path";

import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";

import { packageRoot } from "../codegen/package-root.js";
import {
  accessibilityProblems,
  chromiumPath,
  openPage,
  overflow,
  PATIENCE_MS,
  startChromium,
} from "../conformance/chromium.test-support.js";
import type { BrokenLink } from "./links.js";
import { serveFolder } from "./serve.js";
import type { Shown } from "./serve.js";

const PHONE = { width: 390, height: 844 };
const DESKTOP = { width: 1280, height: 900 };

interface Report {
  readonly html: string;
  readonly pages: number;
  readonly broken: readonly BrokenLink[];
}

vi.setConfig({ testTimeout: PATIENCE_MS, hookTimeout: PATIENCE_MS });

let report: Report;
let shown: Shown;

beforeAll(async () => {
  const site = join(packageRoot(), "dist", "site", "main.js");
  const out = join(packageRoot(), ".site", "test");
  const said = execFileSync(process.execPath, [site, "--json", "--out", out], {
    encoding: "utf8",
  });
  report = JSON.parse(said) as Report;
  shown = await serveFolder(report.html, 0);
});

afterAll(async () => {
  await shown.close();
});

it("every link and anchor of every page leads somewhere", () => {
  expect(report.broken).toEqual([]);
  expect(report.pages).toBeGreaterThan(100);
});

describe.skipIf(chromiumPath === undefined)("the site in Chromium", () => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await startChromium();
  });
  afterAll(async () => {
    await browser.close();
  });

  /** Until the scripts of a page have taken it over, its diagrams are drawn and its pictures are there or not. */
  async function rendered(page: Page): Promise<void> {
    await page.waitForFunction(() => {
      const app = document.querySelector("#app");
      const view = document.querySelector("#view");
      return (
        // Vue leaves its mark on what it has mounted; before that, no button of the page works.
        (app === null || "__vue_app__" in app) &&
        (view === null || view.childElementCount > 0) &&
        document.querySelector("main, #VPContent") !== null &&
        Array.from(document.querySelectorAll(".diagram")).every(
          (each) => each.querySelector("svg") !== null,
        ) &&
        Array.from(document.images).every(({ complete }) => complete)
      );
    });
  }

  /** What is wrong with a page: words on the console, foreign requests, width, accessibility. */
  async function faultsOf(
    path: string,
    viewport: typeof PHONE,
    colorScheme: "light" | "dark",
    change: (page: Page) => Promise<unknown> = () => Promise.resolve(),
  ): Promise<readonly string[]> {
    const { page, said, asked } = await openPage(browser, shown.url + path, {
      viewport,
      colorScheme,
      reducedMotion: "reduce",
    });
    await rendered(page);
    await change(page);
    const wide = await overflow(page);
    const faults = [
      ...said.map((text) => `said: ${text}`),
      ...asked
        .filter((url) => !url.startsWith(shown.url) && !url.startsWith("data:"))
        .map((url) => `asked for ${url}`),
      ...(wide > 0 ? [`${wide} px too wide`] : []),
      ...(await accessibilityProblems(page)),
    ];
    await page.context().close();
    return faults;
  }

  it.each([
    ["the home page", ""],
    ["a guide", "conformance.html"],
    ["a message", "reference/messages/connect.html"],
    ["a state machine", "reference/machines/client-connection.html"],
    ["the close codes", "reference/close-codes.html"],
    ["the requirement matrix", "requirements/"],
    ["the cases of an area", "cases/pos.html"],
    ["the AsyncAPI view", "asyncapi.html"],
    ["an address that is not there", "404.html"],
  ])("%s is quiet, fits, stays at home and is accessible", async (_what, path) => {
    const [phone, desktop] = await Promise.all([
      faultsOf(path, PHONE, "dark"),
      faultsOf(path, DESKTOP, "light"),
    ]);
    expect({ phone, desktop }).toEqual({ phone: [], desktop: [] });
  });

  it.each([
    [
      "a text without contrast",
      "<p style='color:#999;background:#fff'>pale</p>",
      /^color-contrast/u,
    ],
    ["a block that is too wide", "<div style='width:900px;height:9px'></div>", /px too wide$/u],
    ["a picture from elsewhere", "<img alt='' src='http://127.0.0.1:9/x.png'>", /^asked for/u],
    ["a script that fails", "<img alt='' src='data:,' onerror='console.error(1)'>", /^said: 1$/u],
  ])("the check sees %s", async (_what, markup, fault) => {
    const plant = async (page: Page): Promise<void> => {
      const script = `document.querySelector("main, #VPContent").insertAdjacentHTML("beforeend", ${JSON.stringify(markup)})`;
      await page.evaluate(script);
      await rendered(page);
    };
    const faults = await faultsOf("404.html", PHONE, "light", plant);
    expect(faults).toContainEqual(expect.stringMatching(fault));
  });

  it("the search finds HEARTBEAT without a network", async () => {
    const { page, said, asked } = await openPage(browser, shown.url, { viewport: DESKTOP });
    await rendered(page);
    await page.locator("#local-search button").first().click();
    await page.locator("input.search-input").fill("HEARTBEAT");
    const found = page.locator("a.result[href*='/reference/messages/heartbeat']").first();
    await found.waitFor();
    await found.click();
    await page.locator("h1", { hasText: "HEARTBEAT" }).waitFor();
    expect(said).toEqual([]);
    expect(asked.filter((url) => !url.startsWith(shown.url))).toEqual([]);
    await page.context().close();
  });

  it("the address of a requirement leads to its sentence", async () => {
    const options = { viewport: PHONE };
    const { page } = await openPage(browser, `${shown.url}protocol.html#sync-4`, options);
    expect(await page.locator("#sync-4").innerText()).toBe("SYNC-4");
    await page.context().close();
  });
});
