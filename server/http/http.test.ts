import { describe, expect, test } from "vitest";
import {
  decodeHealthResponse,
  decodeHttpErrorBody,
  decodeInvalidateResponse,
  decodePresenceResponse,
  decodePublishResponse,
} from "../../generated/typescript/validators.js";
import { memoryStore } from "../stores/memory.js";
import { DEMO, localServer, ORDERS, type LocalServer } from "../testing/local-server.js";
import { wrapped } from "../testing/wrapped.js";
import { UsageError } from "../usage-error.js";
import type { HttpAnswer } from "../transports/transport.js";

const KEY = "planted-api-key";

async function post(
  { transport, clock }: LocalServer,
  body: unknown,
  more: {
    readonly path?: string;
    readonly headers?: Record<string, string>;
    readonly remoteAddress?: string;
  } = {},
): Promise<HttpAnswer> {
  const text = typeof body === "string" ? body : JSON.stringify(body);
  const answer = await transport.http({
    method: "POST",
    path: "/v1/events",
    body: Buffer.from(text),
    ...more,
  });
  clock.settle();
  if (answer.status >= 400) {
    expect(decodeHttpErrorBody(JSON.parse(answer.body)).kind).toBe("value");
  }
  return answer;
}

function publication(more: Readonly<Record<string, unknown>> = {}): Record<string, unknown> {
  return { scopes: [DEMO], event: "order_created", payload: { n: 1 }, ...more };
}

describe("POST /v1/events", () => {
  test("HTTP-3 MSG-25 ROUTE-7 each scope has an event of its own with a common publicationId", async () => {
    const server = await localServer();
    const alice = server.dial("userId=alice");
    const bob = server.dial("userId=bob");
    const answer = await post(
      server,
      publication({ scopes: [DEMO, { user: "alice" }, { place: "empty" }] }),
    );
    expect(answer.status).toBe(200);
    const body = decodePublishResponse(JSON.parse(answer.body));
    if (body.kind !== "value") throw new Error(body.problem);
    expect(body.value.outcomes).toMatchObject([
      { scope: DEMO, stream: ORDERS, eventId: 1 },
      { scope: { user: "alice" }, stream: '{"scope":{"user":"alice"}}', eventId: 1 },
      { scope: { place: "empty" }, eventId: 1 },
    ]);
    const ids = alice.of("EVENT").map(({ publicationId }) => publicationId);
    expect(ids).toEqual([body.value.publicationId, body.value.publicationId]);
    expect(bob.of("EVENT").map(({ stream }) => stream)).toEqual([ORDERS]);
  });

  test("HTTP-6 HTTP-7 a repeat answers the originals and completes only what is missing", async () => {
    const server = await localServer();
    const first = JSON.parse((await post(server, publication({ idempotencyKey: "k" }))).body) as {
      publicationId: string;
    };
    server.clock.advance(1_199_000);
    const again = await post(
      server,
      publication({ idempotencyKey: "k", scopes: [DEMO, { place: "b" }] }),
    );
    expect(JSON.parse(again.body)).toMatchObject({
      publicationId: first.publicationId,
      outcomes: [{ eventId: 1, duplicate: true }, { eventId: 1 }],
    });
    server.clock.advance(400_000);
    const forgotten = await post(server, publication({ idempotencyKey: "k" }));
    expect(JSON.parse(forgotten.body)).toMatchObject({ outcomes: [{ eventId: 2 }] });
  });

  test.each([
    { body: "{", status: 400, code: "invalid_json", path: "" },
    { body: "\u00ff", status: 400, code: "invalid_json", path: "" },
    { body: [], status: 400, code: "invalid_message", path: "" },
    { body: publication({ scopes: [] }), status: 400, code: "invalid_message", path: "/scopes" },
    {
      body: publication({ scopes: [{ a: 1 }] }),
      status: 400,
      code: "invalid_message",
      path: "/scopes/0/a",
    },
    {
      body: publication({ idempotencyKey: "a b" }),
      status: 400,
      code: "invalid_message",
      path: "/idempotencyKey",
    },
    {
      body: publication({ payload: "x".repeat(32_767) }),
      status: 413,
      code: "payload_too_large",
      path: "/payload",
    },
    {
      body: publication({ event: "unmapped" }),
      status: 422,
      code: "unsupported_event",
      path: "/event",
    },
  ])(
    "HTTP-10 HTTP-11 HTTP-12 ROUTE-8 $status $code at '$path'",
    async ({ body, status, code, path }) => {
      const server = await localServer();
      const answer = await post(server, body);
      expect(answer.status).toBe(status);
      expect(JSON.parse(answer.body)).toMatchObject({ error: { code, path } });
    },
  );

  test("HTTP-5 without a key only loopback may use /v1/", async () => {
    const server = await localServer();
    expect((await post(server, publication(), { remoteAddress: "192.0.2.1" })).status).toBe(403);
    expect((await post(server, publication(), { remoteAddress: "::1" })).status).toBe(200);
  });

  test("HTTP-4 with a key every /v1/ request needs it, and no answer shows it", async () => {
    const server = await localServer({ apiKey: KEY });
    for (const path of ["/v1/events", "/v1/streams/invalidate"]) {
      const refused = await post(server, publication(), { path });
      expect(refused.status).toBe(401);
      expect(refused.body).not.toContain(KEY);
      expect(
        (await post(server, publication(), { path, headers: { "x-api-key": `${KEY}x` } })).status,
      ).toBe(401);
    }
    expect((await server.transport.http({ path: "/v1/presence" })).status).toBe(401);
    for (const headers of [{ "x-api-key": KEY }, { authorization: `Bearer ${KEY}` }]) {
      const answer = await post(server, publication(), { headers, remoteAddress: "192.0.2.1" });
      expect(answer.status).toBe(200);
    }
  });

  test("ROUTE-6 two scopes with the same members in another order are the same", async () => {
    const server = await localServer();
    const answer = await post(
      server,
      publication({
        scopes: [
          { a: "1", b: "2" },
          { b: "2", a: "1" },
        ],
      }),
    );
    expect(JSON.parse(answer.body)).toMatchObject({ outcomes: [{ eventId: 1 }, { eventId: 2 }] });
  });

  test("a store that is away is answered 503", async () => {
    const store = memoryStore();
    const append = (): Promise<never> => Promise.reject(new Error("away"));
    const away = { ...store, healthy: () => false, log: wrapped(store.log, { append }) };
    const server = await localServer({ store: away });
    expect((await post(server, publication())).status).toBe(503);
    const health = await server.transport.http({ path: "/health" });
    expect(JSON.parse(health.body)).toMatchObject({ status: "DEGRADED" });
  });
});

describe("the rest of HTTP", () => {
  test("HTTP-1 /health keeps its schema and counts seconds", async () => {
    const { transport, clock } = await localServer();
    clock.advance(12_345);
    const answer = await transport.http({ path: "/health" });
    expect(decodeHealthResponse(JSON.parse(answer.body)).kind).toBe("value");
    expect(JSON.parse(answer.body)).toMatchObject({ status: "OK", uptime: 12.345 });
  });

  test("HTTP-2 /metrics has the names of the contract and counts what happened", async () => {
    const { transport, dial, publish } = await localServer();
    const peer = dial("userId=a");
    await publish("order_created", 1);
    peer.send("{");
    peer.send({ type: "HEARTBEAT" });
    const { body } = await transport.http({ path: "/metrics" });
    for (const line of [
      "ws_connections_total 1",
      "ws_connections_current 1",
      "ws_clients_current 1",
      'ws_messages_total{type="HEARTBEAT"} 1',
      'ws_errors_total{code="invalid_json"} 1',
      "ws_message_size_bytes_count 2",
      "ws_latency_seconds_count 0",
    ]) {
      expect(body).toContain(line);
    }
  });

  test("HTTP-9 /v1/presence answers the group of a scope", async () => {
    const { transport, dial, clock } = await localServer();
    const peer = dial("userId=a");
    peer.send({ type: "PRESENCE_UPDATE", payload: { status: "busy", metadata: { n: 1 } } });
    clock.advance(200);
    const query = `scope=${encodeURIComponent(JSON.stringify(DEMO))}`;
    const answer = await transport.http({ path: "/v1/presence", query });
    const decoded = decodePresenceResponse(JSON.parse(answer.body));
    if (decoded.kind !== "value") throw new Error(decoded.problem);
    expect(decoded.value).toMatchObject({
      group: '{"place":"demo"}',
      members: [{ userId: "a", status: "busy", metadata: { n: 1 } }],
      memberCount: 1,
    });
    for (const bad of ["", "scope=", "scope={", "scope=%7B%7D", "scope=7"]) {
      expect((await transport.http({ path: "/v1/presence", query: bad })).status).toBe(400);
    }
  });

  test("HTTP-8 invalidate answers the floors of all modules where none is named", async () => {
    const server = await localServer();
    const answer = await post(
      server,
      { scopes: [DEMO, { user: "a" }] },
      { path: "/v1/streams/invalidate" },
    );
    expect(decodeInvalidateResponse(JSON.parse(answer.body)).kind).toBe("value");
    const { streams } = JSON.parse(answer.body) as { streams: { module?: string }[] };
    expect(streams.map(({ module }) => module)).toEqual(["orders", "chat", undefined]);
  });

  test.each(["/", "/v1", "/v1/events/", "/__proto__", "/toString"])(
    "there is nothing at %s",
    async (path) => {
      const { transport } = await localServer();
      const answer = await transport.http({ path });
      expect(answer.status).toBe(404);
      expect(decodeHttpErrorBody(JSON.parse(answer.body)).kind).toBe("value");
    },
  );
});

describe("publish from the embedding program", () => {
  test("HTTP-3 it answers as HTTP does, and a mistake names the field", async () => {
    const { server } = await localServer();
    expect(
      await server.publish({ scopes: [DEMO], event: "order_created", payload: 1 }),
    ).toMatchObject({
      outcomes: [{ eventId: 1 }],
    });
    await expect(
      server.publish({ scopes: [], event: "order_created", payload: 1 }),
    ).rejects.toThrow(/scopes/);
    await expect(server.publish({ scopes: [DEMO], event: "unmapped", payload: 1 })).rejects.toThrow(
      UsageError,
    );
  });
});
