// Tokens for the scripted clients of a server that wants them: signed with its secret, or by a command.

import { spawn } from "node:child_process";
import { randomBytes } from "node:crypto";

import { SignJWT } from "jose";

import type { TokenFault, TokenStep } from "../cases/case.js";
import { member, type JsonObject } from "../json.js";
import { UsageError } from "../usage-error.js";

/**
 * Makes a token that the server under test accepts, of these claims. One that knows the key may sign with
 * another algorithm, which the server must then refuse.
 */
export type Mint = (claims: JsonObject, algorithm?: string) => Promise<string>;

const DEFAULT_LIFE_MS = 3_600_000;

/** What a session may see unless a case says otherwise: as in the open profile. */
export const USUAL_CLAIMS = { scopes: [{ place: "demo" }], modules: ["orders", "chat"] };

/** Signs with HS256. */
export function secretMint(secret: string): Mint {
  const key = new TextEncoder().encode(secret);
  return async (claims, algorithm = "HS256") => await signed(claims, algorithm, key);
}

async function signed(claims: JsonObject, alg: string, key: Uint8Array): Promise<string> {
  return await new SignJWT({ ...claims }).setProtectedHeader({ alg }).sign(key);
}

const COMMAND_LIMIT_MS = 10_000;

/** Runs a command that reads the claims as JSON from its standard input and prints a token. */
export function commandMint(command: string): Mint {
  return async (claims) => {
    const child = spawn(command, {
      shell: true,
      stdio: ["pipe", "pipe", "ignore"],
      timeout: COMMAND_LIMIT_MS,
    });
    let output = "";
    child.stdout.on("data", (chunk: Buffer) => {
      output += chunk.toString("utf8");
    });
    child.stdin.on("error", () => undefined); // it may not want the claims
    child.stdin.end(JSON.stringify(claims));
    const how = await new Promise<string>((resolve) => {
      child.once("error", (error) => {
        resolve(error.message);
      });
      child.once("close", (code, signal) => {
        resolve(signal === null ? `exit code ${String(code)}` : `ended by ${signal}`);
      });
    });
    // What it printed stays unsaid: it may hold a token.
    const token = output.trim();
    if (how !== "exit code 0") throw new UsageError(`--token-command failed: ${how}`);
    if (!/^[\w-]+\.[\w-]+\.[\w-]+$/u.test(token)) {
      throw new UsageError(
        "--token-command printed no token of three parts on its standard output",
      );
    }
    return token;
  };
}

/** The claims of a step; a member given as {$omit: true} is left out. */
function claimsOf(
  { user, claims, expiresInMs }: Omit<TokenStep, "as">,
  userId: string,
): JsonObject {
  const expiresAtMs = Date.now() + (expiresInMs ?? DEFAULT_LIFE_MS);
  const all: JsonObject = {
    sub: user ?? userId,
    exp: Math.ceil(expiresAtMs / 1_000), // whole seconds are what every server understands
    ...USUAL_CLAIMS,
    ...claims,
  };
  return Object.fromEntries(
    Object.entries(all).filter(([, value]) => member(value, "$omit") !== true),
  );
}

function encoded(value: unknown): string {
  return Buffer.from(JSON.stringify(value)).toString("base64url");
}

type Forge = (token: string, claims: JsonObject, mint: Mint) => Promise<string> | string;

const OTHER_ALGORITHM = "HS512";

/** Tokens that must not be accepted, made from one that would be. */
const FAULTS: Readonly<Record<TokenFault, Forge>> = {
  wrong_key: async (token, claims) => {
    const { head, body, signature } = parts(token);
    if (head.alg === "HS256") return await signed(claims, "HS256", randomBytes(32));
    return [encoded(head), body, randomBytes(signature.length).toString("base64url")].join(".");
  },
  other_algorithm: async (_token, claims, mint) => {
    const other = await mint(claims, OTHER_ALGORITHM);
    const { head, body, signature } = parts(other);
    if (head.alg === OTHER_ALGORITHM) return other;
    return [encoded({ alg: OTHER_ALGORITHM }), body, signature.toString("base64url")].join(".");
  },
  none: (_token, claims) => `${encoded({ alg: "none", typ: "JWT" })}.${encoded(claims)}.`,
  tampered: (token, claims) => {
    const body = encoded({ ...claims, modules: [...USUAL_CLAIMS.modules, "admin"] });
    return token.replace(/\.[^.]*\./u, `.${body}.`);
  },
  malformed: () => "this-is-no-token",
};

function parts(token: string): {
  readonly head: JsonObject;
  readonly body: string;
  readonly signature: Buffer;
} {
  const [head = "", body = "", signature = ""] = token.split(".");
  return {
    head: JSON.parse(Buffer.from(head, "base64url").toString("utf8")) as JsonObject,
    body,
    signature: Buffer.from(signature, "base64url"),
  };
}

/** A token for a user, as a step describes it. */
export async function tokenOf(
  step: Omit<TokenStep, "as">,
  userId: string,
  mint: Mint,
): Promise<string> {
  const claims = claimsOf(step, userId);
  const token = await mint(claims);
  return step.fault === undefined ? token : await FAULTS[step.fault](token, claims, mint);
}
