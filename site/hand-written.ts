// The Markdown of the repository as pages of the site: where each file stands, and its links by one rule.

import { existsSync, readFileSync, readdirSync, statSync } from "node:fs";
import { dirname, extname, join, posix, relative } from "node:path";

import { evidenceAddress, requirementAddress } from "./addresses.js";
import { fence, page } from "./markdown.js";

/** A file of the repository that is a page. */
export interface WrittenPage {
  /** Path in the repository. */
  readonly file: string;
  /** Path in the site, without `.md`. */
  readonly address: string;
  readonly title: string;
  readonly text: string;
}

/** Always in the site; what they link to comes with them. */
const ROOTS = [
  "asyncapi.yaml",

  "README.md",
  "CONTRIBUTING.md",
  "CHANGELOG.md",
  "spec/protocol.md",
  "conformance/power.md",
];

/** Larger files are named and not shown. */
const MOST_BYTES = 200_000;

/** The languages of files that are shown as they stand. */
const LANGUAGES: Readonly<Record<string, string>> = {
  ".json": "json",
  ".yaml": "yaml",
  ".yml": "yaml",
  ".ts": "ts",
  ".js": "js",
  ".mjs": "js",
  ".py": "python",
  ".go": "go",
  ".sh": "sh",
};

/**
 * Reads docs/, the roots, and everything in the repository that these link to.
 *
 * @param root Folder of the repository.
 * @param ids Requirements; where a page names one, it becomes a link to its sentence.
 */
export function writtenPages(root: string, ids: ReadonlySet<string>): readonly WrittenPage[] {
  const pages = new Map<string, WrittenPage>();
  const contract = [...filesIn(root, "schemas"), ...filesIn(root, "spec")];
  const waiting = [...filesIn(root, "docs").filter(isMarkdown), ...ROOTS, ...contract];
  for (const file of waiting) {
    if (pages.has(file) || !existsSync(join(root, file))) continue;
    const source = readFileSync(join(root, file), "utf8");
    const rewrite = (target: string): string | undefined => {
      const found = resolved(root, file, target);
      if (typeof found === "string" || found === undefined) return found;
      waiting.push(found.file);
      return found.address + found.anchor;
    };
    pages.set(file, {
      file,
      address: addressOf(root, file),
      title: titleOf(file, source),
      text: isMarkdown(file) ? rewritten(file, source, rewrite, ids) : shown(file, source),
    });
  }
  return [...pages.values()];
}

function filesIn(root: string, folder: string): readonly string[] {
  if (!existsSync(join(root, folder))) return [];
  return readdirSync(join(root, folder), { recursive: true, encoding: "utf8" })
    .map((name) => posix.join(folder, name.replaceAll("\\", "/")))
    .filter((name) => readable(root, name) === name && !name.includes("/."))
    .sort();
}

function isMarkdown(file: string): boolean {
  return extname(file) === ".md";
}

/** Where a file of the repository stands in the site. */
export function addressOf(root: string, file: string): string {
  // VitePress passes over names that begin with a dot.
  if (!isMarkdown(file)) return `/files/${file.replaceAll(/(?<=^|\/)\./gu, "")}`;
  if (file === "README.md") return existsSync(join(root, "docs/index.md")) ? "/readme" : "/index";
  if (file === "spec/protocol.md") return "/protocol";
  const plain = file.replace(/^docs\//u, "").replace(/\.md$/u, "");
  const named = plain.replace(/(?<=^|\/)README$/u, "index");
  return `/${named.includes("/") ? named : named.toLowerCase()}`;
}

function titleOf(file: string, source: string): string {
  if (file === "README.md") return "About this repository";
  const heading = /^#\s+(?<title>.+)$/mu.exec(isMarkdown(file) ? source : "")?.groups?.title;
  return (heading ?? file).replaceAll("`", "");
}

/** A file with its code, for whom a guide sends there. */
function shown(file: string, source: string): string {
  const language = LANGUAGES[extname(file)] ?? "text";
  return page([`# ${file.replaceAll("_", "\\_")}`, fence(language, source.trimEnd())], {
    search: false,
    outline: false,
  });
}

interface FoundFile {
  readonly file: string;
  readonly address: string;
  readonly anchor: string;
}

/** A link as it is, the file it leads to, or undefined where the site shows no such thing. */
function resolved(root: string, from: string, target: string): string | FoundFile | undefined {
  if (/^(?:[a-z][a-z+.-]*:|#|\/)/iu.test(target)) return target;
  const [path = "", anchor] = target.split("#");
  const file = relative(root, join(root, dirname(from), decodeURI(path))).replaceAll("\\", "/");
  const found = readable(root, file);
  if (found === undefined) return existsSync(join(root, file)) ? undefined : target;
  const address = addressOf(root, found).replace(/\/index$/u, "/");
  return { file: found, address, anchor: anchor === undefined ? "" : `#${anchor}` };
}

/** The file that a page can be made of: itself, or the README of a folder. */
function readable(root: string, file: string): string | undefined {
  const whole = join(root, file);
  if (file.startsWith("..") || !existsSync(whole)) return undefined;
  const found = statSync(whole).isDirectory() ? posix.join(file, "README.md") : file;
  if (!existsSync(join(root, found)) || statSync(join(root, found)).size > MOST_BYTES)
    return undefined;
  return isMarkdown(found) || LANGUAGES[extname(found)] !== undefined ? found : undefined;
}

const LINK =
  /(?<image>!?)\[(?<text>(?:`[^`]*`|[^\]`])*)\]\((?<target>[^)\s]+)(?<title>\s+"[^"]*")?\)/gu;
const CODE_OR_LINK_OR_ID =
  /(?:`[^`]*`)|(?:\[(?:`[^`]*`|[^\]`])*\]\([^)]*\))|\b(?<id>[A-Z]+-[1-9]\d*)\b/gu;
const DEFINITION = /^(?<mark>- )\*\*(?<id>[A-Z]+-[1-9]\d*)\*\* /u;

/** The text with links that hold in the site; code stays as it is. */
export function rewritten(
  file: string,
  source: string,
  rewrite: (target: string) => string | undefined,
  ids: ReadonlySet<string>,
): string {
  let fenced = false;
  const lines = source.split("\n").map((line) => {
    if (/^\s*(?:```|~~~)/u.test(line)) fenced = !fenced;
    if (fenced || /^\s*(?:```|~~~)/u.test(line)) return line;
    const linked = line.replaceAll(
      LINK,
      (all, image: string, text: string, target: string, title = "") => {
        const found = rewrite(target);
        if (image !== "") return all;
        return found === undefined ? text : `[${text}](${found}${String(title)})`;
      },
    );
    if (line.startsWith("#")) return linked;
    const defined = file === "spec/protocol.md" ? DEFINITION.exec(linked) : null;
    const [head, rest] = defined === null ? ["", linked] : definition(defined, linked);
    return head + withIds(rest, ids);
  });
  return lines.join("\n");
}

/** The definition of a requirement is an anchor, and leads to what shows that it is kept. */
function definition(found: RegExpExecArray, line: string): readonly [string, string] {
  const { mark = "", id = "" } = found.groups ?? {};
  const anchor = `[**${id}**](${evidenceAddress(id)}){#${id.toLowerCase()}}`;
  return [`${mark}${anchor} `, line.slice(found[0].length)];
}

function withIds(text: string, ids: ReadonlySet<string>): string {
  return text.replaceAll(CODE_OR_LINK_OR_ID, (all, id?: string) =>
    id !== undefined && ids.has(id) ? `[${id}](${requirementAddress(id)})` : all,
  );
}
