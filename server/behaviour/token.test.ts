import { generateKeyPairSync } from "node:crypto";
import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { SignJWT, type JWTPayload } from "jose";
import { describe, expect, test } from "vitest";
import { VirtualClock } from "../clock.js";
import {
  localServer,
  type LocalServer,
  type Peer,
  type PeerDial,
} from "../testing/local-server.js";

const SECRET = "a secret of thirty-two bytes, at least";
const NOW = Date.UTC(2026, 0, 1);
const GROUP = '{"shop":"1"}';

interface Claims extends JWTPayload {
  readonly lifeSeconds?: number;
}

async function sign(claims: Claims, secret = SECRET, algorithm = "HS256"): Promise<string> {
  const { lifeSeconds = 900, ...rest } = claims;
  return new SignJWT({ sub: "a", modules: ["orders"], scopes: [{ shop: "1" }], ...rest })
    .setProtectedHeader({ alg: algorithm })
    .setExpirationTime(NOW / 1_000 + lifeSeconds)
    .sign(new TextEncoder().encode(secret));
}

async function jwtServer(): Promise<LocalServer> {
  return localServer({
    auth: { mode: "jwt", secret: SECRET },
    limits: { connectionsPerMinute: 0 },
    origins: ["*"],
    clock: new VirtualClock({ startedAt: NOW }),
  });
}

/** Judging a token takes turns of the event loop; something always comes of it. */
async function judged(server: LocalServer, peer: Peer): Promise<void> {
  const before = peer.texts.length;
  const hasNews = (): boolean => peer.texts.length > before || peer.closeCode !== undefined;
  for (let turn = 0; turn < 100_000 && !hasNews(); turn += 1) {
    await new Promise((resolve) => setImmediate(resolve));
    server.clock.settle();
    peer.pong();
  }
}

async function dialled(
  server: LocalServer,
  token: string,
  dial: PeerDial = {},
  query = "userId=a",
): Promise<Peer> {
  const peer = server.dial(query, {
    ...dial,
    headers: { authorization: `Bearer ${token}`, ...dial.headers },
  });
  await judged(server, peer);
  return peer;
}

describe("mode jwt", () => {
  test("AUTH-6 AUTH-7 the claims give modules, scopes and the life of the token", async () => {
    const server = await jwtServer();
    const peer = await dialled(
      server,
      await sign({ modules: ["orders", "chat"], scopes: [{ shop: "1" }, { shop: "2" }] }),
    );
    const connect = peer.last("CONNECT");
    expect(connect.modules).toEqual(["orders", "chat"]);
    expect(connect.streams).toHaveLength(5);
    expect(connect.token).toEqual({ expiresInMs: 900_000, refreshLeadMs: 60_000 });
  });

  test("CONN-6 the token comes from the header, else a subprotocol, else the query", async () => {
    const server = await jwtServer();
    const token = await sign({});
    const bearer = `latido.bearer.${Buffer.from(token).toString("base64url")}`;
    const bySubprotocol = server.dial("userId=a&deviceId=s&access_token=wrong", {
      protocols: `latido.v1, ${bearer}`,
    });
    await judged(server, bySubprotocol);
    expect(bySubprotocol.types()[0]).toBe("CONNECT");
    expect(bySubprotocol.link?.protocol).toBe("latido.v1");
    const byQuery = server.dial(`userId=a&deviceId=q&access_token=${token}`);
    await judged(server, byQuery);
    expect(byQuery.types()[0]).toBe("CONNECT");
    const headerWins = server.dial(`userId=a&deviceId=h&access_token=${token}`, {
      protocols: `latido.v1, ${bearer}`,
      headers: { authorization: "Bearer wrong" },
    });
    await judged(server, headerWins);
    expect(headerWins.closeCode).toBe(4500);
  });

  test("AUTH-3 a missing, malformed, foreign or unsigned token is closed with 4500", async () => {
    const server = await jwtServer();
    const none = server.dial("userId=a");
    await judged(server, none);
    expect(none.closeCode).toBe(4500);
    const header = Buffer.from('{"alg":"none"}').toString("base64url");
    const body = Buffer.from('{"sub":"a","exp":9999999999}').toString("base64url");
    const tokens = [
      "x",
      `${header}.${body}.`,
      await sign({}, "another secret of thirty-two bytes, at least"),
      await sign({}, `${SECRET}${SECRET}`, "HS512"),
      await sign({ modules: "orders" }),
      await sign({ scopes: [{ shop: 1 }] }),
      await sign({ scopes: [{ user: "bob" }] }),
      await sign({ nbf: NOW / 1_000 + 60 }),
    ];
    for (const token of tokens) {
      const peer = await dialled(server, token);
      expect(peer.closeCode).toBe(4500);
      expect(peer.last("DISCONNECT").reconnect).toBe(true);
      expect(peer.texts.join("")).not.toContain(token);
    }
  });

  test("AUTH-4 an expired token is closed with 4100", async () => {
    const server = await jwtServer();
    const token = await sign({ lifeSeconds: 10 });
    server.clock.advance(11_000);
    expect((await dialled(server, token)).closeCode).toBe(4100);
  });

  test("AUTH-5 another user's token is closed with 4501", async () => {
    const server = await jwtServer();
    expect((await dialled(server, await sign({ sub: "b" }))).closeCode).toBe(4501);
  });

  test("AUTH-12 AUTH-11 a refused refresh leaves the session alive until its token expires: 4100", async () => {
    const server = await jwtServer();
    const peer = await dialled(server, await sign({ lifeSeconds: 100 }));
    peer.send({ type: "TOKEN_REFRESH", token: "worthless" });
    await judged(server, peer);
    expect(peer.last("ERROR")).toMatchObject({ code: "unauthorized", retryable: false });
    peer.idle(99_000);
    expect(peer.closeCode).toBeUndefined();
    peer.idle(1_000);
    expect(peer.closeCode).toBe(4100);
  });

  test("AUTH-10 AUTH-15 a refresh replaces life, streams and groups at once", async () => {
    const server = await jwtServer();
    const peer = await dialled(server, await sign({ lifeSeconds: 100 }));
    await server.publish("order_created", 1, [{ shop: "1" }]);
    const watcher = await dialled(server, await sign({ sub: "w" }), {}, "userId=w");
    peer.idle(2_000);
    peer.forget();
    watcher.forget();
    peer.send({
      type: "TOKEN_REFRESH",
      token: await sign({ scopes: [{ shop: "2" }], lifeSeconds: 500 }),
    });
    await judged(server, peer);
    expect(peer.types()).toEqual(["TOKEN_REFRESHED", "PRESENCE_STATE"]);
    expect(peer.last("TOKEN_REFRESHED")).toMatchObject({
      token: { expiresInMs: 498_000 },
      modules: ["orders"],
    });
    expect(peer.last("TOKEN_REFRESHED").streams.map(({ scope }) => scope)).toEqual([
      { shop: "2" },
      { user: "a" },
    ]);
    await server.publish("order_created", 2, [{ shop: "1" }, { shop: "2" }]);
    expect(peer.of("EVENT").map(({ scope }) => scope)).toEqual([{ shop: "2" }]);
    peer.send({ type: "REQUEST_PRESENCE", groups: [GROUP] });
    expect(peer.last("ERROR").code).toBe("forbidden");
    peer.idle(1_000);
    expect(watcher.of("PRESENCE_DIFF")).toMatchObject([{ group: GROUP, leaves: ["a"] }]);
    peer.idle(120_000);
    expect(peer.closeCode).toBeUndefined(); // the old life is over, the new is not
  });

  test("AUTH-10 PRES-3 a refresh tells every group, kept ones too, as CONNECT does", async () => {
    const server = await jwtServer();
    const peer = await dialled(server, await sign({}));
    peer.forget();
    peer.send({
      type: "TOKEN_REFRESH",
      token: await sign({ scopes: [{ shop: "1" }, { shop: "2" }], lifeSeconds: 500 }),
    });
    await judged(server, peer);
    expect(peer.of("PRESENCE_STATE").map(({ scope }) => scope)).toEqual([
      { shop: "1" },
      { shop: "2" },
    ]);
  });

  test("MSG-8 a repeat keeps its outcome although its scope was taken away meanwhile", async () => {
    const server = await jwtServer();
    const peer = await dialled(server, await sign({}));
    const message = {
      type: "MESSAGE",
      messageId: "0b9f6f0e-5d8a-4f6e-9a57-0d6c1f1f2a10",
      event: "order_created",
      scope: { shop: "1" },
      payload: 1,
    };
    peer.send(message);
    const { stream, epoch, eventId } = peer.last("MESSAGE_ACK");
    peer.send({ type: "TOKEN_REFRESH", token: await sign({ scopes: [{ shop: "2" }] }) });
    await judged(server, peer);
    peer.send(message);
    expect(peer.last("MESSAGE_ACK")).toMatchObject({ duplicate: true, stream, epoch, eventId });
    peer.send({ ...message, messageId: "0b9f6f0e-5d8a-4f6e-9a57-0d6c1f1f2a11" });
    expect(peer.last("ERROR")).toMatchObject({ code: "forbidden" });
  });

  test("AUTH-13 a refresh with another user's token is closed with 4501", async () => {
    const server = await jwtServer();
    const peer = await dialled(server, await sign({}));
    peer.send({ type: "TOKEN_REFRESH", token: await sign({ sub: "b" }) });
    await judged(server, peer);
    expect(peer.closeCode).toBe(4501);
  });

  test("LIMIT-9 a refresh that would bring too many streams is closed with 4501", async () => {
    const server = await jwtServer();
    const peer = await dialled(server, await sign({}));
    const modules = Array.from({ length: 256 }, (_, index) => `m${index}`);
    peer.send({ type: "TOKEN_REFRESH", token: await sign({ modules }) });
    await judged(server, peer);
    expect(peer.types()).not.toContain("TOKEN_REFRESHED");
    expect(peer.closeCode).toBe(4501);
  });

  test("AUTH-16 a reconnect is authorised in full", async () => {
    const server = await jwtServer();
    const peer = await dialled(server, await sign({}), {}, "userId=a&deviceId=d&attempt=1");
    peer.link?.drop();
    const again = server.dial("userId=a&deviceId=d&attempt=2");
    await judged(server, again);
    expect(again.closeCode).toBe(4500);
  });

  test.each(["RS256", "ES256", "EdDSA"] as const)(
    "AUTH-2 %s is verified by its public key",
    async (algorithm) => {
      const pair =
        algorithm === "RS256"
          ? generateKeyPairSync("rsa", { modulusLength: 2_048 })
          : algorithm === "ES256"
            ? generateKeyPairSync("ec", { namedCurve: "P-256" })
            : generateKeyPairSync("ed25519");
      const file = join(mkdtempSync(join(tmpdir(), "latido-")), "key.pem");
      writeFileSync(file, pair.publicKey.export({ type: "spki", format: "pem" }));
      const server = await localServer({
        auth: { mode: "jwt", algorithm, publicKeyFile: file },
        clock: new VirtualClock({ startedAt: NOW }),
      });
      const token = await new SignJWT({ sub: "a", scopes: [], modules: [] })
        .setProtectedHeader({ alg: algorithm })
        .setExpirationTime(NOW / 1_000 + 60)
        .sign(pair.privateKey);
      expect((await dialled(server, token)).types()[0]).toBe("CONNECT");
      // A token of HS256 made with the public key as its secret is the classic forgery.
      const forged = await sign(
        {},
        pair.publicKey.export({ type: "spki", format: "pem" }).toString(),
      );
      expect((await dialled(server, forged)).closeCode).toBe(4500);
    },
  );
});
