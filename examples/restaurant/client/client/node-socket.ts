import { WebSocket } from "ws";

import { CLOSE_TIMEOUT_MS, closeReason, type Dial, type Socket } from "./socket.js";

/** Server frames stay under 1 MiB; a larger one is a fault that ends the connection. */
const MAX_PAYLOAD_BYTES = 4 * 1024 * 1024;

/** Dial with the `ws` package, which can set headers. Pings are answered by it (LIVE-12). */
export const nodeDial: Dial = ({ url, subprotocols, token }, listener) => {
  const socket = new WebSocket(url, [...subprotocols], {
    headers: token === undefined ? {} : { authorization: `Bearer ${token}` },
    maxPayload: MAX_PAYLOAD_BYTES,
    perMessageDeflate: false,
  });
  let over = false;
  socket.on("open", () => {
    if (!over) listener.opened();
  });
  socket.on("message", (data, isBinary) => {
    // with the default binaryType a text arrives as one Buffer
    if (!over && !isBinary) listener.text((data as Buffer).toString("utf8"));
  });
  socket.on("error", () => undefined); // a close event follows
  socket.on("close", (code, reason) => {
    if (over) return;
    over = true;
    listener.ended(code, reason.toString("utf8"));
  });
  return {
    send(text) {
      if (socket.readyState === WebSocket.OPEN) socket.send(text);
    },
    close(code, reason) {
      over = true;
      if (socket.readyState === WebSocket.CLOSED) return Promise.resolve();
      return new Promise((resolve) => {
        const timer = setTimeout(() => {
          socket.terminate();
        }, CLOSE_TIMEOUT_MS);
        socket.once("close", () => {
          clearTimeout(timer);
          resolve();
        });
        socket.close(code, closeReason(reason));
      });
    },
  } satisfies Socket;
};
