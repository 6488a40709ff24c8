import { describe, expect, test } from "vitest";
import { localServer, uuid } from "../testing/local-server.js";

describe("frames", () => {
  test.each([undefined, null, 7, {}, "yesterday", "2024-12-18T10:00:15.123456"])(
    "FRAME-4 no frame is refused for the timestamp %j",
    async (timestamp) => {
      const { dial } = await localServer();
      const peer = dial("userId=a");
      peer.send({ type: "HEARTBEAT", timestamp });
      expect(peer.types()).toContain("HEARTBEAT_ACK");
      expect(peer.of("ERROR")).toEqual([]);
    },
  );

  test("FRAME-2 every frame of the server has an ISO 8601 timestamp", async () => {
    const { dial, publish } = await localServer();
    const peer = dial("userId=a");
    await publish("order_created", 1);
    peer.send({ type: "HEARTBEAT" });
    for (const { timestamp } of peer.frames)
      expect(timestamp).toMatch(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/);
  });

  test("FRAME-9 unknown members are ignored", async () => {
    const { dial } = await localServer();
    const peer = dial("userId=a");
    peer.send({ type: "HEARTBEAT", novelty: { deep: [1] } });
    expect(peer.types()).toContain("HEARTBEAT_ACK");
  });

  test("FRAME-10 FRAME-11 unknown types are answered and never counted", async () => {
    const { dial } = await localServer();
    const peer = dial("userId=a");
    for (let count = 0; count < 50; count += 1) peer.send({ type: "FUTURE", count });
    expect(peer.of("ERROR").map(({ code }) => code)).toEqual(Array(50).fill("unknown_type"));
    expect(peer.closeCode).toBeUndefined();
  });

  test("FRAME-18 FRAME-19 the legacy ping is answered as text and as JSON", async () => {
    const { dial } = await localServer();
    const peer = dial("userId=a");
    peer.send("ping");
    expect(peer.texts.at(-1)).toBe("pong");
    peer.send({ type: "ping" });
    expect(peer.last("pong").type).toBe("pong");
  });

  test("FRAME-20 FRAME-21 maxFrameBytes is accepted, one byte more is closed with 1009", async () => {
    const { dial } = await localServer();
    const peer = dial("userId=a");
    const frame = (bytes: number): string => {
      const shell = JSON.stringify({ type: "HEARTBEAT", pad: "" });
      return JSON.stringify({
        type: "HEARTBEAT",
        pad: "é".repeat(1) + "x".repeat(bytes - shell.length - 2),
      });
    };
    expect(Buffer.byteLength(frame(65_536))).toBe(65_536);
    peer.send(frame(65_536));
    expect(peer.types()).toContain("HEARTBEAT_ACK");
    peer.send(frame(65_537));
    expect(peer.closeCode).toBe(1009);
    expect(peer.of("DISCONNECT")).toEqual([]);
  });

  test("FRAME-25 a binary message is closed with 1003", async () => {
    const { dial } = await localServer();
    const peer = dial("userId=a");
    peer.link?.send(Buffer.from('{"type":"HEARTBEAT"}'), true);
    expect(peer.closeCode).toBe(1003);
  });

  test.each([
    { text: "{", code: "invalid_json" },
    { text: "", code: "invalid_json" },
    { text: '\uFEFF{"type":"HEARTBEAT"}', code: "invalid_json" },
    { text: "[]", code: "invalid_message" },
    { text: "null", code: "invalid_message" },
    { text: "{}", code: "invalid_message" },
    { text: '{"type":7}', code: "invalid_message" },
    { text: '{"type":"MESSAGE"}', code: "invalid_message" },
    { text: '{"type":"ACK","streams":[]}', code: "invalid_message" },
    { text: '{"type":"__proto__"}', code: "unknown_type" },
    { text: '{"type":"toString"}', code: "unknown_type" },
  ])(
    "ERR-3 ERR-4 $text is answered $code and the connection stays open",
    async ({ text, code }) => {
      const { dial } = await localServer();
      const peer = dial("userId=a");
      peer.send(text);
      expect(peer.last("ERROR")).toMatchObject({ code, retryable: false });
      peer.send({ type: "HEARTBEAT" });
      expect(peer.types()).toContain("HEARTBEAT_ACK");
    },
  );

  test("ERR-6 the tenth malformed frame within a minute closes with 4505", async () => {
    const { dial } = await localServer();
    const peer = dial("userId=a");
    for (let count = 0; count < 9; count += 1) peer.send("{");
    expect(peer.closeCode).toBeUndefined();
    peer.send({ type: "MESSAGE" });
    expect(peer.of("ERROR")).toHaveLength(10);
    expect(peer.last("DISCONNECT")).toMatchObject({ code: 4505, reconnect: false });
    expect(peer.closeCode).toBe(4505);
  });

  test("ERR-6 malformed frames older than a minute are not counted", async () => {
    const { dial } = await localServer();
    const peer = dial("userId=a");
    for (let count = 0; count < 9; count += 1) peer.send("{");
    peer.idle(60_000);
    for (let count = 0; count < 9; count += 1) peer.send("{");
    expect(peer.closeCode).toBeUndefined();
  });

  test("ERR-5 ROUTE-9 a payload of a depth that nothing can write again passes as it was written", async () => {
    const { dial } = await localServer();
    const [ana, ben] = [dial("userId=ana"), dial("userId=ben")];
    const deep = `${"[".repeat(15_000)}${"]".repeat(15_000)}`;
    ana.send(
      `{"type":"MESSAGE","messageId":"${uuid(1)}","event":"chat_message","scope":{"place":"demo"},"pay\\u006coad":${deep}}`,
    );
    expect(ana.last("MESSAGE_ACK").messageId).toBe(uuid(1));
    expect(ben.texts.at(-1)).toContain(deep);
  });

  test("ERR-5 PRES-30 metadata of such a depth is too large, and the session lives", async () => {
    const { dial, failures } = await localServer();
    const peer = dial("userId=a");
    const deep = `${'{"a":'.repeat(9_000)}1${"}".repeat(9_000)}`;
    peer.send(`{"type":"PRESENCE_UPDATE","payload":{"status":"online","metadata":${deep}}}`);
    expect(peer.last("ERROR")).toMatchObject({ code: "payload_too_large", retryable: false });
    expect(peer.closeCode).toBeUndefined();
    expect(failures).toEqual([]);
  });

  test("ERR-7 an ERROR holds nothing of what was sent", async () => {
    const { dial } = await localServer();
    const peer = dial("userId=a");
    peer.send({
      type: "MESSAGE",
      messageId: "planted-secret",
      event: "planted-secret",
      payload: 1,
    });
    peer.send({ type: "TOKEN_REFRESH", token: "planted-secret" });
    peer.message(uuid(1), { scope: { "planted-secret": "x" } });
    expect(peer.of("ERROR")).toHaveLength(3);
    expect(peer.texts.join("")).not.toContain("planted-secret");
  });
});
