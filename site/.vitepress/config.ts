// VitePress reads this; the pages and the navigation were written by `npm run docs` before.

import { readFileSync } from "node:fs";
import { join } from "node:path";

import { defineConfig } from "vitepress";
import type { DefaultTheme } from "vitepress";

import { readableTables } from "./tables.js";

const folder = process.env.LATIDO_SITE;
if (folder === undefined) throw new Error("build the site with `npm run docs`");

type Navigation = Required<Pick<DefaultTheme.Config, "nav" | "sidebar">>;

const { nav, sidebar } = JSON.parse(
  readFileSync(join(folder, "navigation.json"), "utf8"),
) as Navigation;

export default defineConfig({
  title: "Latido",
  description: "A contract-first WebSocket protocol for user sessions that survive bad networks",
  lang: "en",
  srcDir: join(folder, "pages"),
  cacheDir: join(folder, "cache"),
  // Every link of the built pages is followed afterwards, anchors included.
  ignoreDeadLinks: true,
  lastUpdated: false,
  head: [["link", { rel: "icon", href: "data:," }]],
  markdown: {
    theme: { light: "github-light-high-contrast", dark: "github-dark-high-contrast" },
    config: (markdown) => {
      const { fence } = markdown.renderer.rules;
      markdown.renderer.rules.fence = (tokens, index, ...rest) => {
        const token = tokens[index];
        if (token?.info.trim() !== "mermaid") return fence?.(tokens, index, ...rest) ?? "";
        const text = markdown.utils.escapeHtml(token.content);
        return `<div class="diagram"><pre v-pre>${text}</pre></div>\n`;
      };
      readableTables(markdown);
    },
  },
  vite: { logLevel: "warn", build: { chunkSizeWarningLimit: 4000 } },
  themeConfig: {
    nav,
    sidebar,
    outline: [2, 3],
    notFound: { linkLabel: "Take me home" },
    docFooter: { prev: false, next: false },
    search: { provider: "local", options: { detailedView: false } },
  },
});
