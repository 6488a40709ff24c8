import type { EventTable } from "../generated/typescript/client/event-table.js";
import { unlessTooDeep } from "./json-text.js";
import { UsageError } from "./usage-error.js";

/**
 * The events of an application with the check of each payload: the `EVENTS` of a package generated from
 * its contract, or what `latido serve --contract` makes of the document.
 */
export type EventContract = EventTable;

/** What a contract says in place of the settings `events` and `clientEvents`. */
export interface ContractNames {
  readonly events: Readonly<Record<string, string>>;
  readonly clientEvents: readonly string[];
}

/** @throws UsageError when the same is said by a setting */
export function contractNames(
  contract: EventContract,
  given: { readonly events?: unknown; readonly clientEvents?: unknown },
): ContractNames {
  for (const name of ["events", "clientEvents"] as const) {
    if (given[name] === undefined) continue;
    throw new UsageError(`${name} is said by the contract; remove one of the two`);
  }
  const rows = Object.entries(contract);
  return {
    events: Object.fromEntries(rows.map(([event, { module }]) => [event, module])),
    clientEvents: rows.filter(([, row]) => row.sentByClients).map(([event]) => event),
  };
}

/** A schema that refers to itself is followed to any depth, as far as the stack reaches. */
const TOO_DEEP = { kind: "invalid", path: "", problem: "it is nested too deeply" } as const;

/** What the contract has against a payload: where, and which bound it breaks; never the payload itself. */
export function payloadFault(
  contract: EventContract | undefined,
  event: string,
  payload: unknown,
): { readonly path: string; readonly problem: string } | undefined {
  if (contract === undefined || !Object.hasOwn(contract, event)) return undefined;
  const decoded = unlessTooDeep(() => contract[event]?.decode(payload)) ?? TOO_DEEP;
  return decoded.kind === "invalid" ? decoded : undefined;
}
