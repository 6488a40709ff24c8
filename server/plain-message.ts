import { PATTERNS } from "../generated/typescript/tables.js";

/** What stands in a MESSAGE, as it was written. */
export interface PlainMessage {
  /** It matches its pattern. */
  readonly messageId: string;
  /** All that stands between the messageId and the payload; `aboutMembers` says what. */
  readonly about: string;
  /** JSON of any value. */
  readonly payload: string;
}

/**
 * Reads a MESSAGE without building its value, which costs more than all else that is done with one. It knows
 * the form that most clients write: the members in the order of the schema, no spaces between them, no
 * escapes but in the payload, a payload of a few levels. Undefined for everything else, valid or not, which
 * is for JSON.parse to judge; what it does answer is valid JSON. Of the schema it knows the messageId alone.
 * @param usual the `about` of a message before: where it stands here too it is not read, but compared
 */
export function plainMessage(text: string, usual = ""): PlainMessage | undefined {
  if (text.length > MOST_CHARACTERS) return undefined;
  START.lastIndex = 0;
  if (!START.test(text)) return undefined;
  const idEnd = START.lastIndex;
  const isUsual = usual !== "" && text.slice(idEnd, idEnd + usual.length) === usual;
  const about = isUsual ? usual : aboutAt(text, idEnd);
  if (about === "") return undefined;
  const payloadAt = idEnd + about.length;
  REST.lastIndex = payloadAt;
  if (!REST.test(text)) return undefined;
  return {
    messageId: text.slice(idEnd - ID_LENGTH, idEnd),
    about,
    payload: text.slice(payloadAt, -1),
  };
}

/** Empty where the text does not go on as a MESSAGE. */
function aboutAt(text: string, idEnd: number): string {
  ABOUT.lastIndex = idEnd;
  return ABOUT.test(text) ? text.slice(idEnd, ABOUT.lastIndex) : "";
}

/** The members event and scope, or event alone, as JSON without the braces. */
export function aboutMembers(about: string): string {
  return about.slice(BEFORE_EVENT.length, -BEFORE_PAYLOAD.length);
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

/** The end of the messageId, and what is between it and the event. */
const BEFORE_EVENT = '",';
const BEFORE_PAYLOAD = ',"payload":';
const UUID = PATTERNS.MessageId.slice(1, -1);
const ID_LENGTH = 36;

const START = new RegExp(
  String.raw`\{"type":"MESSAGE",(?:"timestamp":${PLAIN_TEXT},)?"messageId":"${UUID}`,
  "y",
);
const ABOUT = new RegExp(
  `${BEFORE_EVENT}"event":${PLAIN_TEXT}` +
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
