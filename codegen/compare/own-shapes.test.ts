import { describe } from "vitest";

import {
  BOTH,
  CLIENTS,
  Edited,
  NOBODY,
  SERVERS,
  ownContract,
  testChanges,
} from "./contracts.test-support.js";
import type { ChangeRow } from "./contracts.test-support.js";

/** Each changes a contract with shapes that the starter does not have. */
const SHAPES: readonly ChangeRow[] = [
  [
    "a list grows",
    (e) => {
      e.shape("OrderCreated", "note", { maxItems: 9 });
    },
    /^OrderCreated\.note: maxItems 5 → 9$/u,
    CLIENTS,
  ],
  [
    "items change",
    (e) => {
      e.shape("OrderCreated", "note", { items: { kind: "string", maxLength: 3 } });
    },
    /^OrderCreated\.note\[\]: maxLength none → 3$/u,
    SERVERS,
  ],
  [
    "items must be distinct",
    (e) => {
      e.shape("OrderCreated", "note", { uniqueItems: true });
    },
    /^OrderCreated\.note: items must now be distinct$/u,
    SERVERS,
  ],
  [
    "a value is added to a closed list",
    (e) => {
      e.shape("OrderCreated", "orderId", { values: ["a", "b", "c"] });
    },
    /^OrderCreated\.orderId: values added: c$/u,
    CLIENTS,
  ],
  [
    "a value leaves a closed list",
    (e) => {
      e.shape("OrderCreated", "orderId", { values: ["a"] });
    },
    /^OrderCreated\.orderId: values removed: b$/u,
    SERVERS,
  ],
  [
    "a closed list opens",
    (e) => {
      e.shape("OrderCreated", "orderId", { open: true });
    },
    /^OrderCreated\.orderId: one of a, b → string$/u,
    CLIENTS,
  ],
  [
    "a pattern changes",
    (e) => {
      e.shape("OrderCreated", "totalCents", { pattern: "^[0-9]{1,2}$" });
    },
    /^OrderCreated\.totalCents: pattern \^\[0-9\]\$ → \^\[0-9\]\{1,2\}\$$/u,
    BOTH,
  ],
  [
    "a pattern goes",
    (e) => (e.field("OrderCreated", "totalCents").shape = { kind: "string" }),
    /^OrderCreated\.totalCents: pattern \^\[0-9\]\$ → none$/u,
    CLIENTS,
  ],
  [
    "an optional field is added to a closed object",
    (e) => {
      e.addField("ChatMessage", "mood", false);
    },
    /^ChatMessage\.mood: optional field added$/u,
    BOTH,
  ],
  [
    "an optional field leaves a closed object",
    (e) => {
      e.dropField("ChatMessage", "draft");
    },
    /^ChatMessage\.draft: optional field removed$/u,
    BOTH,
  ],
  [
    "a closed object opens",
    (e) => (e.object("ChatMessage").open = true),
    /^ChatMessage: further members are now ignored$/u,
    BOTH,
  ],
  [
    "free members get another type",
    (e) => (e.field("ChatMessage", "tags").shape = { kind: "map", values: { kind: "boolean" } }),
    /^ChatMessage\.tags\{\}: string → boolean$/u,
    BOTH,
  ],
  [
    "members about which nothing was said get a type",
    (e) => (e.field("OrderCreated", "extra").shape = { kind: "map", values: { kind: "integer" } }),
    /^OrderCreated\.extra\{\}: any value → integer$/u,
    SERVERS,
  ],
  [
    "members about which nothing was said get shorter names",
    (e) =>
      (e.field("OrderCreated", "extra").shape = {
        kind: "map",
        values: { kind: "any" },
        names: { kind: "string", maxLength: 3 },
      }),
    /^OrderCreated\.extra\{name\}: maxLength none → 3$/u,
    SERVERS,
  ],
  [
    "an object without known members gets one that is optional",
    (e) =>
      (e.field("ChatMessage", "extra").shape = {
        kind: "object",
        open: true,
        fields: [{ name: "a", required: false, description: "", shape: { kind: "string" } }],
      }),
    /^ChatMessage\.extra\.a: optional field added$/u,
    NOBODY,
  ],
];

describe("what a change of other shapes breaks", () => {
  const rich = new Edited(ownContract());
  rich.field("OrderCreated", "note").shape = {
    kind: "array",
    items: { kind: "string" },
    maxItems: 5,
  };
  rich.field("OrderCreated", "orderId").shape = { kind: "enum", values: ["a", "b"], open: false };
  rich.field("OrderCreated", "totalCents").shape = { kind: "string", pattern: "^[0-9]$" };
  rich.object("ChatMessage").open = false;
  rich.addField("ChatMessage", "draft", false);
  rich.addField("ChatMessage", "tags", false, { kind: "map", values: { kind: "string" } });
  rich.addField("ChatMessage", "extra", false, { kind: "map", values: { kind: "any" } });
  rich.addField("OrderCreated", "extra", false, { kind: "map", values: { kind: "any" } });
  testChanges(rich.contract, SHAPES);
});
