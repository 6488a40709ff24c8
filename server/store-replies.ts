import type { StoreReply } from "./session-input.js";

/** What the world answered, as the input of a session. */
export function reply(answer: StoreReply): {
  readonly name: "answer:store";
  readonly reply: StoreReply;
} {
  return { name: "answer:store", reply: answer };
}

/** Frames that answer a question. */
export function read(frames: readonly (string | Uint8Array)[]): ReturnType<typeof reply> {
  return reply({ to: "read", frames });
}
