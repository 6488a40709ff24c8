// The examples as a reader runs them; examples/restaurant has a file of its own.

import { join } from "node:path";
import { describe, expect, it } from "vitest";

import { generatePackage } from "../codegen/generate-package.js";
import { LIMIT_MS, linesOf } from "./run-example.test-support.js";

/** Each line `ROLE: EVENT PAYLOAD in SCOPE` by its role, in order. */
function received(lines: readonly string[]): Record<string, readonly string[]> {
  const all: Record<string, string[]> = {};
  for (const line of lines) {
    const [, role = "", what = ""] = /^([^:]+): (.*) in \{/u.exec(line) ?? [];
    if (role !== "") (all[role] ??= []).push(what);
  }
  return all;
}

describe("examples/shops", () => {
  it(
    "everybody receives what their shops and modules say, and nothing else",
    async () => {
      const lines = await linesOf("shops", "run.js");
      const order = 'order_created {"orderId":"o-1"}';
      const payment = 'payment_captured {"orderId":"o-1","cents":1250}';
      const prices = 'price_list_changed {"list":"spring"}';
      const ticket = 'ticket_opened {"ticketId":"t-1"}';
      const refund = 'refund_issued {"orderId":"o-0","cents":300}';
      expect(received(lines)).toEqual({
        "manager of Madrid": [order, payment, prices],
        "counter of Madrid": [order, prices],
        "manager of Lima": [ticket, prices, refund],
        accounting: [payment, refund],
        support: [ticket, 'shift_assigned {"from":"09:00"}'],
      });
    },
    LIMIT_MS,
  );

  it(
    "one publication has an outcome for each scope, and a repeat is a duplicate in each",
    async () => {
      const lines = await linesOf("shops", "run.js");
      expect(lines.filter((line) => line.startsWith("published"))).toEqual([
        "published to madrid as event 2",
        "published to lima as event 1",
        "published again: true,true duplicates",
      ]);
    },
    LIMIT_MS,
  );
});

describe("examples/branch", () => {
  it(
    "the kitchen sees all orders, waiters their sector, diners their own visit alone",
    async () => {
      const ofTable = (event: string, table: string, more = ""): string =>
        `${event} {"table":"${table}"${more}}`;
      const soup = ofTable("order_placed", "7", ',"dish":"soup"');
      const rice = ofTable("order_placed", "2", ',"dish":"rice"');
      const ready = ofTable("dish_ready", "7", ',"dish":"soup"');
      const called = ofTable("waiter_called", "2");
      const off = 'dish_is_off {"dish":"soup"}';
      const paid = ofTable("bill_paid", "7", ',"cents":900');
      // Whoever left table 7 before receives nothing and has no line.
      expect(received(await linesOf("branch", "run.js"))).toEqual({
        administrator: [soup, rice, ready, called, off, paid],
        kitchen: [soup, rice, ready, off],
        "waiter of the terrace": [soup, ready, off, paid],
        "waiter of the hall": [rice, called, off],
        "diner at table 7": [soup, ready, paid],
        "diner at table 2": [rice],
      });
    },
    LIMIT_MS,
  );
});

describe("examples/storefront", () => {
  it(
    "shows lines at once, then as sent or failed, and what the contract allows",
    async () => {
      const lines = await linesOf("storefront", "run.js");
      const of = (who: string): readonly string[] =>
        lines.filter((line) => line.startsWith(`${who}: `) || line.startsWith(`${who} sees `));
      const orders = (who: string): readonly string[] => [
        `${who}: order o-17 for 2450 cents`,
        `${who}: o-17 is not paid: no such card`,
        `${who}: o-17 is paid, 2450 cents`,
        `${who}: order o-17 is shipped`,
      ];
      expect(of("ben")).toEqual(orders("ben"));
      const long = "x".repeat(20);
      expect(of("lia").filter((line) => !line.includes("On its way"))).toEqual([
        ...orders("lia"),
        "lia sees lia: Where is my order? [pending]",
        "lia sees lia: Where is my order? [sent]",
        "lia sees lia: Are you there? [pending]",
        "lia sees lia: Are you there? [sent]",
        `lia sees lia: ${long} [pending]`,
        expect.stringMatching(`^lia sees lia: ${long} \\[failed\\] \\(The payload of .*500 char`),
      ]);
      expect(lines).toContain("lia sees leo: On its way. [sent]");
      expect(of("leo").slice(-2)).toEqual([
        "leo sees leo: To somebody else [pending]",
        "leo sees leo: To somebody else [failed] (forbidden)",
      ]);
      expect(lines).toContain("a state that is no text is refused: 400");
    },
    LIMIT_MS,
  );

  it(
    "its client is what the contract gives",
    async () => {
      const client = join(import.meta.dirname, "storefront", "client");
      const contract = join(import.meta.dirname, "storefront", "events.yaml");
      const options = { contract, language: "typescript", output: client, check: true };
      expect((await generatePackage(options)).drifts).toEqual([]);
    },
    LIMIT_MS,
  );
});

describe("examples/embedded", () => {
  it(
    "finds sessions, publishes, decides about messages and hears of sessions",
    async () => {
      const lines = await linesOf("embedded", "main.js");
      const told = (user: string): readonly string[] =>
        lines.filter((line) => line.startsWith(`${user} receives`)).sort();
      const order = '{"orderId":"o-17"}';
      expect(told("ana")).toEqual([
        'ana receives chat_message 1 (chat): {"text":"hola"}',
        `ana receives order_created 1 (orders): ${order}`,
      ]);
      expect(told("ben")).toEqual([
        'ben receives chat_message 1 (chat): {"text":"hola"}',
        `ben receives order_created 1 (orders): ${order}`,
        `ben receives order_created 1 (own): ${order}`,
      ]);
      expect(lines).toEqual(
        expect.arrayContaining([
          "sessions of ana: [ 'ana' ]",
          "sessions at the desk: [ 'ana', 'ben' ]",
          "sessions with chat: [ 'ana', 'ben' ]",
          "sessions elsewhere: []",
          "a message of ana is refused",
          "ana's messages: accepted failed failed",
        ]),
      );
      const sessions = lines.filter((line) => line.includes("session "));
      expect(sessions).toEqual([
        "ana's session opened",
        "ben's session opened",
        "ana's session closed",
        "ben's session closed",
      ]);
      expect(lines.at(-1)).toBe("closed");
    },
    LIMIT_MS,
  );
});
