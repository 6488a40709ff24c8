// What a device shows of each event.

import type { Events, OrderLine, SentEvents } from "../client/index.js";

/** What devices are told: the facts of the house, and the notes of the staff. */
export type Heard = Exclude<keyof Events, keyof SentEvents> | "staff_note";

/** An event that is new in the contract does not compile until it has a text. */
const TEXTS: { readonly [Name in Heard]: (payload: Events[Name]) => string } = {
  table_opened: ({ table, sector, guests }) => `table ${table} (${sector}) is taken by ${guests}`,
  table_closed: ({ table }) => `table ${table} is free`,
  order_placed: ({ table, waiter, lines }) => `table ${table}: ${waiter} ordered ${dishes(lines)}`,
  dish_ready: ({ table, dish }) => `table ${table}: ${dish} is ready`,
  dish_sold_out: ({ dish }) => `no more ${dish} tonight`,
  last_orders: ({ until }) => `last orders at ${until}`,
  waiter_called: ({ table, wish }) => `table ${table} asks for ${wish}`,
  bill_requested: ({ table, payBy }) => `table ${table} wants to pay by ${payBy}`,
  staff_note: ({ text }) => `note: ${text}`,
};

export const HEARD = Object.keys(TEXTS) as readonly Heard[];

export function textOf<Name extends Heard>(event: Name, payload: Events[Name]): string {
  return TEXTS[event](payload);
}

export function dishes(lines: readonly OrderLine[]): string {
  return lines.map(({ dish, quantity }) => `${quantity} ${dish}`).join(", ");
}
