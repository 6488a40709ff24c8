import { PATTERNS } from "../generated/typescript/tables.js";

/** What stands in a MESSAGE, as it was written. */
export interface PlainMessage {
  /** It matches its pattern. */
  readonly messageId: string;
  /** The members event and scope, or event alone, as JSON without the braces. */
  readonly about: string;
  /** JSON of any value. */
  readonly payload: string;
}

/**
 * Reads a MESSAGE without building its value, which costs more than all else that is done with one. It knows
 * the form that most clients write: the members in the order of the schema, no spaces between them, no
 * escapes but in the payload, a payload of a few levels. Undefined for everything else, valid or not, which
 * is for JSON.parse to judge; what it does answer is valid JSON. Of the schema it knows the messageId alone.
 */
export function plainMessage(text: string): PlainMessage | undefined {
  if (text.length > MOST_CHARACTERS) return undefined;
  HEAD.lastIndex = 0;
  if (!HEAD.test(text)) return undefined;
  const start = HEAD.lastIndex;
  REST.lastIndex = start;
  if (!REST.test(text)) return undefined;
  // A timestamp before it is plain text, without a quote in it.
  const idAt = text.indexOf(BEFORE_ID, BEFORE_TIMESTAMP.length - 1) + BEFORE_ID.length;
  const idEnd = text.indexOf('"', idAt);
  return {
    messageId: text.slice(idAt, idEnd),
    about: text.slice(idEnd + 2, start - BEFORE_PAYLOAD.length),
    payload: text.slice(start, -1),
  };
}

// Every expression is sticky and reads a character once: no two ways lead through the same text.

const PLAIN = String.raw`[^"\\\u0000-\u001f]*`;
const PLAIN_TEXT = `"${PLAIN}"`;
const ESCAPE = String.raw`\\(?:["\\/bfnrt]|u[0-9A-Fa-f]{4})`;
const TEXT = `"${PLAIN}(?:${ESCAPE}${PLAIN})*"`;
const NUMBER = String.raw`-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[Ee][+-]?[0-9]+)?`;
const LEVELS = 3;
/** What an expression remembers while it reads is bounded. */
const MOST_CHARACTERS = 65_536;

const BEFORE_TIMESTAMP = '{"type":"MESSAGE",';
const BEFORE_ID = '"messageId":"';
const BEFORE_PAYLOAD = ',"payload":';
const UUID = PATTERNS.MessageId.slice(1, -1);

const HEAD = new RegExp(
  `\\${BEFORE_TIMESTAMP}(?:"timestamp":${PLAIN_TEXT},)?${BEFORE_ID}${UUID}","event":${PLAIN_TEXT}` +
    `(?:,"scope":\\{${PLAIN_TEXT}:${PLAIN_TEXT}(?:,${PLAIN_TEXT}:${PLAIN_TEXT})*\\})?${BEFORE_PAYLOAD}`,
  "y",
);
const REST = new RegExp(`${valueOf(LEVELS)}\\}$`, "y");

/** A JSON value that nests so many levels at most. */
function valueOf(levels: number): string {
  const simple = `${TEXT}|${NUMBER}|true|false|null`;
  if (levels === 0) return `(?:${simple})`;
  const value = valueOf(levels - 1);
  const member = `${TEXT}:${value}`;
  return `(?:${simple}|\\{(?:${member}(?:,${member})*)?\\}|\\[(?:${value}(?:,${value})*)?\\])`;
}
