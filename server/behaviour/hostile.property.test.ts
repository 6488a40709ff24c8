import fc from "fast-check";
import { expect, test } from "vitest";
import {
  CHAT,
  DEMO,
  localServer,
  ORDERS,
  uuid,
  type LocalServer,
  type Peer,
} from "../testing/local-server.js";

/** `LATIDO_HOSTILE_FRAMES=1000000` for the long run; the seed is printed when it fails. */
const FRAMES = Number(process.env.LATIDO_HOSTILE_FRAMES ?? 30_000);
const BATCH = 100;

const VALID: readonly Readonly<Record<string, unknown>>[] = [
  { type: "HEARTBEAT" },
  { type: "PRESENCE_UPDATE", payload: { status: "away", metadata: { note: "x" } } },
  { type: "REQUEST_SYNC", streams: [{ stream: ORDERS, epoch: "e", lastEventId: 0 }] },
  { type: "REQUEST_PRESENCE", groups: ['{"place":"demo"}'] },
  { type: "ACK", streams: [{ stream: CHAT, epoch: "e", lastEventId: 1 }] },
  { type: "MESSAGE", messageId: uuid(1), event: "chat_message", scope: DEMO, payload: { a: [1] } },
  { type: "TOKEN_REFRESH", token: "t" },
  { type: "DISCONNECT", reason: "bye" },
  { type: "ping" },
];

const oddValue = fc.oneof(
  fc.jsonValue({ maxDepth: 3 }),
  fc.constantFrom<unknown>(
    -1,
    0,
    1.5,
    2 ** 53,
    1e308,
    "",
    "\u0000",
    "\u2028",
    "x".repeat(70_000),
    [],
    {},
    null,
  ),
  fc.constant(JSON.parse("[".repeat(2_000) + "]".repeat(2_000)) as unknown),
  fc.constant(JSON.parse('{"__proto__":{"type":"HEARTBEAT"},"constructor":1}') as unknown),
);

/** A frame of the contract with one member replaced, added or removed, at any depth. */
const mutant = fc
  .record({
    frame: fc.constantFrom(...VALID),
    at: fc.nat(40),
    value: oddValue,
    how: fc.constantFrom("set", "add", "drop"),
  })
  .map(({ frame, at, value, how }) => {
    const copy = structuredClone(frame) as Record<string, unknown>;
    const places: { readonly holder: Record<string, unknown>; readonly name: string }[] = [];
    const collect = (holder: Record<string, unknown>): void => {
      for (const name of Object.keys(holder)) {
        places.push({ holder, name });
        const member = holder[name];
        if (typeof member === "object" && member !== null)
          collect(member as Record<string, unknown>);
      }
    };
    collect(copy);
    const place = places[at % places.length];
    if (place === undefined) return JSON.stringify(copy);
    if (how === "drop") Reflect.deleteProperty(place.holder, place.name);
    else place.holder[how === "add" ? `${place.name}x` : place.name] = value;
    return JSON.stringify(copy);
  });

/** A frame as text, damaged. */
const damaged = fc
  .record({
    frame: fc.constantFrom(...VALID),
    cut: fc.nat(60),
    insert: fc.string({ unit: "binary", maxLength: 4 }),
  })
  .map(({ frame, cut, insert }) => {
    const text = JSON.stringify(frame);
    return text.slice(0, cut) + insert + text.slice(cut + insert.length);
  });

const hostile = fc.oneof(
  mutant.map((text) => ({ bytes: Buffer.from(text), isBinary: false })),
  damaged.map((text) => ({ bytes: Buffer.from(text), isBinary: false })),
  fc
    .string({ unit: "binary", maxLength: 200 })
    .map((text) => ({ bytes: Buffer.from(text), isBinary: false })),
  fc.json().map((text) => ({ bytes: Buffer.from(text), isBinary: false })),
  fc.uint8Array({ maxLength: 50 }).map((bytes) => ({ bytes: Buffer.from(bytes), isBinary: true })),
);

async function proveAlive(server: LocalServer, canary: Peer): Promise<void> {
  canary.forget();
  canary.send({ type: "HEARTBEAT" });
  await server.publish("order_created", 1);
  expect(
    canary
      .types()
      .filter((type) => type === "HEARTBEAT_ACK" || type === "EVENT")
      .sort(),
  ).toEqual(["EVENT", "HEARTBEAT_ACK"]);
}

test("ERR-10 ERR-5 no frame whatever disturbs another connection or the server", async () => {
  const server = await localServer({ sessionPolicy: "allow", limits: { connectionsPerMinute: 0 } });
  const canary = server.dial("userId=canary");
  await fc.assert(
    fc.asyncProperty(fc.array(hostile, { minLength: BATCH, maxLength: BATCH }), async (frames) => {
      let peer = server.dial("userId=hostile");
      for (const { bytes, isBinary } of frames) {
        if (peer.closeCode !== undefined) {
          expect([1000, 1003, 1009, 4003, 4505]).toContain(peer.closeCode);
          peer = server.dial("userId=hostile");
        }
        peer.link?.send(bytes, isBinary);
      }
      peer.link?.drop();
      server.clock.advance(1_100);
      canary.pong();
      await proveAlive(server, canary);
      expect(server.failures).toEqual([]);
      expect(server.server.connections).toBe(1);
    }),
    { numRuns: Math.ceil(FRAMES / BATCH), endOnFailure: true },
  );
});

test("ERR-10 a handler of the store that throws costs a message its outcome and nobody their connection", async () => {
  const { memoryStore } = await import("../stores/memory.js");
  const { wrapped } = await import("../testing/wrapped.js");
  const store = memoryStore();
  let isBroken = false;
  const log = wrapped(store.log, {
    append(request) {
      if (isBroken) throw new Error("planted");
      return store.log.append(request);
    },
  });
  const server = await localServer({ store: { ...store, log } });
  const [peer, canary] = [server.dial("userId=a"), server.dial("userId=b")];
  isBroken = true;
  peer.message(uuid(1));
  isBroken = false;
  peer.message(uuid(2));
  expect(peer.of("ERROR")).toMatchObject([
    { code: "internal", messageId: uuid(1), retryable: false },
  ]); // MSG-19
  expect(peer.of("MESSAGE_ACK")).toMatchObject([{ messageId: uuid(2) }]);
  expect(peer.texts.join("")).not.toContain("planted");
  expect(canary.of("EVENT")).toHaveLength(1);
  expect(server.failures).toHaveLength(1);
});
