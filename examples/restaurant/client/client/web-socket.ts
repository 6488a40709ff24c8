import {
  bearerSubprotocol,
  CLOSE_TIMEOUT_MS,
  closeReason,
  type Dial,
  type Socket,
} from "./socket.js";

/** The part of the browser's WebSocket that is used. The class of the `ws` package fits too. */
export interface WebSocketLike {
  onopen: ((event: never) => void) | null;
  onmessage: ((event: never) => void) | null;
  onclose: ((event: never) => void) | null;
  onerror: ((event: never) => void) | null;
  send(text: string): void;
  close(code?: number, reason?: string): void;
}

export type WebSocketClass = new (url: string, subprotocols: string[]) => WebSocketLike;

/** Dial with a browser's WebSocket class, which cannot set headers (CONN-7). */
export function webSocketDial(webSocketClass: WebSocketClass): Dial {
  return ({ url, subprotocols, token }, listener) => {
    const bearer = token === undefined ? [] : [bearerSubprotocol(token)];
    const socket = new webSocketClass(url, [...subprotocols, ...bearer]);
    let finish: (() => void) | undefined;
    const finished = new Promise<void>((resolve) => {
      finish = resolve;
    });
    socket.onopen = () => {
      listener.opened();
    };
    socket.onmessage = ({ data }: { readonly data: unknown }) => {
      if (typeof data === "string") listener.text(data);
    };
    socket.onclose = ({ code, reason }: { readonly code: number; readonly reason: string }) => {
      finish?.();
      listener.ended(code, reason);
    };
    socket.onerror = () => undefined; // a close event follows
    return {
      send(text) {
        socket.send(text);
      },
      close(code, reason) {
        socket.onopen = null;
        socket.onmessage = null;
        socket.onclose = () => finish?.();
        socket.close(code, closeReason(reason));
        return withTimeout(finished);
      },
    } satisfies Socket;
  };
}

/** A browser gives up a closing handshake by itself: only the wait for it is bounded. */
function withTimeout(finished: Promise<void>): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, CLOSE_TIMEOUT_MS);
    void finished.then(() => {
      clearTimeout(timer);
      resolve();
    });
  });
}
