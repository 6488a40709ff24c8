// The local page of a wire run: the checklist, kept up to date by server-sent events. It loads nothing
// from anywhere, and everything that a client said is escaped.

import { randomBytes } from "node:crypto";
import type { IncomingMessage, ServerResponse } from "node:http";

import { escaped } from "../report/html/markup.js";
import type { Board, BoardState, Line, LineState } from "./board.js";
import { PAGE_SCRIPT, PAGE_STYLE } from "./page-assets.js";

const THROTTLE_MS = 100;
const MAX_WATCHERS = 20;

/** Said in words too: a colour alone says nothing to some. */
const WORDS: Readonly<Record<LineState, readonly [mark: string, word: string]>> = {
  open: ["·", "to do"],
  running: ["▸", "now"],
  watched: ["◌", "watched"],
  pass: ["✓", "pass"],
  fail: ["✗", "fail"],
  warn: ["!", "warning"],
  "n/a": ["–", "not seen"],
  untestable: ["✗", "not testable"],
  inconclusive: ["?", "inconclusive"],
  error: ["✗", "fault of the suite"],
};

function lineHtml({ id, title, requirements, state, problem }: Line): string {
  const [mark, word] = WORDS[state];
  const kind = state === "n/a" ? "unseen" : state;
  const why = problem === undefined ? "" : `<p class="why">${escaped(problem)}</p>`;
  return `<li class="${kind}"><span class="mark" aria-hidden="true">${mark}</span><div><p><strong class="word">${word}</strong> ${escaped(title)}</p><p class="ids">${escaped(requirements.join(" "))} · ${escaped(id)}</p>${why}</div></li>`;
}

function counted(lines: readonly Line[]): string {
  const number = (...states: readonly LineState[]): number =>
    lines.filter((line) => states.includes(line.state)).length;
  const failed = number("fail", "untestable", "error");
  return `${number("pass")} passed, ${failed} failed, ${number("open", "running", "watched")} open, of ${lines.length}`;
}

/** What changes; the frame around it does not. */
export function checklistHtml(state: BoardState): string {
  const addresses = state.addresses
    .map((each) => `<code>ws://${escaped(each)}/</code>`)
    .join(" or ");
  const hints = state.hints.map((hint) => `<li>${escaped(hint)}</li>`).join("");
  return [
    `<p>Point the client at ${addresses || "…"}</p>`,
    state.client === undefined ? "" : `<p>Judging <strong>${escaped(state.client)}</strong></p>`,
    `<p class="phase" role="status">${state.over ? "The run is over: " : ""}${escaped(state.phase)}</p>`,
    `<p class="count">${counted(state.lines)}</p>`,
    hints === "" ? "" : `<ul class="hints">${hints}</ul>`,
    `<ol>${state.lines.map(lineHtml).join("")}</ol>`,
  ].join("");
}

function pageHtml(state: BoardState, nonce: string): string {
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Latido: judging a client</title>
<style nonce="${nonce}">${PAGE_STYLE}</style>
</head>
<body>
<main>
<h1>Judging a client</h1>
<div id="checklist">${checklistHtml(state)}</div>
<noscript><p>Reload this page to see how it goes on.</p></noscript>
</main>
<script nonce="${nonce}">${PAGE_SCRIPT}</script>
</body>
</html>
`;
}

function message(event: string, text: string): string {
  const lines = text.split("\n").map((line) => `data: ${line}`);
  return `event: ${event}\n${lines.join("\n")}\n\n`;
}

export class Page {
  readonly #watchers = new Set<ServerResponse>();
  readonly #unsubscribe: () => void;
  #timer: NodeJS.Timeout | undefined;

  constructor(private readonly board: Board) {
    this.#unsubscribe = board.subscribe(() => {
      if (this.#watchers.size === 0) return;
      this.#timer ??= setTimeout(() => {
        this.#tell();
      }, THROTTLE_MS);
    });
  }

  serve(request: IncomingMessage, response: ServerResponse): void {
    response.on("error", () => undefined);
    request.resume();
    const path = (request.url ?? "/").split("?")[0];
    if (request.method !== "GET" && request.method !== "HEAD") {
      response.writeHead(405, { Allow: "GET, HEAD" }).end();
    } else if (path === "/") {
      this.#page(response);
    } else if (path === "/changes" && request.method === "GET") {
      this.#watch(response);
    } else {
      response.writeHead(404, { "Content-Type": "text/plain; charset=utf-8" }).end("not here\n");
    }
  }

  #page(response: ServerResponse): void {
    const nonce = randomBytes(16).toString("base64");
    response.writeHead(200, {
      "Content-Type": "text/html; charset=utf-8",
      "Cache-Control": "no-store",
      "Content-Security-Policy": `default-src 'none'; style-src 'nonce-${nonce}'; script-src 'nonce-${nonce}'; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'`,
      "X-Content-Type-Options": "nosniff",
      "Referrer-Policy": "no-referrer",
    });
    response.end(pageHtml(this.board.state, nonce));
  }

  #watch(response: ServerResponse): void {
    if (this.#watchers.size >= MAX_WATCHERS) {
      response.writeHead(503).end();
      return;
    }
    response.writeHead(200, {
      "Content-Type": "text/event-stream; charset=utf-8",
      "Cache-Control": "no-store",
    });
    this.#watchers.add(response);
    response.once("close", () => this.#watchers.delete(response));
    response.write(message("checklist", checklistHtml(this.board.state)));
  }

  #tell(): void {
    this.#timer = undefined;
    const text = message("checklist", checklistHtml(this.board.state));
    // A watcher that does not read is let go: it comes again by itself.
    for (const watcher of this.#watchers) if (!watcher.write(text)) watcher.end();
  }

  /** Tells the last state and lets everyone go. */
  async end(): Promise<void> {
    clearTimeout(this.#timer);
    this.#unsubscribe();
    const text =
      message("checklist", checklistHtml(this.board.state)) + message("over", "the run is over");
    const ended = [...this.#watchers].map(
      (watcher) =>
        new Promise<void>((resolve) => {
          watcher.once("close", () => {
            resolve();
          });
          watcher.end(text, () => {
            resolve();
          });
        }),
    );
    await Promise.all(ended);
  }
}
