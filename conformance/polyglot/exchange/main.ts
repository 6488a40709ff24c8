// One side of the exchange: a client of the starter contract, as a team writes it. Prints what it saw.

import { createClient as createPlainClient } from "latido/client";

import { createClient } from "./client/client/index.js";

const [url = "", name = "", others = ""] = process.argv.slice(2);
const scope = { place: "demo" };
const awaited = new Set([...others.split(","), "order"]);

function tell(what: object): void {
  console.log(JSON.stringify(what));
}

const client = createClient({ url, userId: name, startFrom: "earliest" });
const complete = new Promise<void>((resolve) => {
  function saw(whom: string): void {
    awaited.delete(whom);
    if (awaited.size === 0) resolve();
  }
  client.on("chat_message", ({ senderId = "", payload }) => {
    const text: string = payload.text;
    tell({ heard: text, from: senderId });
    saw(senderId);
  });
  client.on("order_created", ({ payload }) => {
    const cents: number = payload.totalCents;
    tell({ order: payload.orderId, cents });
    saw("order");
  });
  client.onNotice((notice) => {
    if (notice.kind !== "invalid_event") return;
    tell({ invalid: notice.event, problem: notice.problem });
  });
});
await client.connect();
tell({ ready: true });

// @ts-expect-error the payload has no such type
await client.send("chat_message", { text: 7 }, { scope }).catch((error: Error) => {
  tell({ refused: error.message });
});
// @ts-expect-error clients do not send this
await client.send("order_created", { text: "x" }, { scope }).catch((error: Error) => {
  tell({ refused: error.message });
});

// A client that knows no contract: the server refuses what it sends.
const plain = createPlainClient({ url, userId: `${name}-plain` });
await plain.connect();
for (const [event, payload] of [
  ["chat_message", { text: 7 }],
  ["order_created", { orderId: "o-1", totalCents: 1 }],
] as const) {
  const result = await plain.send(event, payload, { scope });
  tell({ server: result.status === "failed" ? result.reason : result.status });
}
await plain.disconnect();

await client.send("chat_message", { text: `hello from ${name}` }, { scope });
await complete;
await client.disconnect();
