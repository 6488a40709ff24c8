// A server inside an application: what it publishes, whom it finds, what it is asked and told.

import { createClient } from "latido/client";
import { createServer } from "latido/server";

const print = (...words) => console.log(...words);
const PLACE = { place: "desk" };

const server = await createServer({
  port: 0,
  host: "127.0.0.1",
  auth: { mode: "none", scopes: [PLACE], modules: ["orders", "chat"] },
  events: { order_created: "orders", chat_message: "chat" },
  // What clients may send; orders come from the application alone.
  clientEvents: ["chat_message"],
  onSession: ({ kind, session }) => print(`${session.userId}'s session ${kind}`),
  // Decides about each message: publish it to its scope, take it, or refuse it for good.
  onMessage({ userId, payload }) {
    if (typeof payload?.text === "string" && payload.text !== "") return { outcome: "publish" };
    print(`a message of ${userId} is refused`);
    return { outcome: "refuse", code: "invalid_message", message: "a message needs a text" };
  },
});
print(server.hint ?? `transport ${server.transport}`);

/** A client of one user that prints what it receives; resolves when it is connected. */
async function connected(userId) {
  const client = createClient({ url: server.url, userId, deviceId: `${userId}-phone` });
  const received = new Map();
  client.on("*", ({ event, eventId, module, payload }) => {
    print(
      `${userId} receives ${event} ${eventId} (${module ?? "own"}): ${JSON.stringify(payload)}`,
    );
    received.get(event)?.();
  });
  await client.connect();
  const next = (event) => new Promise((resolve) => received.set(event, resolve));
  return { client, next };
}

const ana = await connected("ana");
const ben = await connected("ben");

const names = (query) => server.sessions(query).map(({ userId }) => userId);
print("sessions of ana:", names({ userId: "ana" }));
print("sessions at the desk:", names({ scope: PLACE }));
print("sessions with chat:", names({ module: "chat" }));
print("sessions elsewhere:", names({ scope: { place: "elsewhere" } }));

const both = [ana.next("order_created"), ben.next("order_created")];
const { outcomes } = await server.publish({
  scopes: [PLACE, { user: "ben" }],
  event: "order_created",
  payload: { orderId: "o-17" },
  idempotencyKey: "order-o-17",
});
await Promise.all(both);
for (const { scope, eventId } of outcomes) print("published to", scope, "as event", eventId);

const heard = ben.next("chat_message");
const said = await ana.client.send("chat_message", { text: "hola" }, { scope: PLACE });
await heard;
const empty = await ana.client.send("chat_message", { text: "" }, { scope: PLACE });
const order = await ana.client.send("order_created", { orderId: "o-18" }, { scope: PLACE });
print("ana's messages:", said.status, empty.status, order.status);

await ana.client.disconnect();
await ben.client.disconnect();
// Whoever were still connected would be told to come back, spread over some seconds.
await server.close();
print("closed");
