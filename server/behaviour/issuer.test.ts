import { generateKeyPairSync, type KeyObject } from "node:crypto";
import { mkdtempSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { SignJWT, type JWTPayload } from "jose";
import { afterEach, describe, expect, test } from "vitest";
import type { JwtAuth } from "../auth.js";
import { VirtualClock } from "../clock.js";
import { localServer, type LocalServer, type Peer } from "../testing/local-server.js";

const NOW = Date.UTC(2026, 0, 1);
const LIFE_SECONDS = 900;
const { publicKey, privateKey } = generateKeyPairSync("ed25519");
const JWKS = JSON.stringify({
  keys: [{ ...publicKey.export({ format: "jwk" }), kid: "one", alg: "EdDSA" }],
});
const KEY_FILE = join(mkdtempSync(join(tmpdir(), "latido-jwks-")), "keys.json");
writeFileSync(KEY_FILE, JWKS);

const issuers: Server[] = [];

afterEach(() => {
  for (const issuer of issuers.splice(0)) {
    issuer.closeAllConnections();
    issuer.close();
  }
});

async function sign(
  claims: JWTPayload = {},
  {
    kid = "one",
    key = privateKey,
  }: { readonly kid?: string | null; readonly key?: KeyObject } = {},
): Promise<string> {
  return new SignJWT({ sub: "a", scopes: [{ shop: "1" }], modules: ["orders"], ...claims })
    .setProtectedHeader({ alg: "EdDSA", ...(kid !== null && { kid }) })
    .setExpirationTime(NOW / 1_000 + LIFE_SECONDS)
    .sign(key);
}

async function jwtServer(auth: Partial<JwtAuth>): Promise<LocalServer> {
  return localServer({
    auth: { mode: "jwt", algorithm: "EdDSA", ...auth },
    limits: { connectionsPerMinute: 0 },
    clock: new VirtualClock({ startedAt: NOW }),
  });
}

/** Dials and waits for the verdict, which takes turns of the event loop. */
async function dialled(server: LocalServer, token: string): Promise<Peer> {
  const peer = server.dial("userId=a", { headers: { authorization: `Bearer ${token}` } });
  while (peer.texts.length === 0 && peer.closeCode === undefined) {
    await new Promise((resolve) => setImmediate(resolve));
    server.clock.settle();
    peer.pong();
  }
  return peer;
}

/** CONNECT, or the code of the close. */
async function verdict(server: LocalServer, token: string): Promise<string | number | undefined> {
  const peer = await dialled(server, token);
  return peer.closeCode ?? peer.types()[0];
}

describe("claims of the issuer", () => {
  test.each<readonly [JWTPayload, string | number]>([
    [{ iss: "https://login.example", aud: "shop" }, "CONNECT"],
    [{ iss: "https://login.example", aud: ["bank", "shop"] }, "CONNECT"],
    [{ iss: "https://other.example", aud: "shop" }, 4500],
    [{ iss: "https://login.example", aud: "bank" }, 4500],
    [{ iss: "https://login.example" }, 4500],
    [{ aud: "shop" }, 4500],
  ])("AUTH-2 AUTH-3 with issuer and audience set, %j is answered %s", async (claims, answer) => {
    const issuer = "https://login.example";
    const server = await jwtServer({ jwksFile: KEY_FILE, issuer, audience: "shop" });
    expect(await verdict(server, await sign(claims))).toBe(answer);
  });

  test("AUTH-4 AUTH-12 a tolerance lengthens the life of a token by itself, and no more", async () => {
    const server = await jwtServer({ jwksFile: KEY_FILE, clockToleranceSeconds: 10 });
    const token = await sign();
    server.clock.advance((LIFE_SECONDS + 4) * 1_000);
    const peer = await dialled(server, token);
    expect(peer.last("CONNECT").token?.expiresInMs).toBe(6_000);
    peer.idle(5_750);
    expect(peer.closeCode).toBeUndefined();
    peer.idle(250);
    expect(peer.closeCode).toBe(4100);
    expect(await verdict(server, token)).toBe(4100);
  });
});

describe("a set of keys", () => {
  test("AUTH-2 AUTH-3 of a file: a token of its key is good, one of another key is not", async () => {
    const server = await jwtServer({ jwksFile: KEY_FILE });
    expect(await verdict(server, await sign())).toBe("CONNECT");
    expect(await verdict(server, await sign({}, { kid: "two" }))).toBe(4500);
    const { privateKey: other } = generateKeyPairSync("ed25519");
    expect(await verdict(server, await sign({}, { key: other }))).toBe(4500);
  });

  test("AUTH-2 AUTH-3 with several keys: a token that names none is good where one of them fits", async () => {
    const rsa = generateKeyPairSync("rsa", { modulusLength: 2_048 });
    const pairs = Array.from({ length: 9 }, () => generateKeyPairSync("ed25519"));
    const keys = [rsa, ...pairs].map((pair, index) => ({
      ...pair.publicKey.export({ format: "jwk" }),
      kid: `key ${index}`,
    }));
    const jwksFile = join(mkdtempSync(join(tmpdir(), "latido-jwks-")), "keys.json");
    writeFileSync(jwksFile, JSON.stringify({ keys }));
    const server = await jwtServer({ jwksFile });
    const by = async (pair: { privateKey: KeyObject } | undefined, claims: JWTPayload = {}) =>
      verdict(server, await sign(claims, { kid: null, key: pair?.privateKey ?? privateKey }));
    expect(await by(pairs[0])).toBe("CONNECT");
    expect(await by(pairs[7])).toBe("CONNECT");
    expect(await by(pairs[8])).toBe(4500); // eight are tried
    expect(await by(undefined)).toBe(4500);
    expect(await by(pairs[7], { sub: "b" })).toBe(4501);
    server.clock.advance(LIFE_SECONDS * 1_000);
    expect(await by(pairs[7])).toBe(4100);
  });

  test("AUTH-2 AUTH-3 of an address: nobody is refused for good because it does not answer", async () => {
    let status = 500;
    let asked = 0;
    const issuer = createServer((_request, response) => {
      asked += 1;
      response.writeHead(status).end(status === 200 ? JWKS : "");
    });
    issuers.push(issuer);
    await new Promise<void>((resolve) => issuer.listen(0, "127.0.0.1", resolve));
    const { port } = issuer.address() as AddressInfo;
    const jwksUrl = `http://127.0.0.1:${port}/keys`;
    const before = await jwtServer({ jwksUrl });
    const away = await dialled(before, await sign());
    expect(away.closeCode).toBe(1013); // RECON-21: the client backs off and comes again
    expect(away.last("DISCONNECT").reconnect).toBe(true);
    status = 200;
    const server = await jwtServer({ jwksUrl });
    expect(await verdict(server, await sign())).toBe("CONNECT");
    expect(await verdict(server, await sign())).toBe("CONNECT");
    expect(asked).toBe(2);
  });
});
