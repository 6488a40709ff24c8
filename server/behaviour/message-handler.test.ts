import { describe, expect, test, vi } from "vitest";
import {
  ApplicationAway,
  type ClientMessage,
  type MessageDecision,
  type MessageHandler,
} from "../messages/message-handler.js";
import { CHAT, localServer, uuid, type LocalServer } from "../testing/local-server.js";
import { eventually } from "../testing/eventually.js";

const accept: MessageDecision = { outcome: "accept" };

function served(onMessage: MessageHandler): Promise<LocalServer> {
  return localServer({ onMessage });
}

describe("a handler of messages", () => {
  test("is told who sent what, and its decision is the answer", async () => {
    const seen: ClientMessage[] = [];
    const { dial } = await served((message) => {
      seen.push(message);
      return accept;
    });
    const ana = dial("userId=ana&deviceId=phone");
    ana.message(uuid(1), { payload: { text: "hola" } });
    expect(seen).toEqual([
      {
        messageId: uuid(1),
        userId: "ana",
        sessionId: ana.last("CONNECT").sessionId,
        deviceId: "phone",
        event: "chat_message",
        payload: { text: "hola" },
        scope: { place: "demo" },
      },
    ]);
    const { stream, duplicate, ...ack } = ana.last("MESSAGE_ACK");
    expect({ stream, duplicate }).toEqual({});
    expect(ack.messageId).toBe(uuid(1));
    expect(ana.of("EVENT")).toEqual([]);
  });

  test("MSG-8 what was accepted without an event is remembered, and the handler is not asked again", async () => {
    const handler = vi.fn(() => accept);
    const { dial } = await served(handler);
    const ana = dial("userId=ana");
    ana.message(uuid(1));
    ana.message(uuid(1), { payload: "another" });
    expect(handler).toHaveBeenCalledTimes(1);
    expect(ana.last("MESSAGE_ACK")).toMatchObject({ messageId: uuid(1), duplicate: true });
    expect(ana.last("MESSAGE_ACK").stream).toBeUndefined();
  });

  test("MSG-24 what it lets through is published as without it", async () => {
    const { dial } = await served(() => ({ outcome: "publish" }));
    const [ana, ben] = [dial("userId=ana"), dial("userId=ben")];
    ana.message(uuid(1));
    expect(ana.last("MESSAGE_ACK")).toMatchObject({ stream: CHAT, eventId: 1 });
    expect(ben.last("EVENT")).toMatchObject({ messageId: uuid(1), senderId: "ana" });
  });

  test("what it refuses is answered with its code, finally", async () => {
    const { dial } = await served(() => ({
      outcome: "refuse",
      code: "invalid_message",
      message: "no such dish",
    }));
    const ana = dial("userId=ana");
    ana.message(uuid(1));
    expect(ana.last("ERROR")).toMatchObject({
      code: "invalid_message",
      message: "no such dish",
      messageId: uuid(1),
      retryable: false,
    });
  });

  test("ERR-11 fifteen refusals as invalid_message close nothing", async () => {
    const { dial } = await served(() => ({
      outcome: "refuse",
      code: "invalid_message",
      message: "no such dish",
    }));
    const ana = dial("userId=ana");
    for (let number = 1; number <= 15; number += 1) ana.message(uuid(number));
    expect(ana.of("ERROR")).toHaveLength(15);
    expect(ana.closeCode).toBeUndefined();
  });

  test("MSG-19 ERR-10 one that throws costs one ERROR, and the next message is handled", async () => {
    const fault = new Error("a bug of the application");
    const { dial, failures } = await served(({ messageId }) => {
      if (messageId === uuid(1)) throw fault;
      return accept;
    });
    const ana = dial("userId=ana");
    ana.message(uuid(1));
    ana.message(uuid(2));
    expect(ana.of("ERROR").map(({ code, messageId }) => ({ code, messageId }))).toEqual([
      { code: "internal", messageId: uuid(1) },
    ]);
    expect(ana.last("MESSAGE_ACK").messageId).toBe(uuid(2));
    expect(failures).toEqual([fault]);
  });

  test("one that gives no decision is a fault of the application", async () => {
    const { dial } = await served(() => ({}) as MessageDecision);
    const ana = dial("userId=ana");
    ana.message(uuid(1));
    expect(ana.last("ERROR")).toMatchObject({ code: "internal", messageId: uuid(1) });
  });

  test("MSG-17 MSG-18 MSG-13 while the application is away messages wait in order, said once; then all are handled", async () => {
    let isAway = true;
    const taken: string[] = [];
    const { dial } = await served(({ messageId }) => {
      if (isAway) throw new ApplicationAway("it restarts");
      taken.push(messageId);
      return accept;
    });
    const ana = dial("userId=ana");
    for (const number of [1, 2, 3]) ana.message(uuid(number));
    ana.idle(5_000);
    expect(ana.of("MESSAGE_ACK")).toEqual([]);
    expect(
      ana.of("ERROR").map(({ code, messageId, retryable }) => [code, messageId, retryable]),
    ).toEqual([["upstream_unavailable", undefined, true]]);
    ana.send({ type: "HEARTBEAT" });
    expect(ana.last("HEARTBEAT_ACK")).toBeDefined();
    isAway = false;
    ana.idle(2_000);
    expect(taken).toEqual([uuid(1), uuid(2), uuid(3)]);
    expect(ana.of("MESSAGE_ACK").map(({ messageId }) => messageId)).toEqual(taken);
  });

  test("MSG-21 an answer that comes after the session's end is not for its successor; the repeat carries the messageId", async () => {
    const asked: string[] = [];
    let answer: ((decision: MessageDecision) => void) | undefined;
    const { dial, clock } = await served(({ messageId }) => {
      asked.push(messageId);
      return new Promise((resolve) => {
        answer = resolve;
      });
    });
    const ana = dial("userId=ana&deviceId=d&attempt=1");
    ana.message(uuid(1));
    ana.link?.drop();
    const again = dial("userId=ana&deviceId=d&attempt=2");
    answer?.(accept);
    await Promise.resolve();
    again.message(uuid(1));
    clock.settle();
    answer?.(accept);
    await eventually(() => {
      expect(again.of("MESSAGE_ACK").map(({ messageId }) => messageId)).toEqual([uuid(1)]);
    });
    expect(asked).toEqual([uuid(1), uuid(1)]);
  });

  test("MSG-34 clients send only the events that are theirs to send", async () => {
    const handler = vi.fn(() => accept);
    const { dial } = await localServer({ onMessage: handler, clientEvents: ["call_waiter"] });
    const ana = dial("userId=ana");
    ana.message(uuid(1), { event: "order_created" });
    expect(ana.last("ERROR")).toMatchObject({ code: "unsupported_event", messageId: uuid(1) });
    ana.message(uuid(2), { event: "call_waiter" });
    expect(ana.last("MESSAGE_ACK").messageId).toBe(uuid(2));
    expect(handler).toHaveBeenCalledTimes(1);
  });
});
