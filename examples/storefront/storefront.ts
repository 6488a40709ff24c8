// A customer, the support and the shop, each with the typed client of the contract.

import { createClient, type Client } from "./client/client/index.js";
import { SupportChat } from "./support-chat.js";

/** What the story needs of its surroundings. */
export interface Surroundings {
  readonly url: string;
  /** A token for somebody with these scopes and modules. */
  readonly token: (sub: string, scopes: readonly object[], modules: readonly string[]) => string;
  /** POST /v1/events; answers the status. */
  readonly publish: (event: string, scopes: readonly object[], payload: object) => Promise<number>;
  readonly print: (line: string) => void;
}

const SHOP = { shop: "madrid" };
const LIA = { customer: "lia" };
const CONVERSATION = { conversation: "c-1" };

export async function storefront({ url, token, publish, print }: Surroundings): Promise<void> {
  const person = (sub: string, scopes: readonly object[], modules: readonly string[]): Client =>
    createClient({ url, userId: sub, token: () => token(sub, scopes, modules) });
  const lia = person("lia", [LIA, CONVERSATION], ["orders", "transactions", "support"]);
  const leo = person("leo", [CONVERSATION], ["support"]);
  const ben = person("ben", [SHOP], ["orders", "transactions"]);

  const shipped = Promise.all(
    Object.entries({ lia, ben }).map(([name, client]) => {
      client.on("order_created", ({ payload }) => {
        print(`${name}: order ${payload.orderId} for ${payload.totalCents} cents`);
      });
      client.on("transaction_failed", ({ payload }) => {
        print(`${name}: ${payload.orderId} is not paid: ${payload.reason}`);
      });
      client.on("transaction_approved", ({ payload }) => {
        print(`${name}: ${payload.orderId} is paid, ${payload.cents} cents`);
      });
      return new Promise<void>((resolve) => {
        client.on("order_updated", ({ payload }) => {
          print(`${name}: order ${payload.orderId} is ${payload.state}`);
          resolve();
        });
      });
    }),
  );
  const chat = (client: Client, name: string): SupportChat =>
    new SupportChat(client, name, CONVERSATION, ({ state, from, text, because }) => {
      const why = because === undefined ? "" : ` (${because})`;
      print(`${name} sees ${from}: ${text.slice(0, 20)} [${state}]${why}`);
    });
  const chats = { lia: chat(lia, "lia"), leo: chat(leo, "leo") };

  await Promise.all([lia, leo, ben].map((client) => client.connect()));
  try {
    const order = { orderId: "o-17", totalCents: 2450 };
    await publish("order_created", [SHOP, LIA], { ...order, state: "placed" });
    await publish("transaction_failed", [SHOP, LIA], { orderId: "o-17", reason: "no such card" });
    await publish("transaction_approved", [SHOP, LIA], { orderId: "o-17", cents: 2450 });
    const status = await publish("order_updated", [SHOP, LIA], { ...order, state: 7 });
    print(`a state that is no text is refused: ${status}`);
    await publish("order_updated", [SHOP, LIA], { ...order, state: "shipped" });
    await shipped;

    await chats.lia.say("Where is my order?");
    await chats.leo.seen("Where is my order?");
    // In a tunnel: what she writes waits, and goes out when she is back.
    lia.suspend();
    const waiting = chats.lia.say("Are you there?");
    await chats.leo.say("On its way.");
    lia.resume();
    await Promise.all([waiting, chats.lia.seen("On its way."), chats.leo.seen("Are you there?")]);
    await chats.lia.say("x".repeat(501));
    await chats.leo.say("To somebody else", { conversation: "c-2" });
  } finally {
    await Promise.all([lia, leo, ben].map((client) => client.disconnect()));
  }
}
