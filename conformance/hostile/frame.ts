// A frame that breaks the contract, or goes to its bounds, with what the contract answers to it.

/** What is done to a frame. The oracle judges the result, whatever the intention was. */
export const HOSTILE_KINDS = [
  "bound", // one past a bound of its schema
  "type", // a member of another JSON type
  "enum", // a value outside a closed list
  "missing", // a required member left out
  "extra", // members that nobody knows: legal
  "number", // numbers beyond what a double, an integer or 2^53 holds
  "example", // the invalid examples of the schemas
  "json", // text that is damaged JSON
  "shape", // JSON that is no frame
  "unknown", // a type that the contract does not know
  "duplicate", // a member twice
  "deep", // nested a thousand times
  "oversize", // at the limit of a message, and beyond
  "utf8", // text that is not UTF-8
  "binary", // a binary message
] as const;

export type HostileKind = (typeof HOSTILE_KINDS)[number];

export type Answer =
  /** An ERROR of this code; the connection stays. */
  | { readonly kind: "error"; readonly code: string }
  | { readonly kind: "closed"; readonly code: number }
  /** Taken as a frame: no ERROR about its form; the connection stays. */
  | { readonly kind: "served" }
  /** No effect whatever; the connection stays. */
  | { readonly kind: "ignored" };

export interface Message {
  readonly data: Buffer;
  readonly binary: boolean;
  /** WebSocket fragments that it is sent in. */
  readonly pieces: number;
}

export interface HostileFrame extends Message {
  readonly kind: HostileKind;
  /** What was done to which frame, for people. */
  readonly what: string;
  /** Any of these is right. */
  readonly answers: readonly Answer[];
  /** The requirement that says so. */
  readonly requirement: string;
}

export function answerText(answer: Answer): string {
  if (answer.kind === "error") return `ERROR ${answer.code}`;
  return answer.kind === "closed" ? `close ${answer.code}` : answer.kind;
}

const SHOWN = 300;

/** A frame as a person can read and repeat it. */
export function frameText({ data, binary, pieces }: Message): string {
  const text = new TextDecoder().decode(data);
  const isText = !binary && Buffer.from(text).equals(data);
  const shown = isText ? text.slice(0, SHOWN) : data.subarray(0, SHOWN / 2).toString("hex");
  const cut = shown.length < (isText ? text.length : data.length * 2) ? "…" : "";
  const how = [
    ...(binary ? ["binary"] : isText ? [] : ["text of bytes in hex"]),
    ...(pieces > 1 ? [`in ${pieces} fragments`] : []),
    ...(cut === "" ? [] : [`${data.length} bytes`]),
  ];
  return `${shown}${cut}${how.length === 0 ? "" : ` (${how.join(", ")})`}`;
}
