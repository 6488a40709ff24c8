// Whose client is judged. The first user id wins; others are asked to come back later.

import type { Contract } from "../contract.js";
import type { Visit } from "./door.js";

export type Admission =
  | { readonly kind: "guest"; readonly fresh: boolean }
  /** No usable userId: any server closes that with 1002. */
  | { readonly kind: "nobody"; readonly problem: string }
  | { readonly kind: "other"; readonly problem: string };

function carriesToken({ authorization, query, protocols }: Visit): boolean {
  return (
    authorization !== undefined ||
    query.access_token !== undefined ||
    protocols.some((each) => each.startsWith("latido.bearer."))
  );
}

export class Guest {
  #userId: string | undefined;
  #deviceId: string | undefined;
  #known = false;
  #hasToken = false;

  constructor(private readonly contract: Contract) {}

  get userId(): string | undefined {
    return this.#userId;
  }

  get deviceId(): string | undefined {
    return this.#deviceId;
  }

  /** Whether any of its dials carried a token. */
  get hasToken(): boolean {
    return this.#hasToken;
  }

  /** `connected`: the guest has an open connection, so another device cannot be the same client. */
  admit(visit: Visit, connected: boolean): Admission {
    const { userId, deviceId } = visit.query;
    if (userId === undefined || this.contract.judge("connect-query.json", { userId })) {
      return {
        kind: "nobody",
        problem: `a client at ${visit.address} dialled without a usable userId; it was closed with 1002`,
      };
    }
    if (this.#userId !== undefined && userId !== this.#userId) {
      return {
        kind: "other",
        problem: `user ${userId} at ${visit.address} was asked to come back later: this run judges user ${this.#userId}`,
      };
    }
    const fresh = this.#known && deviceId !== this.#deviceId;
    if (fresh && connected) {
      return {
        kind: "other",
        problem: `a second device of user ${userId} at ${visit.address} was asked to come back later`,
      };
    }
    this.#known = true;
    this.#hasToken ||= carriesToken(visit);
    this.#userId = userId;
    this.#deviceId = deviceId;
    return { kind: "guest", fresh };
  }

  /** Another process may come under another name. */
  forget(): void {
    this.#known = false;
    this.#userId = undefined;
    this.#deviceId = undefined;
  }
}
