// Who may send what. The contract says what clients may send at all; which client may, only the house knows.

import type { SentEvents } from "../client/index.js";
import type { Role } from "../people.js";

/** A request that is new in the contract does not compile until it stands here. */
export const MAY_SEND: Readonly<Record<keyof SentEvents, readonly Role[]>> = {
  place_order: ["waiter"],
  report_ready: ["kitchen"],
  report_sold_out: ["kitchen"],
  call_waiter: ["diner"],
  request_bill: ["diner"],
  staff_note: ["administrator", "kitchen", "waiter"],
};
