// The kitchen's display: what has to be cooked, in the order in which it came.

import type { Client } from "../client/client/index.js";
import { KITCHEN } from "../places.js";
import { ask, type Answer } from "./ask.js";

export interface Ticket {
  readonly orderId: string;
  readonly table: string;
  readonly dish: string;
}

export class KitchenRail {
  #tickets: readonly Ticket[] = [];

  constructor(private readonly client: Client) {
    client.on("order_placed", ({ payload: { orderId, table, lines } }) => {
      this.#tickets = [...this.#tickets, ...lines.map(({ dish }) => ({ orderId, table, dish }))];
    });
    // Also when another display of the kitchen has reported it.
    client.on("dish_ready", ({ payload: { orderId, dish } }) => {
      this.#tickets = this.#tickets.filter(
        (ticket) => ticket.orderId !== orderId || ticket.dish !== dish,
      );
    });
  }

  get tickets(): readonly Ticket[] {
    return this.#tickets;
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
