// What the kitchen has to cook, for the house and for the displays of the kitchen.

import type { FinishedDish, Order } from "../client/index.js";

export interface Ticket {
  readonly orderId: string;
  readonly table: string;
  readonly dish: string;
}

/** Oldest first. */
export type Tickets = readonly Ticket[];

/** Adding an order again changes nothing. */
export function withOrder(tickets: Tickets, { orderId, table, lines }: Order): Tickets {
  if (tickets.some((ticket) => ticket.orderId === orderId)) return tickets;
  return [...tickets, ...lines.map(({ dish }) => ({ orderId, table, dish }))];
}

export function withoutDish(tickets: Tickets, { orderId, dish }: FinishedDish): Tickets {
  return tickets.filter((ticket) => ticket.orderId !== orderId || ticket.dish !== dish);
}
