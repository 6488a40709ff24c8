import { randomUUID } from "node:crypto";
import { expect, test } from "vitest";
import type { ServerFrame } from "../../generated/typescript/messages.js";
import { DEMO, localServer, uuid } from "../testing/local-server.js";

const IDS = ["userId", "sessionId", "senderId", "messageId", "publicationId"];
const LONG = Object.fromEntries(
  Array.from({ length: 8 }, (_, index) => [`name${String(index)}`, "ñ".repeat(128)]),
);

/** Every value under one of these names, at any depth of a frame; what applications write is passed over. */
function found(value: unknown, names: readonly string[], under = ""): [string, unknown][] {
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([name, member]): [string, unknown][] => {
    if (under === "scope" || name === "payload" || name === "metadata") return [];
    return names.includes(name) ? [[name, member]] : found(member, names, name);
  });
}

/** What a session hears of messages, publications, presence and a refusal. */
async function conversation(): Promise<ServerFrame[]> {
  const auth = { mode: "none", scopes: [DEMO, LONG], modules: ["orders", "chat"] } as const;
  const { dial, publish, server, clock } = await localServer({ auth, uuid: randomUUID });
  const userId = "a_User.1:x-".padEnd(128, "9");
  const peer = dial(`userId=${encodeURIComponent(userId)}`);
  dial("userId=b").send({ type: "PRESENCE_UPDATE", payload: { status: "busy" } });
  peer.message(uuid(1));
  peer.message(uuid(2), { scope: LONG });
  peer.message(uuid(3), { event: "unmapped" });
  await publish("order_created", 1, [DEMO, LONG]);
  await server.publish({ event: "order_updated", payload: 1, scopes: [LONG], senderId: "s-1" });
  clock.advance(1_000);
  return peer.frames;
}

test("FRAME-14 every id of the server keeps to its letters and length", async () => {
  const ids = found(await conversation(), IDS);
  expect(new Set(ids.map(([name]) => name))).toEqual(new Set(IDS));
  for (const [, id] of ids) expect(id).toMatch(/^[A-Za-z0-9_.:-]{1,128}$/u);
});

test("FRAME-16 stream and group names have 1 to 256 characters, however long their scope", async () => {
  const frames = await conversation();
  const names = found(frames, ["stream", "group"]);
  expect(new Set(names.map(([name]) => name))).toEqual(new Set(["stream", "group"]));
  for (const [, name] of names) expect(name).toMatch(/^.{1,256}$/u);
  const ofLong = frames.filter((frame) => "scope" in frame && "name7" in (frame.scope ?? {}));
  expect(new Set(ofLong.map(({ type }) => type))).toEqual(new Set(["EVENT", "PRESENCE_STATE"]));
});
