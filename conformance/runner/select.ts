import type { Selector } from "../cases/case.js";
import { brief } from "../json.js";
import { match } from "../match.js";
import type { Entry, EntryKind } from "../transcript.js";

interface Wanted {
  readonly kind: EntryKind;
  readonly name?: string;
}

function wanted(selector: Selector): Wanted {
  if (selector.frame !== undefined) {
    return selector.frame === "*" ? { kind: "frame" } : { kind: "frame", name: selector.frame };
  }
  if (selector.report !== undefined) return { kind: "report", name: selector.report };
  if (selector.text !== undefined) return { kind: "text", name: selector.text };
  if (selector.reply !== undefined) return { kind: "reply", name: selector.reply };
  if (selector.exited) return { kind: "exited" };
  if (selector.dial) return { kind: "dial" };
  if (selector.opened) return { kind: "opened" };
  if (selector.refused) return { kind: "refused" };
  if (selector.closed) return { kind: "closed" };
  return { kind: "ping" };
}

/** Whether an entry is what a selector means, on this connection where it has one. */
export function accepts(
  selector: Selector,
  connection: string | undefined,
): (entry: Entry) => boolean {
  const { kind, name } = wanted(selector);
  return (entry) =>
    entry.from === "testee" &&
    entry.kind === kind &&
    (name === undefined || entry.name === name) &&
    (connection === undefined || entry.on === undefined || entry.on === connection) &&
    (selector.where === undefined || match(selector.where, entry.value) === undefined);
}

/** The selector in words. */
export function describe(selector: Selector, connection: string | undefined): string {
  const { kind, name } = wanted(selector);
  const subject: Readonly<Partial<Record<EntryKind, string>>> = {
    frame: name === undefined ? "a frame" : `a frame ${name}`,
    report: `a report "${name ?? ""}"`,
    text: `the text ${brief(name)}`,
    reply: `an answer to ${name ?? ""}`,
    dial: "a connection attempt",
    opened: "an accepted upgrade",
    refused: "a refused upgrade",
    closed: "the end of the connection",
    ping: "a WebSocket ping",
    exited: "the end of the server's process",
  };
  const where = selector.where === undefined ? "" : ` with ${brief(selector.where)}`;
  const on = connection === undefined ? "" : ` on ${connection}`;
  return `${subject[kind] ?? kind}${where}${on}`;
}
