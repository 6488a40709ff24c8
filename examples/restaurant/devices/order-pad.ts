// A waiter's pad: an order shows at once, before the kitchen has it.

import type { Client } from "../client/client/index.js";
import type { NewOrder, Scope } from "../client/index.js";
import { ask } from "./ask.js";

export interface PadOrder extends NewOrder {
  /** `pending` until the kitchen has it or it is refused; `unknown`: ask the kitchen before repeating it. */
  readonly state: "pending" | "in the kitchen" | "refused" | "unknown";
  /** Why it was refused. */
  readonly because?: string;
}

export class OrderPad {
  readonly #orders = new Map<string, PadOrder>();

  /** @param sector scope of the waiter's sector */
  constructor(
    private readonly client: Client,
    private readonly sector: Scope,
    private readonly onChange: (order: PadOrder) => void,
  ) {
    client.on("order_placed", ({ payload }) => {
      const { orderId, table, lines } = payload;
      this.#put(orderId, { table, lines, state: "in the kitchen" });
    });
  }

  /**
   * Shows an order as pending and sends it; offline it waits. The order has the id of its message, so the
   * fact takes the place of the pending one, whether the answer comes before it, after it or never.
   */
  async order(order: NewOrder): Promise<void> {
    const messageId = crypto.randomUUID();
    this.#put(messageId, { ...order, state: "pending" });
    const answer = await ask(this.client, "place_order", order, { scope: this.sector, messageId });
    if (answer.status === "refused") {
      this.#put(messageId, { ...order, state: "refused", because: answer.because });
    } else if (answer.status === "unknown") this.#put(messageId, { ...order, state: "unknown" });
  }

  #put(id: string, order: PadOrder): void {
    const known = this.#orders.get(id)?.state;
    if (known === "in the kitchen" || known === order.state) return;
    this.#orders.set(id, order);
    this.onChange(order);
  }
}
