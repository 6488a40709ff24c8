import { createHmac } from "node:crypto";

const LIFE_SECONDS = 24 * 3_600;

/** A token of HS256 for one user, good for a day. */
export function tokenFor(
  secret: string,
  userId: string,
  scopes: readonly Readonly<Record<string, string>>[],
): string {
  const part = (value: object): string => Buffer.from(JSON.stringify(value)).toString("base64url");
  const exp = Math.ceil(Date.now() / 1_000) + LIFE_SECONDS;
  const claims = { sub: userId, exp, scopes, modules: ["orders", "chat"] };
  const signed = `${part({ alg: "HS256", typ: "JWT" })}.${part(claims)}`;
  return `${signed}.${createHmac("sha256", secret).update(signed).digest("base64url")}`;
}
