// One branch: the kitchen and the administrators see all of it, waiters their sector, diners their table.

import { play } from "../story.js";

const BRANCH = { branch: "centro" };
const sector = (name) => ({ ...BRANCH, sector: name });
/** A visit is one party at one table: whoever sits there next begins another. */
const visit = (table, id) => ({ ...BRANCH, table, visit: id });

const EVERYTHING = ["orders", "service", "payments"];

/** The claims of everybody's token; `exp` is added when it is signed. */
const PEOPLE = {
  administrator: { sub: "ada", scopes: [BRANCH], modules: EVERYTHING },
  kitchen: { sub: "kitchen-screen", scopes: [BRANCH], modules: ["orders"] },
  "waiter of the terrace": { sub: "wanda", scopes: [sector("terrace")], modules: EVERYTHING },
  "waiter of the hall": { sub: "hugo", scopes: [sector("hall")], modules: EVERYTHING },
  "diner at table 7": {
    sub: "guest-71",
    scopes: [visit("7", "v-2")],
    modules: ["orders", "payments"],
  },
  "diner who left table 7": {
    sub: "guest-65",
    scopes: [visit("7", "v-1")],
    modules: ["orders", "payments"],
  },
  "diner at table 2": {
    sub: "guest-72",
    scopes: [visit("2", "v-3")],
    modules: ["orders", "payments"],
  },
};

/** Whom something at a table concerns: a session is in one of the three, so nobody is told twice. */
const at = {
  7: [BRANCH, sector("terrace"), visit("7", "v-2")],
  2: [BRANCH, sector("hall"), visit("2", "v-3")],
};
const STAFF = [BRANCH, sector("terrace"), sector("hall")];

await play(new URL("server.yaml", import.meta.url), PEOPLE, async (publish) => {
  await publish("order_placed", at[7], { table: "7", dish: "soup" });
  await publish("order_placed", at[2], { table: "2", dish: "rice" });
  await publish("dish_ready", at[7], { table: "7", dish: "soup" });
  await publish("waiter_called", at[2], { table: "2" });
  await publish("dish_is_off", STAFF, { dish: "soup" });
  await publish("bill_paid", at[7], { table: "7", cents: 900 });
});
