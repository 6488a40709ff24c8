// A connection that is lost in the middle, and an application that is away.

import { ask } from "../devices/ask.js";
import { onDuty } from "../devices/duty-roster.js";
import type { Screen } from "../devices/screen.js";
import type { Act } from "./cast.js";
import { allHear } from "./stage.js";

export const NETWORK_ACTS: readonly Act[] = [
  {
    title: "Wanda's phone drops out, and gets all that it missed, once, in order",
    async play({ ada, cook, wanda, nora, teo, wandasPad, rail, network, seven }) {
      const others = [ada, nora, teo];
      network.break();
      await isIn("backoff", wanda);
      wanda.note("no connection");
      const dessert = wandasPad.order({ table: "7", lines: [{ dish: "flan", quantity: 2 }] });
      await rail.ready("7", "soup");
      await rail.ready("7", "trout");
      await ask(teo.client, "request_bill", { payBy: "card" }, { scope: seven });
      await allHear("dish_ready", ...others, cook);
      await allHear("dish_ready", ...others, cook);
      await allHear("bill_requested", ...others);

      network.mend();
      wanda.client.signal("online"); // as a browser does when there is a network again
      await allHear("dish_ready", wanda);
      await allHear("dish_ready", wanda);
      await allHear("bill_requested", wanda);
      await dessert;
      await allHear("order_placed", ...others, cook, wanda);
    },
  },
  {
    title: "The administrator never saw her leave: presence has a grace",
    async play({ ada, wanda, roster }) {
      onDuty(wanda.client, "terrace", "busy");
      await roster.reads("ada, cook, hugo (hall), wanda (terrace, busy)");
      ada.note(`on duty: ${roster.text}`);
    },
  },
  {
    title: "The house starts anew: an order waits, and arrives once",
    async play({ ada, cook, hugo, iris, hugosPad, webhook }) {
      webhook.pause();
      const told = isTold("upstream_unavailable", hugo);
      const order = hugosPad.order({ table: "2", lines: [{ dish: "salad", quantity: 1 }] });
      await told;
      hugo.note("told that the house is away");
      webhook.resume();
      await order;
      await allHear("order_placed", ada, cook, hugo, iris);
    },
  },
];

/** Resolves when the client of a device is in this state. */
async function isIn(state: Screen["client"]["state"], { client }: Screen): Promise<void> {
  await new Promise<void>((resolve) => {
    const stop = client.onState((change) => {
      if (change.state !== state) return;
      stop();
      resolve();
    });
    if (client.state === state) resolve();
  });
}

/** Resolves when the server has said so to a device. */
async function isTold(code: string, { client }: Screen): Promise<void> {
  await new Promise<void>((resolve) => {
    const stop = client.onNotice((notice) => {
      if (notice.kind !== "server_error" || notice.code !== code) return;
      stop();
      resolve();
    });
  });
}
