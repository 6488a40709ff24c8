// Tokens and keys of a run: they may stand in no report, and a server may not give tokens away.

import { isObject } from "../json.js";
import type { Entry } from "../transcript.js";

const MASK = "***";

/** The beginning of any signed token, also of one that was cut. */
const TOKEN_LIKE = /eyJ[\w-]{6,}(?:\.[\w-]*){0,2}|(?<=latido\.bearer\.)[\w-]+/gu;

export class Secrets {
  readonly #tokens = new Set<string>();
  readonly #keys = new Set<string>();

  addToken(token: string): void {
    this.#tokens.add(token);
    this.#tokens.add(Buffer.from(token).toString("base64url")); // as a bearer subprotocol
  }

  addKey(key: string | undefined): void {
    if (key !== undefined) this.#keys.add(key);
  }

  /** A copy in which no secret can be read, whatever its shape. */
  masked<T>(value: T): T {
    return this.#masked(value) as T;
  }

  #masked(value: unknown): unknown {
    if (typeof value === "string") return this.#text(value);
    if (Array.isArray(value)) return value.map((each) => this.#masked(each));
    if (!isObject(value)) return value;
    return Object.fromEntries(
      Object.entries(value).map(([name, each]) => [this.#text(name), this.#masked(each)]),
    );
  }

  #text(text: string): string {
    let masked = text;
    for (const secret of [...this.#tokens, ...this.#keys]) masked = masked.replaceAll(secret, MASK);
    return masked.replaceAll(TOKEN_LIKE, MASK);
  }

  /** AUTH-20: where the server gave a token away: what it sent, or its standard error. */
  leak(entries: readonly Entry[], stderr: string): string | undefined {
    const tokens = [...this.#tokens];
    const holds = (text: string): boolean => tokens.some((token) => text.includes(token));
    if (tokens.length === 0) return undefined;
    const sent = entries.find(
      ({ from, value }) => from === "testee" && value !== undefined && holds(JSON.stringify(value)),
    );
    if (sent) return `in the ${sent.kind} ${sent.name ?? ""}`.trim();
    return holds(stderr) ? "on its standard error" : undefined;
  }
}
