import { join } from "node:path";

import { describe, expect, it } from "vitest";

import { readContract } from "./contract.js";
import { eventChecks } from "./event-checks.js";
import { packageRoot } from "./package-root.js";

const checksOf = (...file: string[]): ReturnType<typeof eventChecks> =>
  eventChecks(readContract(join(packageRoot(), ...file)).contract);

describe("the checks of a contract's events", () => {
  const { chat_message: chat, order_created: order } = checksOf(
    "examples",
    "storefront",
    "events.yaml",
  );

  it("say the module of each, and which of them clients may send", () => {
    expect(chat).toMatchObject({ module: "support", sentByClients: true });
    expect(order).toMatchObject({ module: "orders", sentByClients: false });
  });

  it.each([
    ["{}", "", "it must have required property 'text'"],
    ["null", "", "it must be object"],
    ['{"text":5}', "/text", "/text must be string"],
    ['{"text":""}', "/text", "/text must NOT have fewer than 1 characters"],
    ['{"__proto__":{"text":"x"}}', "", "it must have required property 'text'"],
  ])("refuse %s as a line of a chat: where, and which bound", (payload, path, problem) => {
    expect(chat?.decode(JSON.parse(payload))).toEqual({ kind: "invalid", path, problem });
  });

  it("take what keeps the schema, members that it does not name included", () => {
    const value = { text: "😀".repeat(500), newer: true };
    expect(chat?.decode(value)).toEqual({ kind: "value", value });
  });

  it("are none of the protocol itself", () => {
    expect(() => checksOf("asyncapi.yaml")).toThrow("this is the protocol itself");
  });
});
