// The application behind the server: it knows the tables, decides about requests, and publishes facts.
// A real one keeps its state in a database.

import type { Events, Order, Scope } from "../client/index.js";
import type { Role } from "../people.js";
import { KITCHEN, OFFICE, ON_DUTY, sector, visit } from "../places.js";
import { MAY_SEND } from "./may-send.js";
import type { Fact, Publish } from "./publish.js";
import {
  ACCEPTED,
  RELAYED,
  refused,
  type Decision,
  type Request,
  type RequestOf,
} from "./requests.js";
import { withOrder, withoutDish, type Tickets } from "./tickets.js";

interface Table {
  readonly name: string;
  readonly sector: string;
  readonly visitId: string;
}

export class House {
  readonly #tables = new Map<string, Table>();
  readonly #orders = new Map<string, Order>();
  /** Dishes that are still to be cooked. */
  #tickets: Tickets = [];
  readonly #soldOut = new Set<string>();
  #visits = 0;

  /** @param roleOf what somebody is here, by userId */
  constructor(
    private readonly publish: Publish,
    private readonly roleOf: (userId: string) => Role | undefined,
  ) {}

  /** Seats diners; answers the scope of their visit, which belongs in their tokens. */
  async openTable(name: string, ofSector: string, guests: number): Promise<Scope> {
    const table = { name, sector: ofSector, visitId: `v-${++this.#visits}` };
    this.#tables.set(name, table);
    const payload = { table: name, sector: ofSector, guests };
    await this.publish("table_opened", placesOf(table), payload, `${table.visitId}-opened`);
    return visit(name, table.visitId);
  }

  async closeTable(name: string): Promise<void> {
    const table = this.#tables.get(name);
    if (table === undefined) return;
    this.#tables.delete(name);
    this.#tickets = this.#tickets.filter((ticket) => ticket.table !== name);
    await this.publish("table_closed", placesOf(table), { table: name }, `${table.visitId}-closed`);
  }

  /** What a display loads that cannot be given what it missed; a real one asks over HTTP. */
  get tickets(): Tickets {
    return this.#tickets;
  }

  /** @param until such as `23:00` */
  async announceLastOrders(until: string): Promise<void> {
    const visits = [...this.#tables.values()].map(({ name, visitId }) => visit(name, visitId));
    await this.publish("last_orders", [ON_DUTY, ...visits], { until }, `last-orders-${until}`);
  }

  /**
   * Decides about a request. It may be asked again about the same one when an answer was lost, so whatever
   * it publishes has a key of the request. What it publishes it puts together member by member: a client may
   * send more members than the contract names.
   */
  async decide(request: Request): Promise<Decision> {
    const role = this.roleOf(request.userId);
    if (role === undefined || !MAY_SEND[request.event].includes(role)) {
      return refused(`${request.event} is not for a ${role ?? "stranger"}`);
    }
    switch (request.event) {
      case "place_order":
        return await this.#placeOrder(request);
      case "report_ready":
        return await this.#reportReady(request);
      case "report_sold_out":
        return await this.#reportSoldOut(request);
      case "call_waiter":
        return await this.#callWaiter(request);
      case "request_bill":
        return await this.#requestBill(request);
      case "staff_note":
        return RELAYED;
    }
  }

  async #placeOrder(request: RequestOf<"place_order">): Promise<Decision> {
    const { messageId, userId, scope, payload } = request;
    const table = this.#tables.get(payload.table);
    if (table === undefined) return refused(`nobody sits at table ${payload.table}`);
    if (table.sector !== scope?.sector) return refused(`table ${table.name} is not yours`);
    const known = this.#orders.get(messageId);
    if (known !== undefined && known.waiter !== userId) return refused("the id is taken");
    const gone = payload.lines.find(({ dish }) => this.#soldOut.has(dish));
    if (gone !== undefined && known === undefined) return refused(`${gone.dish} is sold out`);
    // The order has the id of its message: a repeat is the same order, and the phone knows its own again.
    const order = { orderId: messageId, waiter: userId, table: table.name, lines: payload.lines };
    this.#orders.set(messageId, order);
    if (known === undefined) this.#tickets = withOrder(this.#tickets, order);
    return await this.#tell(request, table, "order_placed", order);
  }

  async #reportReady(request: RequestOf<"report_ready">): Promise<Decision> {
    const { orderId, dish } = request.payload;
    const table = this.#tables.get(this.#orders.get(orderId)?.table ?? "");
    if (table === undefined) return refused("there is no such order");
    this.#tickets = withoutDish(this.#tickets, request.payload);
    return await this.#tell(request, table, "dish_ready", { orderId, table: table.name, dish });
  }

  async #reportSoldOut(request: RequestOf<"report_sold_out">): Promise<Decision> {
    const { dish } = request.payload;
    this.#soldOut.add(dish);
    await this.publish("dish_sold_out", [ON_DUTY], { dish }, keyOf(request));
    return ACCEPTED;
  }

  async #callWaiter(request: RequestOf<"call_waiter">): Promise<Decision> {
    const table = this.#tableOf(request);
    if (table === undefined) return refused("your visit is over");
    const { wish } = request.payload;
    return await this.#tell(request, table, "waiter_called", { table: table.name, wish });
  }

  async #requestBill(request: RequestOf<"request_bill">): Promise<Decision> {
    const table = this.#tableOf(request);
    if (table === undefined) return refused("your visit is over");
    const { payBy } = request.payload;
    return await this.#tell(request, table, "bill_requested", { table: table.name, payBy });
  }

  /** A diner's table is in the scope, which the server has held against the token; never in the payload. */
  #tableOf({ scope = {} }: Request): Table | undefined {
    const table = this.#tables.get(scope.table ?? "");
    return table?.visitId === scope.visit ? table : undefined;
  }

  async #tell<Name extends Fact>(
    request: Request,
    table: Table,
    event: Name,
    payload: Events[Name],
  ): Promise<Decision> {
    await this.publish(event, placesOf(table), payload, keyOf(request));
    return ACCEPTED;
  }
}

/** A messageId is unique for its sender alone (MSG-11). */
function keyOf({ userId, messageId }: Request): string {
  return `${userId}:${messageId}`;
}

/** Whom something at a table concerns. Their modules say what they take of it. */
function placesOf({ name, sector: ofSector, visitId }: Table): readonly Scope[] {
  return [OFFICE, sector(ofSector), KITCHEN, visit(name, visitId)];
}
