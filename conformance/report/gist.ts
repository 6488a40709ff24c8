// What an entry of a transcript means, in a few words for somebody who does not read JSON.

import { brief, isObject, member } from "../json.js";
import type { Entry } from "../transcript.js";
import { cut } from "./visible.js";

export interface Gist {
  readonly title: string;
  readonly detail: string;
}

const LONGEST_VALUE = 32;
const MOST_DETAILS = 3;

/** Members that tell most about a frame, a report or a command, the most telling first. */
const TELLING = [
  "eventId",
  "lastEventId",
  "streams",
  "events",
  "stream",
  "epoch",
  "state",
  "status",
  "code",
  "kind",
  "reason",
  "what",
  "outcome",
  "complete",
  "messageId",
  "module",
  "action",
  "retryable",
  "ms",
  "number",
  "path",
  "protocol",
  "attempt",
  "error",
] as const;

/** Members whose values speak for themselves. */
const PLAIN: ReadonlySet<string> = new Set(["reason", "module", "path"]);

const UUID = /^[\da-f]{8}-[\da-f]{4}-/iu;
const UUID_SHOWN = 8;

/** A stream's name is itself JSON: {"module":"orders","scope":{…}} is called orders. */
export function streamName(text: string): string {
  try {
    const value: unknown = JSON.parse(text);
    const module = member(value, "module");
    if (typeof module === "string") return module;
    const scope = member(value, "scope") ?? value;
    return isObject(scope)
      ? Object.entries(scope)
          .map(([name, of]) => `${name} ${String(of)}`)
          .join(", ")
      : text;
  } catch {
    return text;
  }
}

function idRange(list: readonly unknown[]): string | undefined {
  const ids = list.map((each) => member(each, "eventId"));
  const [first] = ids;
  if (first === undefined) return undefined;
  return ids.length === 1 ? brief(first, 20) : `${brief(first, 20)} to ${brief(ids.at(-1), 20)}`;
}

function listGist(name: string, list: readonly unknown[]): string {
  const range = idRange(list);
  if (range !== undefined) return `${name} ${range}`;
  const [only] = list;
  if (list.length === 1 && isObject(only)) return detailOf(only);
  return list.length === 0 ? `no ${name}` : `${list.length} ${name}`;
}

function valueGist(name: string, value: unknown, title: string): string | undefined {
  if (Array.isArray(value)) return listGist(name, value);
  if (name === "stream" && typeof value === "string") return cut(streamName(value), LONGEST_VALUE);
  if (!["string", "number", "boolean"].includes(typeof value)) return undefined;
  const text = cut(String(value), UUID.test(String(value)) ? UUID_SHOWN : LONGEST_VALUE);
  return PLAIN.has(name) || name === title ? text : `${name} ${text}`;
}

/** Members of a value in a few words; what the title says already is not said again. */
function detailOf(value: unknown, title = ""): string {
  if (typeof value === "string") return cut(value, 2 * LONGEST_VALUE);
  if (!isObject(value)) return "";
  const found = TELLING.flatMap((name) => {
    const gist = valueGist(name, member(value, name), title);
    return gist === undefined || gist === "" ? [] : [gist];
  });
  return found.slice(0, MOST_DETAILS).join(" · ");
}

function titleOf(entry: Entry): string {
  switch (entry.kind) {
    case "dial":
      return "connects";
    case "opened":
      return "connection accepted";
    case "refused":
      return "connection refused";
    case "closed":
      return "connection ended";
    case "exited":
      return "process ended";
    case "reply":
      return "HTTP answer";
    case "text":
      return "text message";
    case "binary":
      return "binary message";
    case "bytes":
      return "raw bytes";
    case "note":
      return entry.name ?? "";
    case "ping":
    case "pong":
      return entry.kind;
    case "frame":
    case "command":
    case "report":
      return cut(entry.name ?? entry.kind, LONGEST_VALUE);
  }
}

/** A request of the suite is a note {POST: "/v1/events", body}. */
function requestGist(value: unknown): string | undefined {
  const [method, path] = isObject(value) ? (Object.entries(value)[0] ?? []) : [];
  return typeof path === "string" ? `${method ?? ""} ${path}` : undefined;
}

export function gistOf(entry: Entry): Gist {
  const request = entry.kind === "note" ? requestGist(entry.value) : undefined;
  if (request !== undefined) return { title: cut(request, 2 * LONGEST_VALUE), detail: "" };
  const title = titleOf(entry);
  const detail = detailOf(entry.value, entry.name);
  return title === "" ? { title: detail, detail: "" } : { title, detail };
}

/** Text that would be taken for another value of JSON, or for none, if it had no quotes. */
const NEEDS_QUOTES = /^(?:true|false|null|[-\d[{].*|\s.*|.*\s|)$/su;

/** A value as it is told: JSON, but plain text without quotes. A stream's name, itself JSON, is plain text. */
export function valueText(value: unknown, length: number): string {
  const isPlain =
    typeof value === "string" && (!NEEDS_QUOTES.test(value) || streamName(value) !== value);
  return isPlain ? cut(value, length) : brief(value, length);
}
