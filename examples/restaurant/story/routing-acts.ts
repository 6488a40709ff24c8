// Who hears what: scopes say where somebody is, modules what they take of it.

import { ask } from "../devices/ask.js";
import { onDuty } from "../devices/duty-roster.js";
import { ON_DUTY } from "../places.js";
import type { Act } from "./cast.js";
import { allHear } from "./stage.js";

export const ROUTING_ACTS: readonly Act[] = [
  {
    title: "Tables are taken, and the administrator sees who is on duty",
    async play({ ada, wanda, hugo, roster }) {
      onDuty(wanda.client, "terrace");
      onDuty(hugo.client, "hall");
      await roster.reads("ada, cook, hugo (hall), wanda (terrace)");
      ada.note(`on duty: ${roster.text}`);
    },
  },
  {
    title: "Orders go to the sector, the table, the office and the kitchen",
    async play({ ada, cook, wanda, wandasPad, hugo, hugosPad, nora, teo, iris }) {
      await wandasPad.order({
        table: "7",
        lines: [
          { dish: "soup", quantity: 2 },
          { dish: "trout", quantity: 1 },
        ],
      });
      await allHear("order_placed", ada, cook, wanda, nora, teo);
      await hugosPad.order({ table: "2", lines: [{ dish: "rice", quantity: 1 }] });
      await allHear("order_placed", ada, cook, hugo, iris);
    },
  },
  {
    title: "A diner calls the waiter; the kitchen lacks the module",
    async play({ ada, wanda, nora, teo, seven }) {
      await ask(nora.client, "call_waiter", { wish: "water" }, { scope: seven });
      await allHear("waiter_called", ada, wanda, nora, teo);
    },
  },
  {
    title: "A note from one device to everybody on duty",
    async play({ ada, cook, wanda, hugo }) {
      await ask(hugo.client, "staff_note", { text: "birthday at table 2" }, { scope: ON_DUTY });
      await allHear("staff_note", ada, cook, wanda, hugo);
    },
  },
];
