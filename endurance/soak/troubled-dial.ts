// A dial whose sockets can be broken from outside: the network of one client.

import { WebSocket } from "ws";
import type { Dial, Socket } from "../../generated/typescript/client/index.js";

/** The present socket of one client, in bad hands. */
export class TroubledDial {
  #socket: WebSocket | undefined;
  /** Rewrites the address of the next attempts. */
  movedTo: string | undefined;
  onDial: (() => void) | undefined;
  /** Told before the client is. */
  onEnd: (() => void) | undefined;
  onText: ((text: string) => void) | undefined;

  readonly dial: Dial = ({ url, subprotocols, token }, listener) => {
    this.onDial?.();
    const socket = new WebSocket(this.#moved(url), [...subprotocols], {
      headers: token === undefined ? {} : { authorization: `Bearer ${token}` },
      perMessageDeflate: false,
    });
    this.#socket = socket;
    let isOver = false;
    socket.on("open", () => {
      if (!isOver) listener.opened();
    });
    socket.on("message", (data: Buffer) => {
      if (isOver) return;
      const text = data.toString();
      this.onText?.(text);
      listener.text(text);
    });
    socket.on("error", () => undefined);
    socket.on("close", (code, reason) => {
      if (isOver) return;
      isOver = true;
      this.onEnd?.();
      listener.ended(code, reason.toString());
    });
    return {
      send(text) {
        if (socket.readyState === WebSocket.OPEN) socket.send(text);
      },
      close(code, reason) {
        isOver = true;
        if (socket.readyState === WebSocket.CLOSED) return Promise.resolve();
        return new Promise((resolve) => {
          socket.once("close", () => {
            resolve();
          });
          socket.close(code, reason);
        });
      },
    } satisfies Socket;
  };

  /** Cuts the wire: no close frame either way. */
  kill(): void {
    this.#socket?.terminate();
  }

  /** Ends with a code, as a proxy might. */
  closeWith(code: number): void {
    if (this.#socket?.readyState === WebSocket.OPEN) this.#socket.close(code);
  }

  /** Reads nothing for a while. */
  freeze(ms: number): void {
    const socket = this.#socket;
    if (socket?.readyState !== WebSocket.OPEN) return;
    socket.pause();
    setTimeout(() => {
      socket.resume();
    }, ms).unref();
  }

  #moved(url: string): string {
    if (this.movedTo === undefined) return url;
    const moved = new URL(url);
    moved.host = new URL(this.movedTo).host;
    return moved.href;
  }
}
