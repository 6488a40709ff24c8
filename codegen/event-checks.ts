import { Ajv, type ErrorObject, type ValidateFunction } from "ajv";

import { schemaBundle } from "./emitters/json-schema.js";
import type { Contract } from "./model.js";
import { UsageError } from "./problem.js";

/** What is known of one event: the row of a generated package's EVENTS. */
export interface CheckedEvent {
  readonly module: string;
  readonly sentByClients: boolean;
  readonly decode: (payload: unknown) => CheckedPayload;
}

export type CheckedPayload =
  | { readonly kind: "value"; readonly value: unknown }
  | { readonly kind: "invalid"; readonly path: string; readonly problem: string };

/**
 * The events of a contract with the check of each payload, for a server that is given the document and
 * not a generated package.
 *
 * @throws UsageError when the document names no events: it is the protocol itself.
 */
export function eventChecks(contract: Contract): Readonly<Record<string, CheckedEvent>> {
  const { application, types } = contract;
  if (application === undefined) {
    throw new UsageError("this is the protocol itself; name a document with your own events");
  }
  const ajv = new Ajv({ strict: true, allErrors: false });
  ajv.addSchema(schemaBundle(types));
  const rows = application.events.map(({ name, module, sentByClients, payload }) => {
    const validate = ajv.compile({ $ref: `latido#/definitions/${payload}` });
    return [name, { module, sentByClients, decode: decoder(validate) }] as const;
  });
  return Object.fromEntries(rows);
}

function decoder(validate: ValidateFunction): (payload: unknown) => CheckedPayload {
  return (value) => {
    if (validate(value)) return { kind: "value", value };
    const error = validate.errors?.[0];
    return { kind: "invalid", path: error?.instancePath ?? "", problem: problemOf(error) };
  };
}

/** Where it is wrong and which bound it breaks; what stands before names the payload. */
function problemOf(error: ErrorObject | undefined): string {
  const { instancePath = "", message = "is wrong" } = error ?? {};
  return `${instancePath === "" ? "it" : instancePath} ${message}`;
}
