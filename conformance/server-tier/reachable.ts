// Whether anybody is at an address that the user gave: a mistyped one is no violation of the server's.

import { connect } from "node:net";

import { addressFault } from "../platform-fault.js";
import { ServerUnreachable } from "./unreachable.js";

const DEFAULT_PORTS: Readonly<Record<string, string>> = { "http:": "80", "https:": "443" };

/** @throws ServerUnreachable where nothing takes a TCP connection within `limitMs` */
export async function mustBeReachable(
  flag: string,
  address: string,
  limitMs: number,
): Promise<void> {
  const { hostname, port, protocol } = new URL(address);
  const problem = await new Promise<string | undefined>((resolve) => {
    const socket = connect({
      host: hostname.replace(/^\[(.*)\]$/u, "$1"),
      port: Number(port || DEFAULT_PORTS[protocol]),
    });
    socket.setTimeout(limitMs, () => {
      resolve(`it does not answer within ${limitMs} ms`);
      socket.destroy();
    });
    socket.once("error", (error) => {
      resolve(addressFault(error));
    });
    socket.once("connect", () => {
      resolve(undefined);
      socket.destroy();
    });
  });
  if (problem !== undefined)
    throw new ServerUnreachable(`cannot reach ${flag} ${address}: ${problem}`);
}
