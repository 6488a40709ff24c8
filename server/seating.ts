import type { Delivery } from "./audience.js";
import type { Audiences, Seats } from "./audiences.js";
import type { Link } from "./link.js";
import { StoppedAt } from "./repair.js";

/** Gives sessions their seats among those who hear the same, and takes them away. */
export class Seating {
  constructor(
    private readonly audiences: Audiences,
    private readonly delivery: Delivery,
  ) {}

  /** Seats a session, or seats it elsewhere when its set changes. */
  seat(link: Link, seats: Seats): void {
    this.delivery.flush(); // what was published before belongs to those who were there
    const before = link.seats;
    before?.shared.leave(link);
    before?.personal.leave(link);
    link.seats = seats;
    if (link.stoppedAt !== undefined) link.stoppedAt = new StoppedAt(seats, link.stoppedAt);
    seats.shared.join(link);
    seats.personal.join(link);
    if (before !== undefined) this.audiences.tidy(before, link.userId);
  }

  unseat(link: Link): void {
    const { seats } = link;
    if (seats === undefined) return;
    this.delivery.flush();
    link.seats = undefined;
    link.stoppedAt = undefined;
    seats.shared.leave(link);
    seats.personal.leave(link);
    this.audiences.tidy(seats, link.userId);
  }
}
