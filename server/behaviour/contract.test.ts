import { describe, expect, test } from "vitest";
import type { EventContract } from "../event-contract.js";
import { localServer } from "../testing/local-server.js";

const text: EventContract[string]["decode"] = (value) =>
  typeof value === "string"
    ? { kind: "value", value }
    : { kind: "invalid", path: "/0", problem: "must be string" };

const contract: EventContract = {
  chat_message: { module: "orders", sentByClients: true, decode: text },
  order_created: { module: "orders", sentByClients: false, decode: text },
};

const server = (): ReturnType<typeof localServer> => localServer({ contract });

describe("a server of a team's own contract", () => {
  test("MSG-24 publishes what clients may send", async () => {
    const peer = (await server()).dial("userId=a");
    peer.message("0b8f3c62-7e01-4a59-b7b7-5f2b4e0f0a01", { payload: "hola" });
    expect(peer.last("EVENT")).toMatchObject({ event: "chat_message", payload: "hola" });
  });

  test.each([
    ["a payload that the contract refuses", { payload: 7 }, "invalid_message"],
    [
      "ERR-2 the payload before the scope",
      { payload: 7, scope: { user: "bob" } },
      "invalid_message",
    ],
    [
      "MSG-34 an event of the application",
      { event: "order_created", payload: "x" },
      "unsupported_event",
    ],
    ["MSG-34 an event of nobody", { event: "toString", payload: 7 }, "unsupported_event"],
  ])("refuses %s for good, and the session lives", async (_what, more, code) => {
    const peer = (await server()).dial("userId=a");
    const messageId = "0b8f3c62-7e01-4a59-b7b7-5f2b4e0f0a01";
    peer.message(messageId, more);
    expect(peer.last("ERROR")).toMatchObject({ code, messageId, retryable: false });
    peer.message("0b8f3c62-7e01-4a59-b7b7-5f2b4e0f0a02", { payload: "still here" });
    expect(peer.of("MESSAGE_ACK")).toHaveLength(1);
  });

  test("holds what the application publishes to the same schema", async () => {
    const { dial, publish } = await server();
    const peer = dial("userId=a");
    await publish("order_created", "o-17");
    await expect(publish("order_created", 17)).rejects.toThrow("payload: must be string");
    expect(peer.of("EVENT").map(({ payload }) => payload)).toEqual(["o-17"]);
  });

  test("takes events from the contract or from settings, not from both", async () => {
    await expect(localServer({ contract, events: { one: "orders" } })).rejects.toThrow(
      "events is said by the contract; remove one of the two",
    );
  });
});
