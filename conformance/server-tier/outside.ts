// How a server on this machine is reached as a stranger reaches it: not over loopback.

import { networkInterfaces } from "node:os";

import { httpBase } from "./http.js";
import type { ServerTarget } from "./target.js";

/** An IPv4 address of this machine other than loopback, where it has one. */
export function outsideAddress(): string | undefined {
  return Object.values(networkInterfaces())
    .flatMap((addresses) => addresses ?? [])
    .find(({ family, internal }) => family === "IPv4" && !internal)?.address;
}

/** Base address of the HTTP interface by that address. Throws where there is none. */
export function outsideBase(target: ServerTarget): string {
  const address = outsideAddress();
  if (address === undefined) throw new Error("this machine has no address other than loopback");
  const base = new URL(httpBase(target));
  base.hostname = address;
  return base.origin;
}
