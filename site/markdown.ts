// Small pieces of Markdown. Every text of the contract passes through `plain`, so that nothing in it is markup.

/** A text of the contract as Markdown that shows exactly its characters. */
export function plain(text: string): string {
  return text
    .replaceAll(/\s+/gu, " ")
    .trim()
    .replaceAll(/[\\`*_[\]|~{}#]/gu, "\\$&")
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll("\\{\\{", "\\{&#8203;\\{");
}

/** Something that is typed as it stands; fit for a cell of a table. */
export function code(text: string): string {
  return `\`${text.replaceAll("|", "\\|")}\``;
}

export function link(text: string, target: string): string {
  return `[${text}](${target})`;
}

/** A heading with an anchor of its own, so that a new wording breaks no link. */
export function heading(level: number, text: string, anchor: string): string {
  return `${"#".repeat(level)} ${text} {#${anchor}}`;
}

export function bullets(items: readonly string[]): string {
  return items.map((item) => `- ${item}`).join("\n");
}

/** A table; nothing where there is no row. */
export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  if (rows.length === 0) return "";
  const line = (cells: readonly string[]): string => `| ${cells.join(" | ")} |`;
  return [line(head), line(head.map(() => "---")), ...rows.map(line)].join("\n");
}

export function json(value: unknown): string {
  return fence("json", JSON.stringify(value, undefined, 2));
}

export function fence(language: string, text: string): string {
  return `\`\`\`${language}\n${text}\n\`\`\``;
}

/** What may stand above a page for VitePress. */
export interface FrontMatter {
  readonly outline?: false | 2 | readonly [number, number];
  /** Whether the search finds it. */
  readonly search?: boolean;
  /** A list of many small things: its headings are small too. */
  readonly pageClass?: "list";
  /** Wide tables: no column of links beside them. */
  readonly aside?: false;
}

/** A page from its blocks; empty blocks leave no trace. */
export function page(blocks: readonly string[], matter: FrontMatter = {}): string {
  const head = Object.entries(matter).map(([name, value]) => `${name}: ${JSON.stringify(value)}`);
  const top = head.length === 0 ? [] : [`---\n${head.join("\n")}\n---`];
  return `${[...top, ...blocks].filter((block) => block !== "").join("\n\n")}\n`;
}

/** `ServerDisconnect` or `serverDisconnect` as `server-disconnect`. */
export function kebab(name: string): string {
  return name
    .replaceAll(/([a-z0-9])([A-Z])/gu, "$1-$2")
    .replaceAll(/[^A-Za-z0-9]+/gu, "-")
    .toLowerCase();
}
