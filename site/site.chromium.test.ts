// The whole site, built once: every link, and a page of each kind in a real browser.

import { execFileSync } from "node:child_process";
import { dirname, join } from "node:path";
import { pathToFileURL } from "node:url";

import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";

import { packageRoot } from "../codegen/package-root.js";
import {
  chromiumPath,
  openPage,
  PATIENCE_MS,
  startChromium,
} from "../conformance/chromium.test-support.js";
import type { BrokenLink } from "./links.js";
import { DESKTOP, faultsOf, PHONE, rendered, type Look } from "./pages.test-support.js";
import { serveFolder } from "./serve.js";
import type { Shown } from "./serve.js";

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
      faultsOf(browser, shown.url, path, { viewport: PHONE, colorScheme: "dark" }),
      faultsOf(browser, shown.url, path, { viewport: DESKTOP, colorScheme: "light" }),
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
    const light: Look = { viewport: PHONE, colorScheme: "light" };
    const plant = async (page: Page): Promise<void> => {
      const script = `document.querySelector("main, #VPContent").insertAdjacentHTML("beforeend", ${JSON.stringify(markup)})`;
      await page.evaluate(script);
      await rendered(page);
    };
    const faults = await faultsOf(browser, shown.url, "404.html", light, plant);
    expect(faults).toContainEqual(expect.stringMatching(fault));
  });

  it.each(["light", "dark"] as const)(
    "the AsyncAPI view is accessible unfolded, %s",
    async (scheme) => {
      const look: Look = { viewport: DESKTOP, colorScheme: scheme };
      const unfold = async (page: Page): Promise<void> => {
        await page.getByRole("button", { name: "Expand all" }).first().click();
        await page.getByRole("tab").first().waitFor();
      };
      expect(await faultsOf(browser, shown.url, "asyncapi.html", look, unfold)).toEqual([]);
    },
  );

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

describe.skipIf(chromiumPath === undefined)("the folder of the site, opened from disk", () => {
  let browser: Browser;
  let home: string;
  beforeAll(async () => {
    browser = await startChromium();
    home = `${pathToFileURL(report.html).href}/`;
  });
  afterAll(async () => {
    await browser.close();
  });

  it.each([
    ["the home page", "index.html"],
    ["a message", "reference/messages/connect.html"],
    ["a state machine", "reference/machines/client-connection.html"],
    ["the requirement matrix", "requirements/index.html"],
    ["the AsyncAPI view", "asyncapi.html"],
  ])("%s is quiet, fits, has its style and is accessible", async (_what, path) => {
    const [phone, desktop] = await Promise.all([
      faultsOf(browser, home, path, { viewport: PHONE, colorScheme: "light" }),
      faultsOf(browser, home, path, { viewport: DESKTOP, colorScheme: "dark" }),
    ]);
    expect({ phone, desktop }).toEqual({ phone: [], desktop: [] });
  });

  it("the menus of a phone lead from page to page", async () => {
    const { page, said } = await openPage(browser, `${home}index.html`, { viewport: PHONE });
    await rendered(page);
    await page.locator(".VPNavBarHamburger").click();
    await page.locator("#VPNavScreen a", { hasText: "Reference" }).click();
    await page.locator("h1", { hasText: "Reference" }).waitFor();
    await rendered(page);
    await page.locator(".VPLocalNav button.menu").click();
    await page.locator(".VPSidebar a", { hasText: "Close codes" }).click();
    await page.locator("h1", { hasText: "Close codes" }).waitFor();
    expect(said).toEqual([]);
    await page.context().close();
  });

  it("the search finds HEARTBEAT, and the choice of dark holds for the next page", async () => {
    const look = { viewport: DESKTOP, colorScheme: "light" } as const;
    const { page, said, asked } = await openPage(browser, `${home}index.html`, look);
    await rendered(page);
    await page.locator(".VPNavBarAppearance button").click();
    await page.locator("#local-search button").click();
    await page.locator("input.search-input").fill("HEARTBEAT");
    await page.locator("a.result[href*='/reference/messages/heartbeat']").first().click();
    await page.locator("h1", { hasText: "HEARTBEAT" }).waitFor();
    await page.locator("html.dark").waitFor();
    expect(said).toEqual([]);
    expect(asked.filter((url) => !url.startsWith(home))).toEqual([]);
    await page.context().close();
  });

  it.each([
    ["a phone", PHONE],
    ["a desktop", DESKTOP],
  ])(
    "without scripts, %s shows the pages of the list and follows them",
    async (_what, viewport) => {
      const options = { viewport, javaScriptEnabled: false };
      const { page, said } = await openPage(browser, `${home}reference/index.html`, options);
      await page.locator(".VPSidebar a", { hasText: "Close codes" }).click();
      await page.locator("h1", { hasText: "Close codes" }).waitFor();
      expect(await page.locator("#local-search").isVisible()).toBe(false);
      expect(said).toEqual([]);
      await page.context().close();
    },
  );

  it("below a path of a server it works as from disk", async () => {
    const parent = await serveFolder(dirname(report.html), 0);
    const path = "test/reference/machines/client-stream.html";
    const look: Look = { viewport: DESKTOP, colorScheme: "light" };
    expect(await faultsOf(browser, parent.url, path, look)).toEqual([]);
    await parent.close();
  });
});
