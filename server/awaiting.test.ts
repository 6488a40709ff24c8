import { expect, test, vi } from "vitest";
import { whenDone } from "./awaiting.js";
import { eventually } from "./testing/eventually.js";

const nothing = (): void => undefined;

test("ERR-10 what is thrown over a late answer reaches the handler of failures, not the process", async () => {
  const failed = vi.fn();
  const fault = new Error("the socket is gone");
  whenDone(
    () => Promise.resolve(1),
    () => {
      throw fault;
    },
    failed,
  );
  await eventually(() => {
    expect(failed).toHaveBeenCalledExactlyOnceWith(fault);
  });
});

test("an answer that is there is handed on within the call", () => {
  const done = vi.fn();
  whenDone(() => 1, done, nothing);
  expect(done).toHaveBeenCalledExactlyOnceWith(1);
});
