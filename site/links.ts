// Every link of a built site, followed on disk: pages, assets and anchors.

import { existsSync, readFileSync, readdirSync, statSync } from "node:fs";
import { join, posix } from "node:path";

/** A link that leads nowhere. */
export interface BrokenLink {
  /** Page that holds it, below the folder of the site. */
  readonly page: string;
  readonly link: string;
  readonly because: "no such page" | "no such anchor" | "holds only when served";
}

interface Page {
  readonly links: readonly string[];
  readonly anchors: ReadonlySet<string>;
}

const TAG = /<[a-z][a-z0-9-]*(?:\s[^<>]*)?>/giu;
const LINK = /\s(?:href|src)="(?<value>[^"]*)"/iu;
const ANCHOR = /\s(?:id|name)="(?<value>[^"]*)"/iu;

/**
 * Follows every link of every page.
 *
 * @param folder A built site. Its pages must hold from disk: a link is relative and names a file.
 * @returns what leads nowhere, in the order of the pages
 */
export function brokenLinks(folder: string): readonly BrokenLink[] {
  const names = htmlOf(folder);
  const pages = new Map(names.map((name) => [name, readPage(join(folder, name))]));
  return names.flatMap((page) =>
    [...new Set(pages.get(page)?.links)].flatMap((link) => {
      const because = fault(folder, page, link, pages);
      return because === undefined ? [] : [{ page, link, because }];
    }),
  );
}

/** The pages of a site, by their paths below its folder. */
export function htmlOf(folder: string): readonly string[] {
  return readdirSync(folder, { recursive: true, encoding: "utf8" })
    .map((name) => name.replaceAll("\\", "/"))
    .filter((name) => name.endsWith(".html"))
    .sort();
}

/** A server shows it at any depth, so that its links begin at the root; nobody opens it from disk. */
const ONLY_SERVED = "404.html";

function readPage(file: string): Page {
  // What a script writes later is not markup yet.
  const text = readFileSync(file, "utf8").replaceAll(/<(script|style)\b[^>]*>[^]*?<\/\1>/giu, "");
  const links: string[] = [];
  const anchors = new Set<string>();
  for (const [tag] of text.matchAll(TAG)) {
    const link = LINK.exec(tag)?.groups?.value;
    if (link !== undefined) links.push(unescaped(link));
    const anchor = ANCHOR.exec(tag)?.groups?.value;
    if (anchor !== undefined) anchors.add(unescaped(anchor));
  }
  return { links, anchors };
}

function unescaped(value: string): string {
  return value.replaceAll("&quot;", '"').replaceAll("&#39;", "'").replaceAll("&amp;", "&");
}

function fault(
  folder: string,
  page: string,
  link: string,
  pages: ReadonlyMap<string, Page>,
): BrokenLink["because"] | undefined {
  if (/^(?:[a-z][a-z+.-]*:|\/\/)/iu.test(link)) return undefined;
  const [path = "", anchor = ""] = link.split("#");
  const [plain = ""] = path.split("?");
  const whole =
    plain === ""
      ? page
      : plain.startsWith("/")
        ? plain.slice(1)
        : posix.join(posix.dirname(page), decodeURI(plain));
  const target = fileOf(folder, whole);
  if (target === undefined) return "no such page";
  if (page !== ONLY_SERVED && plain !== "" && (plain.startsWith("/") || target !== whole)) {
    return "holds only when served";
  }
  if (anchor === "") return undefined;
  const found = pages.get(target)?.anchors.has(decodeURIComponent(anchor)) ?? false;
  return found ? undefined : "no such anchor";
}

/** The file behind a path of a site; a folder has its index, a page may be named without `.html`. */
export function fileOf(folder: string, path: string): string | undefined {
  const candidates = [path, posix.join(path, "index.html"), `${path}.html`];
  return candidates.find((name) => {
    const whole = join(folder, name);
    return existsSync(whole) && statSync(whole).isFile();
  });
}
