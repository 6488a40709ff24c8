import { get } from "node:http";

import type { Browser } from "playwright-core";
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from "vitest";
import { WebSocket } from "ws";

import {
  accessibilityProblems,
  chromiumPath,
  openPage,
  overflow,
  PATIENCE_MS,
  startChromium,
  type OpenedPage,
} from "../chromium.test-support.js";
import { escaped } from "../report/html/markup.js";
import { checklistHtml } from "./page.js";
import { wireRun, type WireRun } from "./testing/wire-run.js";

const PHONE = { width: 360, height: 740 };
const MARKUP = "<img src=x onerror=alert(1)>";
const sockets: WebSocket[] = [];

vi.setConfig({ testTimeout: PATIENCE_MS, hookTimeout: PATIENCE_MS });

afterEach(() => {
  for (const socket of sockets.splice(0)) socket.terminate();
});

function httpOf(url: string): string {
  return url.replace("ws:", "http:");
}

interface Answer {
  readonly status: number;
  readonly headers: NodeJS.Dict<string | string[]>;
  readonly body: Promise<string>;
}

async function fetched(url: string, method = "GET"): Promise<Answer> {
  return await new Promise((resolve, reject) => {
    const request = get(url, { method }, (response) => {
      let text = "";
      response.on("data", (chunk: Buffer) => (text += chunk.toString()));
      const body = new Promise<string>((ended) => {
        response.once("end", () => {
          ended(text);
        });
      });
      resolve({ status: response.statusCode ?? 0, headers: response.headers, body });
    });
    request.once("error", reject);
  });
}

/** A client that speaks in markup, once. */
function visit(url: string): void {
  const socket = new WebSocket(`${url}?userId=ana&deviceId=phone&attempt=1&intentAgeMs=0`);
  sockets.push(socket);
  socket.on("error", () => undefined);
  socket.once("message", () => {
    socket.send(JSON.stringify({ type: MARKUP }));
  });
}

/** A run that lasts until `look` is done with its page. */
async function whileRunning(look: (url: string) => Promise<void>): Promise<WireRun> {
  let problem: unknown;
  const run = await wireRun({
    cases: ["wire/heartbeats-*", "wire/types-*", "wire/stops-after-*"],
    hangMs: 300,
    // `look` ends the run; no client within this time would end it before a slow browser has looked.
    idleMs: PATIENCE_MS,
    meet: (url, _board, stop) => {
      look(url)
        .catch((error: unknown) => {
          problem = error;
        })
        .finally(stop);
    },
  });
  if (problem !== undefined) throw problem as Error;
  return run;
}

it("a page loads nothing from elsewhere and runs no script but its own", async () => {
  await whileRunning(async (url) => {
    const page = await fetched(httpOf(url));
    expect(page.status).toBe(200);
    expect(page.headers["content-security-policy"]).toMatch(/^default-src 'none'; /u);
    expect(await page.body).not.toMatch(/(?:src|href)=|https?:\/\//u);
    expect((await fetched(`${httpOf(url)}favicon.ico`)).status).toBe(404);
    expect((await fetched(httpOf(url), "POST")).status).toBe(405);
  });
});

it("what a client said is escaped", () => {
  expect(escaped(`<a b="c">&'`)).toBe("&lt;a b=&quot;c&quot;&gt;&amp;&#39;");
  const html = checklistHtml({
    lines: [{ id: MARKUP, title: MARKUP, requirements: [MARKUP], state: "fail", problem: MARKUP }],
    addresses: [MARKUP],
    client: MARKUP,
    phase: MARKUP,
    hints: [MARKUP],
    over: true,
  });
  expect(html).not.toContain("<img");
});

it("somebody who only watches does not hold up the end", async () => {
  const answers: Answer[] = [];
  await whileRunning(async (url) => {
    for (let n = 0; n < 25; n += 1) answers.push(await fetched(`${httpOf(url)}changes`));
  });
  expect(answers.filter(({ status }) => status === 503)).toHaveLength(5);
  const seen = await answers[0]?.body;
  expect(seen).toContain("event: checklist");
  expect(seen).toMatch(/event: over\ndata: the run is over\n\n$/u);
});

describe.skipIf(chromiumPath === undefined)("the page in Chromium", () => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await startChromium();
  });
  afterAll(async () => {
    await browser.close();
  });

  it.each(["light", "dark"] as const)(
    "fills while the run goes on, on a phone, %s",
    async (colorScheme) => {
      let opened: OpenedPage | undefined;
      await whileRunning(async (url) => {
        opened = await openPage(browser, httpOf(url), { viewport: PHONE, colorScheme });
        const { page } = opened;
        expect(await page.textContent("main")).toContain("waiting for a client");
        visit(url);
        await page.waitForSelector("li.fail");
        await page.getByText("user ana, device phone").waitFor();
        expect(await page.textContent("main")).toContain(MARKUP);
        expect(await overflow(page)).toBeLessThanOrEqual(0);
        expect(await accessibilityProblems(page)).toEqual([]);
      });
      await opened?.page.getByText("The run is over").waitFor();
      expect(opened?.said).toEqual([]);
      const hosts = new Set(opened?.asked.map((each) => new URL(each).host));
      expect(hosts.size).toBe(1);
      await opened?.page.context().close();
    },
  );
});
