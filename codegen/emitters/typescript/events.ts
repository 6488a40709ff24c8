import type { Application, Contract } from "../../model.js";
import { docComment } from "./comment.js";
import { formatTypescript } from "./format.js";
import { header } from "./header.js";

/** events.ts: the application's events by name, for typed listeners and sends. */
export async function emitEvents(contract: Contract): Promise<string> {
  const { application } = contract;
  return formatTypescript(application === undefined ? UNNAMED : named(application));
}

/** The protocol alone names no events: any name and any payload will do. */
const UNNAMED = `${header("asyncapi.yaml")}
import type { EventTable } from "./client/event-table.js";

/** Payloads by event name. The contract of this package names no events. */
export type Events = Readonly<Record<string, unknown>>;

/** Payloads of what clients send, by event name. */
export type SentEvents = Readonly<Record<string, unknown>>;

/** The events that there are; undefined where any name will do. */
export const EVENTS: EventTable | undefined = undefined;
`;

function named({ title, version, events }: Application): string {
  const payloads = [...new Set(events.map(({ payload }) => payload))].sort();
  const sent = events.filter(({ sentByClients }) => sentByClients);
  const members = events.map(
    ({ name, payload, description }) =>
      `${docComment(description)}readonly ${JSON.stringify(name)}: ${payload};`,
  );
  const rows = events.map(
    ({ name, module, sentByClients, payload }) =>
      `${JSON.stringify(name)}: { module: ${JSON.stringify(module)}, sentByClients: ${String(sentByClients)}, decode: decode${payload} },`,
  );
  return `${header("the contract of the application")}
import type { EventTable } from "./client/event-table.js";
import type { ${payloads.join(", ")} } from "./messages.js";
import { ${payloads.map((name) => `decode${name}`).join(", ")} } from "./validators.js";

/** Payloads of every event of ${oneLine(title)} ${oneLine(version)}, by its name. */
export interface Events {
${members.join("\n")}
}

/** Payloads of what clients send, by event name. */
export type SentEvents = Pick<Events, ${sent.map(({ name }) => JSON.stringify(name)).join(" | ") || "never"}>;

/** The events that there are, with the module that takes each and the check of its payload. */
export const EVENTS: EventTable | undefined = {
${rows.join("\n")}
};
`;
}

function oneLine(text: string): string {
  return text.replaceAll(/\s+/gu, " ").trim();
}
