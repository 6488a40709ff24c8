import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";

import { EPOCH, head, ORDERS, SessionProbe } from "./session-probe.js";

interface Schema {
  readonly $ref?: string;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly items?: Schema;
}

const SCHEMAS = new URL("../../../schemas/", import.meta.url);
/** Every type that a client of version 1.0 may send, with the schema of its fields; the legacy ping is left out. */
const FRAMES: Readonly<Record<string, string>> = {
  ACK: "ack.json",
  DISCONNECT: "client-disconnect.json",
  HEARTBEAT: "heartbeat.json",
  MESSAGE: "message.json",
  PRESENCE_UPDATE: "presence-update.json",
  REQUEST_PRESENCE: "request-presence.json",
  REQUEST_SYNC: "request-sync.json",
  TOKEN_REFRESH: "token-refresh.json",
};

function schemaAt(file: string): Schema {
  return JSON.parse(readFileSync(new URL(file, SCHEMAS), "utf8")) as Schema;
}

const SHARED = (schemaAt("shared.json") as { definitions: Record<string, Schema> }).definitions;

/** Fields of a value that its schema does not name; where it names none, the application chooses them. */
function unknownFields(value: unknown, schema: Schema, path: string): string[] {
  const { $ref } = schema;
  if ($ref !== undefined) {
    return unknownFields(value, SHARED[$ref.replace(/^.*\//u, "")] ?? {}, path);
  }
  if (Array.isArray(value)) {
    const { items = {} } = schema;
    return value.flatMap((item, index) => unknownFields(item, items, `${path}/${index}`));
  }
  const { properties = {} } = schema;
  if (Object.keys(properties).length === 0 || typeof value !== "object" || value === null)
    return [];
  return Object.entries(value).flatMap(([name, member]) => {
    const known = properties[name];
    const at = `${path}/${name}`;
    return known === undefined ? [at] : unknownFields(member, known, at);
  });
}

/** A life in which the client has a reason to send each of its frames, with all that they can carry. */
function talkative(protocolVersion: string): SessionProbe {
  const probe = new SessionProbe({ tokens: { kind: "provider" }, heartbeatMs: 5_000 });
  const answer = (token: string): unknown =>
    probe.input({ type: "token", requestId: probe.last("requestToken").requestId, token });
  const message = { event: "chat", scope: { place: "demo" } };
  probe.input({ type: "connect" });
  answer("t1");
  const token = { expiresInMs: 20_000, refreshLeadMs: 1_000 };
  probe.open().accept([head(0)], { protocolVersion, token });
  probe.input({ type: "setPresence", status: "away", metadata: { note: "lunch" } });
  const messageId = "00000000-0000-4000-8000-000000000001";
  probe.input({ type: "send", messageId, payload: { newer: { than: 1 } }, ...message });
  probe.event(1).event(3);
  const newcomer = { userId: "b", status: "online" };
  probe.frame({
    ...{ type: "PRESENCE_DIFF", group: "g", epoch: EPOCH, baseVersion: 1, version: 2 },
    ...{ updates: [newcomer], leaves: [], memberCount: 1 },
  });
  for (let second = 0; second < 20; second += 1) {
    probe.elapse(1_000).frame({ type: "HEARTBEAT_ACK" });
    if (second === 18) answer("t2");
  }
  probe.frame({
    type: "HEARTBEAT_ACK",
    streams: [{ stream: ORDERS, epoch: EPOCH, lastEventId: 9 }],
  });
  return probe.input({ type: "disconnect", reason: "signed out" });
}

describe.each(["1.0", "1.7"])("to a server that announces version %s", (protocolVersion) => {
  const frames = talkative(protocolVersion)
    .all("send")
    .map(({ text }) => JSON.parse(text) as Readonly<Record<string, unknown>>);

  test("FRAME-1: every frame has a string member type with an UPPER_SNAKE name", () => {
    expect(frames.length).toBeGreaterThan(Object.keys(FRAMES).length);
    for (const { type } of frames) expect(type).toMatch(/^[A-Z]+(?:_[A-Z]+)*$/u);
  });

  test("CONN-25: the client sends the types of version 1.0, and in them no other field", () => {
    expect([...new Set(frames.map(({ type }) => type))].sort()).toEqual(Object.keys(FRAMES));
    const unknown = frames.flatMap((frame) => {
      const file = FRAMES[String(frame.type)];
      return file === undefined ? [] : unknownFields(frame, schemaAt(file), String(frame.type));
    });
    expect(unknown).toEqual([]);
  });
});
