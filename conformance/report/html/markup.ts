// Markup by template literals: whatever stands in ${…} is text, unless it was made by this very tag.

import { visible } from "../visible.js";

/** Text that is markup already. */
export class Markup {
  constructor(readonly text: string) {}
}

export type Content = string | number | undefined | false | Markup | readonly Content[];

/** Text for content and for quoted attributes, in HTML and XML alike. */
export function escaped(text: string): string {
  return text
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;")
    .replaceAll('"', "&quot;")
    .replaceAll("'", "&#39;");
}

function written(content: Content): string {
  if (content === undefined || content === false) return "";
  if (content instanceof Markup) return content.text;
  if (typeof content === "string") return escaped(visible(content));
  if (typeof content === "number") return String(content);
  return content.map(written).join("");
}

/** `markup\`<b>${text}</b>\``: attributes must stand in double quotes. */
export function markup(pieces: TemplateStringsArray, ...contents: readonly Content[]): Markup {
  return new Markup(
    pieces.reduce((text, piece, index) => text + written(contents[index - 1]) + piece),
  );
}

/** Markup that this project wrote itself, for example a style sheet. */
export function trusted(text: string): Markup {
  return new Markup(text);
}
