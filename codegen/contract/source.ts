import { existsSync, readFileSync, statSync } from "node:fs";
import { dirname, extname, relative, resolve, sep } from "node:path";

import { LineCounter, isMap, isNode, isPair, isScalar, isSeq, parseDocument } from "yaml";
import type { Document } from "yaml";

import type { Problem } from "../problem.js";
import { valueAt } from "./json.js";
import type { Json, JsonPath } from "./json.js";

/** A line and a column, both from 1. */
export interface Position {
  readonly line: number;
  readonly column: number;
}

/** One file of the contract, parsed, that still knows where each value stands. */
export interface Source {
  /** Absolute path. */
  readonly file: string;
  /** Path from the contract's folder, with forward slashes. */
  readonly name: string;
  readonly text: string;
  readonly value: Json;
  /** Where the value at this path stands: at its key in a map. A path that leads nowhere gives its nearest ancestor. */
  positionOf(path: JsonPath): Position;
}

/** Reads the files of one contract, each once, and collects what is wrong with them. */
export class Sources {
  readonly root: string;
  readonly #sources = new Map<string, Source | undefined>();
  readonly #problems: Problem[] = [];

  /** @param contract Path of the AsyncAPI document; other files are named from its folder. */
  constructor(contract: string) {
    this.root = dirname(resolve(contract));
  }

  /** All files read so far, in order of name. */
  get all(): readonly Source[] {
    const sources = [...this.#sources.values()].filter((source) => source !== undefined);
    return sources.sort((a, b) => (a.name < b.name ? -1 : 1));
  }

  get problems(): readonly Problem[] {
    return this.#problems;
  }

  /** Whether a file is there. */
  exists(file: string): boolean {
    const path = resolve(this.root, file);
    return existsSync(path) && statSync(path).isFile();
  }

  /** Records a problem at a path of a source. */
  report(source: Source, path: JsonPath, message: string, advice: string): void {
    this.#problems.push({ file: source.file, ...source.positionOf(path), message, advice });
  }

  /** Reads and parses a file. A missing or unreadable one is reported once and gives undefined. */
  read(file: string): Source | undefined {
    const path = resolve(this.root, file);
    if (!this.#sources.has(path)) this.#sources.set(path, this.#parse(path));
    return this.#sources.get(path);
  }

  #parse(file: string): Source | undefined {
    if (!this.exists(file)) {
      const problem = { file, line: 1, column: 1, message: "the file is missing" };
      this.#problems.push({ ...problem, advice: "add it, or correct the path that leads here" });
      return undefined;
    }
    const text = this.#text(file);
    if (text === undefined) return undefined;
    const lines = new LineCounter();
    const document = parseDocument(text, { lineCounter: lines, prettyErrors: false });
    const fault = document.errors[0] ?? document.warnings[0];
    if (fault !== undefined) {
      this.#reportSyntax(file, lines, fault.pos[0], faultText(fault));
      return undefined;
    }
    if (extname(file) === ".json") {
      const message = jsonFault(text);
      if (message !== undefined) {
        this.#reportSyntax(file, lines, message.offset, message.text);
        return undefined;
      }
    }
    const value = document.toJS() as Json;
    return {
      file,
      name: relative(this.root, file).split(sep).join("/"),
      text,
      value,
      positionOf: (path) => positionIn(document, lines, path),
    };
  }

  #text(file: string): string | undefined {
    try {
      return readFileSync(file, "utf8");
    } catch (error) {
      const code =
        error instanceof Error && "code" in error ? String(error.code) : "unknown reason";
      const message = `the file cannot be read (${code})`;
      const advice = "make it readable for this user";
      this.#problems.push({ file, line: 1, column: 1, message, advice });
      return undefined;
    }
  }

  #reportSyntax(file: string, lines: LineCounter, offset: number, fault: string): void {
    const language = extname(file) === ".json" ? "JSON" : "YAML";
    const { line, col } = lines.linePos(offset);
    const message = `this is not valid ${language}: ${fault}`;
    const advice = `correct the ${language} syntax here`;
    this.#problems.push({
      file,
      line: Math.max(line, 1),
      column: Math.max(col, 1),
      message,
      advice,
    });
  }
}

/** A value in a file, as a reference leads to it. */
export interface Place {
  readonly source: Source;
  readonly path: JsonPath;
  readonly value: Json;
}

/** The place of a path in a source, when something stands there. */
export function placeOf(source: Source, path: JsonPath): Place | undefined {
  const value = valueAt(source.value, path);
  return value === undefined ? undefined : { source, path, value };
}

function positionIn(document: Document.Parsed, lines: LineCounter, path: JsonPath): Position {
  let node: unknown = document.contents;
  let offset = isNode(node) ? (node.range?.[0] ?? 0) : 0;
  for (const step of path) {
    if (isMap(node)) {
      const pair: unknown = node.items.find(
        (item) => isScalar(item.key) && String(item.key.value) === String(step),
      );
      if (!isPair(pair)) break;
      offset = isNode(pair.key) ? (pair.key.range?.[0] ?? offset) : offset;
      node = pair.value;
    } else if (isSeq(node)) {
      node = node.items[Number(step)];
      if (!isNode(node)) break;
      offset = node.range?.[0] ?? offset;
    } else break;
  }
  const { line, col } = lines.linePos(offset);
  return { line: Math.max(line, 1), column: Math.max(col, 1) };
}

/** What the parser says, but for what it says to programmers. */
function faultText({ code, message }: { readonly code: string; readonly message: string }): string {
  return code === "MULTIPLE_DOCS" ? "a second document begins here" : message;
}

function jsonFault(text: string): { readonly text: string; readonly offset: number } | undefined {
  try {
    JSON.parse(text);
    return undefined;
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    const offset = /position (\d+)/u.exec(message)?.[1];
    return { text: message.replace(/ in JSON at position.*$/u, ""), offset: Number(offset ?? 0) };
  }
}
