import { describe, expect, it } from "vitest";

import { compareContracts } from "./compare-contracts.js";
import { Edited, ownContract } from "./contracts.test-support.js";

const BASE = ownContract();

const BOTH = ["clients", "servers"] as const;
const CLIENTS = ["clients"] as const;
const SERVERS = ["servers"] as const;
const NOBODY = [] as const;

/** OrderCreated comes from servers alone; ChatMessage goes both ways. */
const ROWS: readonly (readonly [
  what: string,
  edit: (edited: Edited) => void,
  line: RegExp,
  breaks: readonly ("clients" | "servers")[],
])[] = [
  [
    "an event that clients only receive is added",
    (e) => e.contract.application?.events.push({ ...e.event("order_created"), name: "order_paid" }),
    /^event order_paid: added$/u,
    NOBODY,
  ],
  [
    "an event that clients send is added",
    (e) => e.contract.application?.events.push({ ...e.event("chat_message"), name: "typing" }),
    /^event typing: added$/u,
    SERVERS,
  ],
  [
    "an event that clients only receive is removed",
    (e) => {
      e.drop(e.contract.application?.events ?? [], ({ name }) => name === "order_created");
    },
    /^event order_created: removed$/u,
    CLIENTS,
  ],
  [
    "an event that clients send is removed",
    (e) => {
      e.drop(e.contract.application?.events ?? [], ({ name }) => name === "chat_message");
    },
    /^event chat_message: removed$/u,
    CLIENTS,
  ],
  [
    "an event is renamed",
    (e) => (e.event("order_created").name = "order_placed"),
    /^event order_created: renamed order_placed$/u,
    BOTH,
  ],
  [
    "an event moves to another module",
    (e) => (e.event("order_created").module = "sales"),
    /^event order_created: module orders → sales$/u,
    BOTH,
  ],
  [
    "clients get the right to send",
    (e) => (e.event("order_created").sentByClients = true),
    /^event order_created: clients may now send it$/u,
    SERVERS,
  ],
  [
    "clients lose the right to send",
    (e) => (e.event("chat_message").sentByClients = false),
    /^event chat_message: clients may no longer send it$/u,
    CLIENTS,
  ],
  [
    "a payload's type is renamed",
    (e) => {
      e.type("OrderCreated").name = "Order";
      e.event("order_created").payload = "Order";
    },
    /^event order_created: the payload's type OrderCreated is called Order$/u,
    NOBODY,
  ],
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

describe("what a change of an application's contract breaks", () => {
  it.each(ROWS)("%s", (_, edit, line, breaks) => {
    const edited = new Edited(BASE);
    edit(edited);
    const changes = compareContracts(BASE, edited.contract);
    expect(changes.map(({ subject, change }) => `${subject}: ${change}`)).toEqual([
      expect.stringMatching(line),
    ]);
    expect(changes[0]?.breaks.map((each) => each.breaks)).toEqual(breaks);
  });

  it.each([
    ["clients", "old client × new server"],
    ["servers", "new client × old server"],
  ] as const)("names the pair that breaks %s, and why", (side, pair) => {
    const edited = new Edited(BASE);
    edited.shape("ChatMessage", "text", { maxLength: 100 });
    const [change] = compareContracts(BASE, edited.contract);
    expect(change?.breaks).toContainEqual({
      breaks: side,
      pair,
      why: expect.any(String) as string,
    });
    expect(change?.in).toEqual(["event chat_message"]);
  });

  it("finds nothing between a contract and itself", () => {
    expect(compareContracts(BASE, BASE)).toEqual([]);
  });
});

/** An edit of both sides first: shapes that the starter does not have. */
const SHAPES: typeof ROWS = [
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
  const rich = new Edited(BASE);
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
  const base = rich.contract;

  it.each(SHAPES)("%s", (_, edit, line, breaks) => {
    const edited = new Edited(base);
    edit(edited);
    const changes = compareContracts(base, edited.contract);
    expect(changes.map(({ subject, change }) => `${subject}: ${change}`)).toEqual([
      expect.stringMatching(line),
    ]);
    expect(changes[0]?.breaks.map((each) => each.breaks)).toEqual(breaks);
  });
});
