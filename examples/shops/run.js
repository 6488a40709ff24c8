// Shops with modules: each shop is a scope, and staff have the modules of their work.

import { play } from "../story.js";

const MADRID = { shop: "madrid" };
const LIMA = { shop: "lima" };

/** The claims of everybody's token; `exp` is added when it is signed. */
const PEOPLE = {
  "manager of Madrid": {
    sub: "ana",
    scopes: [MADRID],
    modules: ["orders", "transactions", "support"],
  },
  "counter of Madrid": { sub: "ben", scopes: [MADRID], modules: ["orders"] },
  "manager of Lima": { sub: "noa", scopes: [LIMA], modules: ["orders", "transactions", "support"] },
  accounting: { sub: "eva", scopes: [MADRID, LIMA], modules: ["transactions"] },
  support: { sub: "leo", scopes: [MADRID, LIMA], modules: ["support"] },
};

await play(new URL("server.yaml", import.meta.url), PEOPLE, async (publish) => {
  await publish("order_created", [MADRID], { orderId: "o-1" });
  await publish("payment_captured", [MADRID], { orderId: "o-1", cents: 1250 });
  await publish("ticket_opened", [LIMA], { ticketId: "t-1" });

  // One event for several scopes: each stream has an outcome of its own.
  const prices = ["price_list_changed", [MADRID, LIMA], { list: "spring" }];
  const once = { idempotencyKey: "prices-spring" };
  const first = await publish(...prices, once);
  for (const { scope, eventId } of first.outcomes) {
    console.log(`published to ${scope.shop} as event ${eventId}`);
  }
  // The answer was lost on the way, perhaps. Asking again is safe: nobody receives it twice.
  const again = await publish(...prices, once);
  console.log(`published again: ${again.outcomes.map(({ duplicate }) => duplicate)} duplicates`);

  // A user's own stream, whatever the modules.
  await publish("shift_assigned", [{ user: "leo" }], { from: "09:00" });
  await publish("refund_issued", [LIMA], { orderId: "o-0", cents: 300 });
});
