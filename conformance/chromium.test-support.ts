// A real Chromium for the tests of pages.

import { existsSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";

import { chromium, type Browser, type BrowserContextOptions, type Page } from "playwright-core";

const PLACES = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"];

const FLAGS = [
  "--no-sandbox",
  "--disable-gpu",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-quic",
  "--disable-sync",
];

const MISSING = `the tests of pages need Chromium at one of ${PLACES.join(", ")}; on Debian: apt-get install chromium`;

/** The browser of this machine. Without one the gate fails; anybody else is told what to install. */
export const chromiumPath: string | undefined = PLACES.find((place) => existsSync(place));

if (chromiumPath === undefined) {
  if (process.env.CI === "true") throw new Error(MISSING);
  process.stderr.write(`skipped: ${MISSING}\n`);
}

/** How long a test of pages may wait for anything: a busy machine is slow, and a hang still ends. */
export const PATIENCE_MS = 300_000;

/** To try a test on a slow machine: `LATIDO_SLOW_BROWSER=10 npx vitest run site` slows every page tenfold. */
const SLOWNESS = Number(process.env.LATIDO_SLOW_BROWSER ?? "1");

export async function startChromium(): Promise<Browser> {
  if (chromiumPath === undefined) throw new Error(MISSING);
  return await chromium.launch({
    executablePath: chromiumPath,
    args: FLAGS,
    timeout: PATIENCE_MS,
  });
}

export interface OpenedPage {
  readonly page: Page;
  /** Console messages, errors and dialogs. */
  readonly said: readonly string[];
  /** Addresses that were asked for. */
  readonly asked: readonly string[];
}

/** Opens an address in a context of its own, and notes what the page says and asks for. */
export async function openPage(
  browser: Browser,
  url: string,
  options: BrowserContextOptions,
): Promise<OpenedPage> {
  const context = await browser.newContext(options);
  // Shorter than the test, so that what it waited for is named.
  context.setDefaultTimeout(PATIENCE_MS / 2);
  const page = await context.newPage();
  if (SLOWNESS > 1) {
    const session = await context.newCDPSession(page);
    await session.send("Emulation.setCPUThrottlingRate", { rate: SLOWNESS });
  }
  const said: string[] = [];
  const asked: string[] = [];
  page.on("console", (message) => said.push(message.text()));
  page.on("pageerror", (error) => said.push(error.message));
  page.on("dialog", (dialog) => {
    said.push(dialog.message());
    void dialog.dismiss();
  });
  page.on("request", (request) => asked.push(request.url()));
  await page.goto(url);
  return { page, said, asked };
}

interface AxeResults {
  readonly violations: readonly {
    readonly id: string;
    readonly impact: string;
    readonly nodes: readonly { readonly html: string }[];
  }[];
}

/** What axe finds serious or critical, each with the first element that it is about. */
export async function accessibilityProblems(page: Page): Promise<readonly string[]> {
  const axe = createRequire(import.meta.url).resolve("axe-core/axe.min.js");
  await page.evaluate(readFileSync(axe, "utf8"));
  const { violations } = await page.evaluate<AxeResults>(
    'axe.run({ resultTypes: ["violations"] })',
  );
  return violations
    .filter(({ impact }) => impact === "serious" || impact === "critical")
    .map(({ id, nodes }) => `${id}: ${nodes[0]?.html ?? ""}`);
}

/** By how many pixels the page is wider than its window. */
export async function overflow(page: Page): Promise<number> {
  return await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
}
