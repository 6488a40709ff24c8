// The kitchen's display: what has to be cooked, in the order in which it came.

import type { Client } from "../client/client/index.js";
import { withOrder, withoutDish, type Tickets } from "../house/tickets.js";
import { KITCHEN } from "../places.js";
import { ask, type Answer } from "./ask.js";

export class KitchenRail {
  #tickets: Tickets = [];
  readonly #waiting = new Set<() => void>();

  /**
   * @param client one that starts from the `earliest` event, so that a display which is switched on late
   *   has what is already there
   * @param load what the house says is to be cooked
   */
  constructor(
    private readonly client: Client,
    load: () => Promise<Tickets>,
  ) {
    client.on("order_placed", ({ payload }) => {
      this.#tickets = withOrder(this.#tickets, payload);
    });
    // Also when another display of the kitchen has reported it.
    client.on("dish_ready", ({ payload }) => {
      this.#tickets = withoutDish(this.#tickets, payload);
    });
    // What was missed cannot be given any more. Nothing of the stream comes until this has ended.
    client.onFullRefresh(async ({ module }) => {
      if (module !== "orders") return undefined;
      this.#tickets = await load();
      for (const resolve of this.#waiting) resolve();
      this.#waiting.clear();
      return undefined;
    });
  }

  get tickets(): Tickets {
    return this.#tickets;
  }

  /** Resolves when it has loaded its tickets anew. */
  async loaded(): Promise<void> {
    await new Promise<void>((resolve) => this.#waiting.add(resolve));
  }

  /** Reports the oldest ticket of a dish for a table. */
  async ready(table: string, dish: string): Promise<Answer> {
    const ticket = this.#tickets.find((each) => each.table === table && each.dish === dish);
    if (ticket === undefined) return { status: "refused", because: `no ticket: ${dish}, ${table}` };
    const payload = { orderId: ticket.orderId, dish };
    return await ask(this.client, "report_ready", payload, { scope: KITCHEN });
  }

  async soldOut(dish: string): Promise<Answer> {
    return await ask(this.client, "report_sold_out", { dish }, { scope: KITCHEN });
  }
}
