/** What stands in a MESSAGE, as it was written. */
export interface PlainMessage {
  readonly messageId: string;
  readonly event: string;
  /** JSON of an object; absent where the message has no scope. */
  readonly scope: string | undefined;
  /** JSON of any value. */
  readonly payload: string;
}

/**
 * Reads a MESSAGE without building its value, which costs more than all else that is done with one. It knows
 * the form that most clients write: the members in the order of the schema, no spaces between them, no
 * escapes but in the payload, a payload of a few levels. Undefined for everything else, valid or not, which
 * is for JSON.parse to judge; what it does answer is valid JSON. It says nothing of the schema.
 */
export function plainMessage(text: string): PlainMessage | undefined {
  if (text.length > MOST_CHARACTERS) return undefined;
  HEAD.lastIndex = 0;
  const head = HEAD.exec(text);
  if (head === null) return undefined;
  const start = HEAD.lastIndex;
  REST.lastIndex = start;
  if (!REST.test(text)) return undefined;
  const [, messageId = "", event = "", scope] = head;
  return { messageId, event, scope, payload: text.slice(start, -1) };
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

const HEAD = new RegExp(
  `\\{"type":"MESSAGE",(?:"timestamp":${PLAIN_TEXT},)?"messageId":"(${PLAIN})","event":"(${PLAIN})",` +
    `(?:"scope":(\\{${PLAIN_TEXT}:${PLAIN_TEXT}(?:,${PLAIN_TEXT}:${PLAIN_TEXT})*\\}),)?"payload":`,
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
