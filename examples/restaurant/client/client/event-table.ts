import type { DecodedBody } from "../messages.js";
import { UsageError } from "./errors.js";

/** What a contract says of one event. */
export interface EventRow {
  /** Module that takes it (ROUTE-4). */
  readonly module: string;
  /** Whether clients may send it (MSG-34). */
  readonly sentByClients: boolean;
  /** Decodes a payload, already parsed from JSON. */
  readonly decode: (payload: unknown) => DecodedBody<unknown>;
}

/** The events of an application, by name. */
export type EventTable = Readonly<Record<string, EventRow>>;

/** What is wrong with a payload by the contract; nothing is known of an event without a row. */
export function payloadProblem(
  table: EventTable | undefined,
  event: string,
  payload: unknown,
): string | undefined {
  const decoded = rowOf(table, event)?.decode(payload);
  return decoded?.kind === "invalid" ? decoded.problem : undefined;
}

/** @throws UsageError unless the contract lets clients send this. */
export function checkSend(table: EventTable | undefined, event: string, payload: unknown): void {
  if (table === undefined) return;
  const row = rowOf(table, event);
  if (row?.sentByClients !== true) {
    const sent = Object.keys(table).filter((name) => table[name]?.sentByClients === true);
    const instead = sent.length === 0 ? "clients send none" : `clients send ${sent.join(", ")}`;
    const fault =
      row === undefined ? "is not an event of the contract" : "is not for clients to send";
    throw new UsageError(`"${event}" ${fault}; ${instead}`);
  }
  const problem = payloadProblem(table, event, payload);
  if (problem !== undefined) throw new UsageError(`The payload of "${event}": ${problem}`);
}

function rowOf(table: EventTable | undefined, event: string): EventRow | undefined {
  return table !== undefined && Object.hasOwn(table, event) ? table[event] : undefined;
}
