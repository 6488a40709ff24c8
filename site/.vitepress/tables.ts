// Tables that are read on a phone: what a cell is about stands with it, for the style to show.

import type { MarkdownRenderer } from "vitepress";

type Token = ReturnType<MarkdownRenderer["parse"]>[number];

/** Up to so many characters, a cell shares its line with the next on a phone. */
const SHORT = 22;

/** Every table scrolls in itself at most; from three columns on, its cells stand under each other on a phone. */
export function readableTables(markdown: MarkdownRenderer): void {
  markdown.core.ruler.push("readable_tables", ({ tokens }) => {
    labelCells(tokens);
  });
  markdown.renderer.rules.table_open = (tokens, index) => {
    const columns = tokens[index]?.meta as unknown;
    const many = typeof columns === "number" && columns > 2 ? " many" : "";
    return `<div class="wide${many}" tabindex="0"><table>\n`;
  };
  markdown.renderer.rules.table_close = () => "</table></div>\n";
}

function labelCells(tokens: readonly Token[]): void {
  let opening: Token | undefined;
  let labels: string[] = [];
  let column = 0;
  for (const [index, token] of tokens.entries()) {
    const text = tokens[index + 1]?.content.replaceAll(/\[(?<text>[^\]]*)\]\([^)]*\)/gu, "$<text>");
    if (token.type === "table_open") {
      opening = token;
      labels = [];
    } else if (token.type === "tr_open") column = 0;
    else if (token.type === "th_open") {
      labels.push((text ?? "").replaceAll("`", ""));
      if (opening !== undefined) opening.meta = labels.length;
    } else if (token.type === "td_open") {
      const label = labels[column] ?? "";
      if (column > 0 && label !== "") token.attrSet("data-label", label);
      if (column > 0 && (text ?? "").length <= SHORT) token.attrJoin("class", "short");
      column += 1;
    }
  }
}
