import { describe, expect, test } from "vitest";
import type { EventContract } from "../event-contract.js";
import { localServer, uuid } from "../testing/local-server.js";

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
    ["MSG-36 a payload that the contract refuses", { payload: 7 }, "invalid_message"],
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

  test("MSG-36 a payload of a depth that its check cannot follow is refused, and the session lives", async () => {
    const nested = (value: unknown): number => (Array.isArray(value) ? 1 + nested(value[0]) : 0);
    const chat_message: EventContract[string] = {
      module: "orders",
      sentByClients: true,
      decode: (value) => (nested(value) > -1 ? { kind: "value", value } : text(value)),
    };
    const { dial, failures } = await localServer({ contract: { chat_message } });
    const peer = dial("userId=a");
    const deep = `${"[".repeat(15_000)}${"]".repeat(15_000)}`;
    peer.send(
      `{"type":"MESSAGE","messageId":"${uuid(1)}","event":"chat_message","payload":${deep}}`,
    );
    expect(peer.last("ERROR")).toMatchObject({ code: "invalid_message", messageId: uuid(1) });
    expect(peer.closeCode).toBeUndefined();
    expect(failures).toEqual([]);
  });

  test("ERR-11 a form that was filled in badly fifteen times is no bad frame, and costs no connection", async () => {
    const peer = (await server()).dial("userId=a");
    for (let number = 1; number <= 15; number += 1) peer.message(uuid(number), { payload: number });
    expect(peer.of("ERROR").map(({ code }) => code)).toEqual(Array(15).fill("invalid_message"));
    expect(peer.closeCode).toBeUndefined();
    for (let count = 0; count < 9; count += 1) peer.send("{");
    expect(peer.closeCode).toBeUndefined();
    peer.message(uuid(16), { payload: "well" });
    expect(peer.last("MESSAGE_ACK").messageId).toBe(uuid(16));
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
