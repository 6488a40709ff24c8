import type { JsonObject } from "../json.js";

/** Streams that driven cases name; opaque to the testee. */
export const STREAMS: JsonObject = {
  orders: '{"module":"orders","scope":{"place":"demo"}}',
  chat: '{"module":"chat","scope":{"place":"demo"}}',
  group: '{"place":"demo"}',
};
