import { afterEach, describe, expect, test } from "vitest";
import { createServer, type Server, type ServerOptions } from "../server.js";
import { availableTransports } from "../testing/available-transports.js";
import { http, NetworkPeer } from "../testing/network-peer.js";

const APP = "https://app.example";
const FOREIGN = "https://evil.example";
const LISTS = { development: ["*"], production: [APP], closed: [] };
const KEY = "only-for-this-test";
const PUBLICATION = JSON.stringify({
  scopes: [{ place: "demo" }],
  event: "order_created",
  payload: 1,
});
const running: Server[] = [];

afterEach(async () => {
  for (const server of running.splice(0)) await server.close();
});

describe.each(availableTransports())("origins on the transport %s", (transport) => {
  async function start(more: Partial<ServerOptions>): Promise<Server> {
    const server = await createServer({
      port: 0,
      host: "127.0.0.1",
      transport,
      auth: { mode: "none", scopes: [{ place: "demo" }], modules: ["orders"] },
      events: { order_created: "orders" },
      origins: LISTS,
      closeWaitMs: 0,
      ...more,
    });
    running.push(server);
    return server;
  }

  test.each([
    { environment: "development", origin: FOREIGN, isServed: true },
    { environment: "production", origin: APP, isServed: true },
    { environment: "production", origin: undefined, isServed: true },
    { environment: "production", origin: FOREIGN, isServed: false },
    { environment: "production", origin: "null", isServed: false },
    { environment: "production", origin: `${APP}.evil.example`, isServed: false },
    { environment: "closed", origin: APP, isServed: false },
  ])(
    "AUTH-18 in $environment a page of $origin is served: $isServed",
    async ({ environment, origin, isServed }) => {
      const server = await start({ environment });
      const headers = origin === undefined ? {} : { origin };
      const peer = new NetworkPeer(`${server.url}/?userId=a`, { headers });
      if (isServed) await peer.expect({ type: "CONNECT" });
      else expect(await peer.closed).toBe(4501);
      const answer = await http(`${server.httpUrl}/v1/events`, {
        method: "POST",
        headers: { ...headers, "content-type": "text/plain" }, // what needs no preflight
        body: PUBLICATION,
      });
      expect(answer.status).toBe(isServed ? 200 : 403);
      if (!isServed) expect(answer.headers["access-control-allow-origin"]).toBeUndefined();
    },
  );

  test("AUTH-18 a preflight is answered by the same list, without a key", async () => {
    const server = await start({ environment: "production", apiKey: KEY });
    const preflight = (origin: string, path: string): ReturnType<typeof http> =>
      http(`${server.httpUrl}${path}`, {
        method: "OPTIONS",
        headers: { origin, "access-control-request-method": "POST" },
      });
    const asked = await preflight(APP, "/v1/events");
    expect(asked.status).toBe(204);
    expect(asked.body).toBe("");
    expect(asked.headers).toMatchObject({
      "access-control-allow-origin": APP,
      "access-control-allow-methods": "POST",
      "access-control-allow-headers": "authorization, content-type, x-api-key",
      vary: "Origin",
    });
    const foreign = await preflight(FOREIGN, "/v1/events");
    expect(foreign.status).toBe(403);
    expect(foreign.headers["access-control-allow-origin"]).toBeUndefined();
    expect((await preflight(APP, "/nothing")).status).toBe(404);
    const noPreflight = await http(`${server.httpUrl}/v1/events`, { method: "OPTIONS" });
    expect(noPreflight.status).toBe(405);
  });

  test("a page of the list may read answers and errors, a foreign one neither", async () => {
    const server = await start({ environment: "production", apiKey: KEY });
    const health = `${server.httpUrl}/health`;
    const own = await http(health, { headers: { origin: APP } });
    expect(own.headers["access-control-allow-origin"]).toBe(APP);
    const foreign = await http(health, { headers: { origin: FOREIGN } });
    expect(foreign.status).toBe(200);
    expect(foreign.headers["access-control-allow-origin"]).toBeUndefined();
    expect((await http(health)).headers["access-control-allow-origin"]).toBeUndefined();
    const refused = await http(`${server.httpUrl}/v1/presence`, { headers: { origin: APP } });
    expect(refused.status).toBe(401);
    expect(refused.headers["access-control-allow-origin"]).toBe(APP);
    const open = await start({ environment: "development" });
    const any = await http(`${open.httpUrl}/health`, { headers: { origin: FOREIGN } });
    expect(any.headers["access-control-allow-origin"]).toBe("*");
  });
});
