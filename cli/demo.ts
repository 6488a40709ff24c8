import type { ServerOptions } from "../server/index.js";

/** What `latido serve` serves without a settings file: one scope, two modules, three events. */
export const DEMO = {
  auth: { mode: "none", scopes: [{ place: "demo" }], modules: ["orders", "chat"] },
  events: { order_created: "orders", order_updated: "orders", chat_message: "chat" },
} as const satisfies ServerOptions;
