import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";

import {
  accessibilityProblems,
  chromiumPath,
  openPage,
  overflow,
  PATIENCE_MS,
  startChromium,
  type OpenedPage,
} from "../../chromium.test-support.js";
import { loadContract } from "../../contract.js";
import type { RunResult } from "../../runner/verdict.js";
import { hostileRun } from "../hostile.test-support.js";
import { failedCase, passedCase, runOf } from "../sample.test-support.js";
import { sceneCase } from "../scene.test-support.js";
import { reportPage } from "./page.js";

const SMALL = { width: 320, height: 640 };
const PHONE = { width: 390, height: 844 };
const DESKTOP = { width: 1280, height: 900 };

const passed = runOf([passedCase("stream/fine")]);
const hostile = hostileRun();
const failed = runOf([
  sceneCase(),
  passedCase("stream/fine"),
  failedCase("sync/late", { kind: "missing" }, { verdict: "warn", requirements: ["SYNC-4"] }),
  failedCase("sync/unset", {}, { verdict: "untestable", requirements: ["SYNC-5"] }),
  failedCase("sync/slow", {}, { verdict: "inconclusive", requirements: ["SYNC-6"] }),
  failedCase("sync/ours", { kind: "suite" }, { verdict: "error", requirements: ["SYNC-7"] }),
]);

const { requirements } = loadContract();
const folder = mkdtempSync(join(tmpdir(), "latido-report-"));

vi.setConfig({ testTimeout: PATIENCE_MS, hookTimeout: PATIENCE_MS });

describe.skipIf(chromiumPath === undefined)("report.html in Chromium", () => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await startChromium();
  });
  afterAll(async () => {
    await browser.close();
  });

  /** Opens a report from disk without a network. */
  async function opened(
    run: RunResult,
    viewport = DESKTOP,
    colorScheme: "light" | "dark" = "light",
  ): Promise<OpenedPage> {
    const file = join(folder, "report.html");
    writeFileSync(file, reportPage(run, 1, requirements));
    const options = { viewport, colorScheme, offline: true } as const;
    return await openPage(browser, pathToFileURL(file).href, options);
  }

  async function openAll(page: Page): Promise<void> {
    await page.evaluate(() => {
      document.querySelectorAll("details").forEach((each) => {
        each.open = true;
      });
    });
  }

  it.each([
    ["a failed run", "a phone, light", failed, PHONE, "light"],
    ["a failed run", "a desktop, dark", failed, DESKTOP, "dark"],
    ["a passed run", "a small phone", passed, SMALL, "light"],
    ["a hostile testee", "a small phone", hostile, SMALL, "dark"],
    ["a hostile testee", "a desktop", hostile, DESKTOP, "light"],
  ] as const)("the report of %s on %s fits, is accessible and asks for nothing", async (...row) => {
    const [, , run, viewport, scheme] = row;
    const { page, said, asked } = await opened(run, viewport, scheme);
    expect(await overflow(page)).toBeLessThanOrEqual(0);
    await openAll(page);
    expect(await overflow(page)).toBeLessThanOrEqual(0);
    expect(await accessibilityProblems(page)).toEqual([]);
    expect(said).toEqual([]);
    expect(asked).toEqual([page.url()]);
    await page.context().close();
  });

  it("runs nothing that the testee wrote, and shows it as text", async () => {
    const { page, said } = await opened(hostile);
    await openAll(page);
    const active =
      "script, img, svg, iframe, object, embed, form, input, [onerror], [onload], [onfocus], [onmouseover]";
    expect(await page.locator(active).count()).toBe(0);
    expect(await page.evaluate(() => "owned" in window)).toBe(false);
    const article = page.locator("#case-stream\\.hostile-0");
    expect(await article.innerText()).toContain("</script><script>");
    expect(said).toEqual([]);
    await page.context().close();
  });

  it("can be read with the keyboard alone", async () => {
    const { page } = await opened(failed);
    await page.keyboard.press("Tab");
    expect(await page.evaluate(() => document.activeElement?.className)).toBe("skip");
    await page.keyboard.press("Enter");
    await page.waitForURL(/#failures$/u);
    await page.locator("#area-STREAM > summary").focus();
    await page.keyboard.press("Enter");
    await page.locator("#STREAM-6").waitFor();
    await page.context().close();
  });

  it("opens the row of a broken requirement when its link is followed", async () => {
    const { page } = await opened(failed);
    expect(await page.locator("#STREAM-6").isVisible()).toBe(false);
    await page.locator(".broken-links a", { hasText: "STREAM-6" }).click();
    await page.locator("#STREAM-6").waitFor();
    await page.context().close();
  });

  it("draws who told whom what, and marks where it went wrong", async () => {
    const { page } = await opened(failed, PHONE);
    const figure = page.locator("#case-stream\\.in-order-and-once figure");
    const lines = await figure.locator(".arrow, .across").allInnerTexts();
    expect(lines.map((each) => each.replaceAll(/\s+/gu, " ").trim())).toEqual([
      "Application (the suite) to Client under test: open",
      "Client under test to Server (the suite): connects /",
      "Server (the suite) to Client under test: CONNECT lastEventId 0 · orders · epoch e1",
      "Server (the suite) to Client under test: EVENT eventId 1 · orders · epoch e1",
      "8 more like this",
      "Server (the suite) to Client under test: EVENT eventId 1 · orders · epoch e1",
      "Client under test to Application (the suite): delivered eventId 1 · orders · epoch e1",
      "the clock moves on: 50 ms",
      "Client under test to Application (the suite): delivered eventId 1 · orders · epoch e1",
      "an event was delivered that is not beyond the last one",
    ]);
    const left = async (text: string): Promise<number> => {
      const line = figure.locator("li", { hasText: text }).first();
      return (await line.locator(".arrow").boundingBox())?.x ?? -1;
    };
    expect(await left("delivered")).toBeLessThan(await left("EVENT"));
    expect(await figure.locator(".wrong").innerText()).toContain("delivered");
    await page.context().close();
  });
});
