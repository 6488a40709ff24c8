import { describe } from "vitest";

import {
  BOTH,
  CLIENTS,
  NOBODY,
  SERVERS,
  ownContract,
  testChanges,
} from "./contracts.test-support.js";
import type { ChangeRow } from "./contracts.test-support.js";

/** OrderCreated comes from servers alone; ChatMessage goes both ways. */
const FIELDS: readonly ChangeRow[] = [
  [
    "an optional field is added to an open object",
    (e) => {
      e.addField("OrderCreated", "gift", false);
    },
    /^OrderCreated\.gift: optional field added$/u,
    NOBODY,
  ],
  [
    "a required field is added to what servers send",
    (e) => {
      e.addField("OrderCreated", "gift", true);
    },
    /^OrderCreated\.gift: required field added$/u,
    SERVERS,
  ],
  [
    "a required field is added to what goes both ways",
    (e) => {
      e.addField("ChatMessage", "mood", true);
    },
    /^ChatMessage\.mood: required field added$/u,
    BOTH,
  ],
  [
    "an optional field is removed",
    (e) => {
      e.dropField("OrderCreated", "note");
    },
    /^OrderCreated\.note: optional field removed$/u,
    NOBODY,
  ],
  [
    "a required field is removed from what servers send",
    (e) => {
      e.dropField("OrderCreated", "totalCents");
    },
    /^OrderCreated\.totalCents: required field removed$/u,
    CLIENTS,
  ],
  [
    "an optional field of what servers send becomes required",
    (e) => (e.field("OrderCreated", "note").required = true),
    /^OrderCreated\.note: optional → required$/u,
    SERVERS,
  ],
  [
    "a required field of what servers send becomes optional",
    (e) => (e.field("OrderCreated", "totalCents").required = false),
    /^OrderCreated\.totalCents: required → optional$/u,
    CLIENTS,
  ],
  [
    "a maximum falls in what servers send",
    (e) => {
      e.shape("OrderCreated", "note", { maxLength: 50 });
    },
    /^OrderCreated\.note: maxLength 500 → 50$/u,
    SERVERS,
  ],
  [
    "a maximum rises in what servers send",
    (e) => {
      e.shape("OrderCreated", "note", { maxLength: 900 });
    },
    /^OrderCreated\.note: maxLength 500 → 900$/u,
    CLIENTS,
  ],
  [
    "a minimum rises in what servers send",
    (e) => {
      e.shape("OrderCreated", "totalCents", { minimum: 1 });
    },
    /^OrderCreated\.totalCents: minimum 0 → 1$/u,
    SERVERS,
  ],
  [
    "a minimum falls in what servers send",
    (e) => {
      e.shape("OrderCreated", "totalCents", { minimum: -5 });
    },
    /^OrderCreated\.totalCents: minimum 0 → -5$/u,
    CLIENTS,
  ],
  [
    "a minLength of 0 is no bound",
    (e) => {
      e.shape("OrderCreated", "note", { minLength: 0, pattern: "^a$" });
    },
    /^OrderCreated\.note: pattern none → \^a\$$/u,
    SERVERS,
  ],
  [
    "a bound tightens in what goes both ways",
    (e) => {
      e.shape("ChatMessage", "text", { maxLength: 100 });
    },
    /^ChatMessage\.text: maxLength 2000 → 100$/u,
    BOTH,
  ],
  [
    "a bound loosens in what goes both ways",
    (e) => {
      e.shape("ChatMessage", "text", { minLength: 0 });
    },
    /^ChatMessage\.text: minLength 1 → 0$/u,
    BOTH,
  ],
  [
    "an open object is closed",
    (e) => (e.object("OrderCreated").open = false),
    /^OrderCreated: further members are now refused$/u,
    SERVERS,
  ],
  [
    "a type becomes another",
    (e) => (e.field("OrderCreated", "totalCents").shape = { kind: "string" }),
    /^OrderCreated\.totalCents: integer → string$/u,
    BOTH,
  ],
  [
    "integers become numbers",
    (e) => {
      e.shape("OrderCreated", "totalCents", { kind: "number" });
    },
    /^OrderCreated\.totalCents: integer → number$/u,
    CLIENTS,
  ],
  [
    "a string becomes any value",
    (e) => (e.field("OrderCreated", "note").shape = { kind: "any" }),
    /^OrderCreated\.note: string → any value$/u,
    CLIENTS,
  ],
  [
    "a string becomes a list of values that it had",
    (e) => (e.field("OrderCreated", "note").shape = { kind: "enum", values: ["a"], open: false }),
    /^OrderCreated\.note: string → one of a$/u,
    SERVERS,
  ],
  [
    "a string becomes a list with a value that it had not",
    (e) =>
      (e.field("OrderCreated", "orderId").shape = { kind: "enum", values: ["", "a"], open: false }),
    /^OrderCreated\.orderId: string → one of , a$/u,
    BOTH,
  ],
  [
    "a string gets known values",
    (e) =>
      (e.field("OrderCreated", "note").shape = {
        kind: "enum",
        values: ["a"],
        open: true,
        maxLength: 500,
      }),
    /^OrderCreated\.note: known values added: a$/u,
    NOBODY,
  ],
];

describe("what a change of the fields of a payload breaks", () => {
  testChanges(ownContract(), FIELDS);
});
