import { generateKeyPairSync } from "node:crypto";
import { inspect } from "node:util";
import { errors } from "jose";
import { afterEach, describe, expect, test, vi } from "vitest";
import { KeysAway, remoteKeys } from "./key-set.js";

const MINUTE_MS = 60_000;

const KEYS = new Map(
  ["one", "two"].map((kid) => {
    const { publicKey } = generateKeyPairSync("ed25519");
    return [kid, { ...publicKey.export({ format: "jwk" }), kid, alg: "EdDSA" }] as const;
  }),
);

/** The address of an issuer, with what it answers and how often it was asked. */
class Issuer {
  asked = 0;
  answer: () => Response = () => this.set("one");
  readonly #keys = remoteKeys(
    new URL("https://issuer.example/keys"),
    () => now,
    () => {
      this.asked += 1;
      return Promise.resolve().then(() => this.answer());
    },
  );

  set(...kids: readonly string[]): Response {
    return new Response(JSON.stringify({ keys: kids.map((kid) => KEYS.get(kid)) }));
  }

  /** What becomes of a token that names the key. */
  async find(kid: string): Promise<"found" | "unknown" | "away"> {
    try {
      await this.#keys({ alg: "EdDSA", kid }, { payload: "", signature: "" });
      return "found";
    } catch (error) {
      if (error instanceof KeysAway) return "away";
      if (error instanceof errors.JWKSNoMatchingKey) return "unknown";
      throw error;
    }
  }
}

let now = 0;

/** By the server's own clock. */
function pass(ms: number): void {
  now += ms;
}

function refused(): never {
  throw new TypeError("fetch failed");
}

afterEach(() => {
  vi.useRealTimers();
});

describe("AUTH-2 keys from an address", () => {
  test("they are fetched when the first is needed, and kept for ten minutes", async () => {
    const issuer = new Issuer();
    expect(issuer.asked).toBe(0);
    expect(await Promise.all([issuer.find("one"), issuer.find("one")])).toEqual(["found", "found"]);
    pass(10 * MINUTE_MS - 1);
    expect(await issuer.find("one")).toBe("found");
    expect(issuer.asked).toBe(1);
    pass(1);
    expect(await issuer.find("one")).toBe("found");
    expect(issuer.asked).toBe(2);
  });

  test.each([-3_600_000, 3_600_000])(
    "a machine whose time of day is set by %d ms asks as it would have",
    async (ms) => {
      const issuer = new Issuer();
      issuer.answer = refused;
      expect(await issuer.find("one")).toBe("away");
      vi.useFakeTimers({ toFake: ["Date"], now: Date.now() + ms });
      expect(await issuer.find("one")).toBe("away");
      expect(issuer.asked).toBe(1);
      issuer.answer = () => issuer.set("one");
      pass(1_000);
      expect(await issuer.find("one")).toBe("found");
      vi.setSystemTime(Date.now() + ms);
      expect(await issuer.find("two")).toBe("away");
      expect(issuer.asked).toBe(2);
      issuer.answer = () => issuer.set("two");
      pass(5_000);
      expect(await issuer.find("two")).toBe("found");
      vi.setSystemTime(Date.now() + ms);
      pass(10 * MINUTE_MS);
      issuer.answer = () => issuer.set("one");
      expect(await issuer.find("two")).toBe("unknown");
      expect(issuer.asked).toBe(4);
    },
  );

  test("an answer that is no key set is told without what stands in it", async () => {
    const text = '{"keys":[{"kty":"oct","k":planted}]}';
    const keys = remoteKeys(
      new URL("https://issuer.example/keys"),
      () => now,
      () => Promise.resolve(new Response(text)),
    );
    const sought = Promise.resolve(
      keys({ alg: "EdDSA", kid: "one" }, { payload: "", signature: "" }),
    );
    const error: unknown = await sought.catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(KeysAway);
    expect(inspect(error)).toContain("the answer is not a key set");
    expect(inspect(error)).not.toContain("planted");
  });

  test("an answer of another status is not left unread, so that its connection is free", async () => {
    const issuer = new Issuer();
    const answer = new Response("not now", { status: 503 });
    issuer.answer = () => answer;
    expect(await issuer.find("one")).toBe("away");
    expect(answer.bodyUsed).toBe(true);
  });

  test("a key that is unknown fetches the set again: keys change", async () => {
    const issuer = new Issuer();
    expect(await issuer.find("two")).toBe("unknown"); // it was fetched for this very token
    pass(5_000);
    issuer.answer = () => issuer.set("one", "two");
    expect(await issuer.find("two")).toBe("found");
    expect(await issuer.find("one")).toBe("found");
    expect(issuer.asked).toBe(2);
  });

  test("however many unknown keys are named, it is asked once in five seconds, and nobody is told a key is bad meanwhile", async () => {
    const issuer = new Issuer();
    expect(await issuer.find("one")).toBe("found");
    for (let n = 0; n < 100; n += 1) expect(await issuer.find(`k${n}`)).toBe("away");
    expect(issuer.asked).toBe(1);
    pass(5_000);
    expect(await issuer.find("k")).toBe("unknown");
    for (let n = 0; n < 100; n += 1) expect(await issuer.find(`k${n}`)).toBe("away");
    expect(issuer.asked).toBe(2);
  });

  test.each<readonly [string, () => Response]>([
    ["nobody listens", refused],
    ["the status is 500", () => new Response("", { status: 500 })],
    ["the answer sends elsewhere", () => new Response("", { status: 302 })],
    ["the answer is no JSON", () => new Response("<html>")],
    ["the answer is no set", () => new Response("{}")],
  ])(
    "at the start, where %s, no token is judged, and a second later it is asked again",
    async (_what, answer) => {
      const issuer = new Issuer();
      issuer.answer = answer;
      for (let n = 0; n < 100; n += 1) expect(await issuer.find("one")).toBe("away");
      expect(issuer.asked).toBe(1);
      issuer.answer = () => issuer.set("one");
      pass(1_000);
      expect(await issuer.find("one")).toBe("found");
    },
  );

  test("later the keys that were known serve for an hour more, and no longer", async () => {
    const issuer = new Issuer();
    expect(await issuer.find("one")).toBe("found");
    issuer.answer = refused;
    for (let minute = 5; minute <= 65; minute += 5) {
      pass(5 * MINUTE_MS);
      expect(await issuer.find("one")).toBe("found");
    }
    pass(20 * MINUTE_MS);
    expect(await issuer.find("one")).toBe("away");
    issuer.answer = () => issuer.set("two");
    pass(1_000);
    expect(await issuer.find("two")).toBe("found");
    expect(await issuer.find("one")).toBe("away"); // it was taken back
  });
});
