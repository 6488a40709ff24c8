// What is refused: by the house, by the server, and by the client before anything is sent.

import { ask } from "../devices/ask.js";
import { diner } from "../people.js";
import { KITCHEN } from "../places.js";
import { noteAnswer, type Act } from "./cast.js";
import { rawMessage } from "./raw-message.js";
import { allHear } from "./stage.js";

export const REFUSALS: readonly Act[] = [
  {
    title: "The house refuses a dish that has run out",
    async play({ ada, cook, wanda, hugo, hugosPad, rail }) {
      await rail.soldOut("rice");
      await hugosPad.order({ table: "2", lines: [{ dish: "rice", quantity: 1 }] });
      await allHear("dish_sold_out", ada, cook, wanda, hugo);
    },
  },
  {
    title: "The house refuses what a diner may not say, and a visit that is over",
    async play({ nora, seven, paul, sevenBefore }) {
      const dish = { orderId: crypto.randomUUID(), dish: "soup" };
      const ready = await ask(nora.client, "report_ready", dish, { scope: seven });
      noteAnswer(nora, "report_ready", ready);
      const call = await ask(
        paul.client,
        "call_waiter",
        { wish: "my hat" },
        { scope: sevenBefore },
      );
      noteAnswer(paul, "call_waiter", call);
    },
  },
  {
    title: "The server refuses a scope that is not in the token",
    async play({ iris, seven }) {
      const wine = await ask(iris.client, "call_waiter", { wish: "wine" }, { scope: seven });
      noteAnswer(iris, "call_waiter for table 7", wine);
    },
  },
  {
    title: "The server refuses what the contract does not allow",
    async play({ stage, url, iris, two }) {
      // A diner at Iris's table, who has written a program of his own.
      const max = diner("max", two);
      const token = await stage.admit(max);
      const send = async (event: string, scope: object, payload: object): Promise<void> => {
        const code = await rawMessage(url, max.userId, token, { event, scope, payload });
        iris.note(`max sends ${event} ${JSON.stringify(payload)}: ${code}`);
      };
      await send("dish_ready", two, { dish: "soup" });
      await send("report_sold_out", KITCHEN, { dish: "soup" });
      await send("call_waiter", two, { wish: "" });
    },
  },
  {
    title: "The client refuses it before anything is sent",
    async play({ nora, seven }) {
      const fact = { orderId: crypto.randomUUID(), table: "7", dish: "soup" };
      // @ts-expect-error: a diner's app that sends what only the house may does not compile
      noteAnswer(nora, "dish_ready", await ask(nora.client, "dish_ready", fact, { scope: seven }));
      const empty = await ask(nora.client, "call_waiter", { wish: "" }, { scope: seven });
      noteAnswer(nora, "call_waiter", empty);
    },
  },
];
