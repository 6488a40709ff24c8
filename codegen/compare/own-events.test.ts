import { describe, expect, it } from "vitest";

import { compareContracts } from "./compare-contracts.js";
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

const BASE = ownContract();

const EVENTS: readonly ChangeRow[] = [
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
];

describe("what a change of an application's events breaks", () => {
  testChanges(BASE, EVENTS);

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
