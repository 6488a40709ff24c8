import { jwtVerify } from "jose";
import { describe, expect, it } from "vitest";

import { commandMint, secretMint, tokenOf } from "./tokens.js";

const SECRET = "a-secret-of-at-least-thirty-two-bytes";
const KEY = new TextEncoder().encode(SECRET);
const mint = secretMint(SECRET);

async function refusal(token: string): Promise<string> {
  try {
    await jwtVerify(token, KEY, { algorithms: ["HS256"] });
    return "accepted";
  } catch (error) {
    return (error as { readonly code: string }).code;
  }
}

describe("tokens for a server under test", () => {
  it("say who, until when, and what they may see; a claim may be replaced or left out", async () => {
    const { payload } = await jwtVerify(await tokenOf({}, "ana", mint), KEY);
    expect(payload).toMatchObject({
      sub: "ana",
      scopes: [{ place: "demo" }],
      modules: ["orders", "chat"],
    });
    const other = { user: "bob", claims: { scopes: { $omit: true }, modules: ["chat"] } };
    const second = await jwtVerify(await tokenOf(other, "ana", mint), KEY);
    expect(second.payload).toMatchObject({ sub: "bob", modules: ["chat"] });
    expect(second.payload).not.toHaveProperty("scopes");
  });

  it.each([
    ["wrong_key", "ERR_JWS_SIGNATURE_VERIFICATION_FAILED"],
    ["other_algorithm", "ERR_JOSE_ALG_NOT_ALLOWED"],
    ["none", "ERR_JOSE_ALG_NOT_ALLOWED"],
    ["tampered", "ERR_JWS_SIGNATURE_VERIFICATION_FAILED"],
    ["malformed", "ERR_JWS_INVALID"],
  ] as const)("with the fault %s are refused for that", async (fault, code) => {
    expect(await refusal(await tokenOf({ fault }, "ana", mint))).toBe(code);
  });

  it("of another algorithm are signed with the right key", async () => {
    const token = await tokenOf({ fault: "other_algorithm" }, "ana", mint);
    await expect(jwtVerify(token, KEY, { algorithms: ["HS512"] })).resolves.toBeDefined();
  });

  it("that have expired are refused for that", async () => {
    expect(await refusal(await tokenOf({ expiresInMs: -5_000 }, "ana", mint))).toBe(
      "ERR_JWT_EXPIRED",
    );
  });
});

describe("--token-command", () => {
  it("reads the claims as JSON and prints the token", async () => {
    const program = `let t="";process.stdin.on("data",(c)=>t+=c).on("end",()=>{
      const b=Buffer.from(t).toString("base64url");console.log("e30."+b+".c2ln")})`;
    const made = commandMint(`"${process.execPath}" -e '${program}'`);
    const [, body = ""] = (await made({ sub: "ana" })).split(".");
    expect(JSON.parse(Buffer.from(body, "base64url").toString())).toEqual({ sub: "ana" });
  });

  it.each([
    ["echo the-secret; exit 3", "--token-command failed: exit code 3"],
    ["no-such-command-at-all", "--token-command failed: exit code 127"],
    ["echo the-secret", "--token-command printed no token of three parts"],
  ])("%s: what is wrong is told without what it printed", async (command, says) => {
    const made = commandMint(command)({ sub: "ana" });
    await expect(made).rejects.toThrow(says);
    await expect(made).rejects.not.toThrow(/the-secret/u);
  });
});
