import { WebSocket } from "ws";
import { addressFault } from "../conformance/platform-fault.js";
import { SUBPROTOCOL } from "../generated/typescript/tables.js";

/** How long the look may take. */
const LOOK_MS = 5_000;

/**
 * Looks once why no session came about at an address, and says it in one line with what to do.
 * @returns undefined where a server does answer after all
 */
export async function watchHint(address: string): Promise<string | undefined> {
  const why = await faultAt(address);
  if (why === undefined) return undefined;
  return `no session at ${address}: ${why}; trying on until Ctrl+C. \`latido serve\` starts a server`;
}

async function faultAt(address: string): Promise<string | undefined> {
  return await new Promise((resolve) => {
    const socket = new WebSocket(address, SUBPROTOCOL, { handshakeTimeout: LOOK_MS });
    socket.once("open", () => {
      resolve(undefined);
      socket.terminate();
    });
    socket.once("unexpected-response", (request, { statusCode }) => {
      resolve(`the server there refuses WebSockets with HTTP ${String(statusCode)}`);
      request.destroy();
    });
    // Stays after the first: ending a request is told as an error, too.
    socket.on("error", (error) => {
      resolve(addressFault(error));
    });
  });
}
