import { describe, expect, test, vi } from "vitest";

import type { DecodedBody } from "../../../generated/typescript/messages.js";
import { UsageError } from "../../../generated/typescript/client/index.js";
import type { ApplicationEvent, Notice } from "../../../generated/typescript/client/index.js";
import { connected } from "./client-bench.js";
import { eventFrame } from "./session-probe.js";
import { settle } from "./virtual-clock.js";

/** As a contract with two events would be generated. */
vi.mock("../../../generated/typescript/events.js", () => {
  const decode = (value: unknown): DecodedBody<unknown> =>
    typeof value === "string"
      ? { kind: "value", value }
      : { kind: "invalid", path: "", problem: "the value must be string" };
  return {
    EVENTS: {
      chat: { module: "orders", sentByClients: true, decode },
      order_created: { module: "orders", sentByClients: false, decode },
    },
  };
});

describe("a client of a team's own contract", () => {
  test.each([
    ["order_made", "x", /"order_made" is not an event of the contract; clients send chat/u],
    ["order_created", "x", /"order_created" is not for clients to send; clients send chat/u],
    ["toString", "x", /"toString" is not an event of the contract/u],
    ["chat", 7, /The payload of "chat": the value must be string/u],
  ])("refuses to send %s with %j", async (event, payload, message) => {
    const { client, server } = await connected();
    const sending = client.send(event, payload);
    await expect(sending).rejects.toThrow(UsageError);
    await expect(sending).rejects.toThrow(message);
    expect(server.last.framesOf("MESSAGE")).toEqual([]);
  });

  test("sends what the contract lets clients send", async () => {
    const { client, server } = await connected();
    void client.send("chat", "hola");
    await settle();
    expect(server.last.framesOf("MESSAGE")).toMatchObject([{ event: "chat", payload: "hola" }]);
  });

  test("keeps a payload that the contract does not allow from typed listeners, and says so", async () => {
    const { client, server } = await connected();
    const typed: ApplicationEvent[] = [];
    const any: ApplicationEvent[] = [];
    const notices: Notice[] = [];
    client.on("chat", (event) => void typed.push(event));
    client.on("*", (event) => void any.push(event));
    client.onNotice((notice) => notices.push(notice));
    server.last.send(eventFrame(1, { event: "chat", payload: 7 }));
    server.last.send(eventFrame(2, { event: "chat", payload: "hola" }));
    await settle();
    expect(typed.map(({ eventId }) => eventId)).toEqual([2]);
    expect(any.map(({ eventId }) => eventId)).toEqual([1, 2]);
    expect(notices).toMatchObject([{ kind: "invalid_event", event: "chat", eventId: 1 }]);
  });
});
