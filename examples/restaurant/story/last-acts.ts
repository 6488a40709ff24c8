// A break that is too long to catch up on, and an end that is meant.

import { KITCHEN } from "../places.js";
import type { Act } from "./cast.js";
import { allHear } from "./stage.js";

export const LAST_ACTS: readonly Act[] = [
  {
    title: "A display was off for too long, and loads from the house",
    async play({ ada, cook, rail, roster, wanda, wandasPad, nora, teo, invalidate }) {
      cook.client.suspend();
      await roster.reads("ada, hugo (hall), wanda (terrace, busy)");
      await wandasPad.order({ table: "7", lines: [{ dish: "coffee", quantity: 2 }] });
      await allHear("order_placed", ada, wanda, nora, teo);
      // Stands in for ten minutes, after which the server's history has it no more.
      await invalidate([KITCHEN], ["orders"]);
      const loaded = rail.loaded();
      cook.client.resume();
      await loaded;
      const tickets = rail.tickets.map(({ table, dish }) => `${dish} for ${table}`);
      cook.note(`to cook: ${tickets.join(", ")}`);
      await roster.reads("ada, cook, hugo (hall), wanda (terrace, busy)");
    },
  },
  {
    title: "Hugo goes home, and the kitchen takes last orders",
    async play({ ada, cook, wanda, hugo, nora, teo, iris, roster, house }) {
      await hugo.client.disconnect();
      await roster.reads("ada, cook, wanda (terrace, busy)");
      await house.announceLastOrders("23:00");
      await allHear("last_orders", ada, cook, wanda, nora, teo, iris);
    },
  },
];
