import { describe, expect, test } from "vitest";
import { DEMO, localServer, uuid } from "../testing/local-server.js";

const TOKEN = "planted-token-4711";
const KEY = "planted-key-4711";
const PAYLOAD = "planted-payload-4711";

describe("secrets", () => {
  test("AUTH-20 ERR-7 no token, key or payload reaches a log, an answer to another or a metric", async () => {
    const lines: string[] = [];
    const note = (about: unknown, message: string): void => {
      lines.push(`${message} ${JSON.stringify(about)} ${String((about as { err?: unknown }).err)}`);
    };
    const logger = { debug: note, info: note, warn: note, error: note };
    const server = await localServer(
      { logger, apiKey: KEY, limits: { connectionsPerMinute: 0 } },
      (userId, token) => {
        if (userId === "failing") throw new Error("the key set does not answer");
        return token === TOKEN
          ? { kind: "unacceptable", why: "the token's signature does not hold" }
          : {
              kind: "accepted",
              identity: { userId, scopes: [DEMO], modules: ["chat"], expiresInMs: 9e5 },
            };
      },
    );
    const witness = server.dial("userId=w");
    const bearer = `latido.v1, latido.bearer.${Buffer.from(TOKEN).toString("base64url")}`;
    const refused = [
      server.dial(`userId=a&access_token=${TOKEN}`),
      server.dial("userId=a", { protocols: bearer }),
      server.dial("userId=a", { headers: { authorization: `Bearer ${TOKEN}` } }),
      server.dial(`userId=failing&access_token=${TOKEN}`),
    ];
    const peer = server.dial("userId=a");
    peer.send({ type: "TOKEN_REFRESH", token: TOKEN });
    peer.message(uuid(1), { event: "unmapped", payload: PAYLOAD });
    peer.message("not a uuid", { payload: PAYLOAD });
    peer.send({ type: PAYLOAD.replace("payload", "type"), payload: PAYLOAD });
    peer.send({ type: TOKEN });
    peer.send(`{"type":"MESSAGE","payload":"${PAYLOAD}"`);
    server.dial(`userId=b&deviceId=d&access_token=${TOKEN}`).link?.drop();
    server.dial("userId=c&deviceId=d").link?.drop();
    server.dial("userId=c&deviceId=d");
    for (const headers of [{ "x-api-key": KEY }, { "x-api-key": `${KEY}x` }]) {
      for (const path of ["/v1/events", "/v1/streams/invalidate", "/v1/nothing"]) {
        const body = Buffer.from(
          JSON.stringify({ scopes: [DEMO], event: "unmapped", payload: PAYLOAD }),
        );
        lines.push((await server.transport.http({ method: "POST", path, headers, body })).body);
      }
    }
    lines.push((await server.transport.http({ path: "/metrics" })).body);
    void server.server.close();
    lines.push((await server.transport.http({ path: "/metrics" })).body);
    lines.push(...witness.texts, ...peer.texts, ...refused.flatMap(({ texts }) => texts));
    expect(lines.length).toBeGreaterThan(30);
    for (const secret of [TOKEN, KEY, PAYLOAD, Buffer.from(TOKEN).toString("base64url")]) {
      expect(lines.filter((line) => line.includes(secret))).toEqual([]);
    }
  });
});
