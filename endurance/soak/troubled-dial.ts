// A dial whose sockets can be broken from outside: the network of one client.

import { WebSocket } from "ws";
import { member, stringOr } from "../../conformance/json.js";
import type { Dial, Socket } from "../../generated/typescript/client/index.js";

/** The present socket of one client, in bad hands. */
export class TroubledDial {
  #socket: WebSocket | undefined;
  #losesNext = false;
  /** Streams of the present socket with a lost EVENT that no later one has shown yet. */
  readonly #unseenLosses = new Set<string>();
  /** Rewrites the address of the next attempts. */
  movedTo: string | undefined;
  onDial: (() => void) | undefined;
  /** Told before the client is. */
  onEnd: (() => void) | undefined;
  onText: ((text: string) => void) | undefined;
  /** Told when an EVENT comes that shows the loss of one before it. */
  onGap: (() => void) | undefined;

  readonly dial: Dial = ({ url, subprotocols, token }, listener) => {
    this.onDial?.();
    const socket = new WebSocket(this.#moved(url), [...subprotocols], {
      headers: token === undefined ? {} : { authorization: `Bearer ${token}` },
      perMessageDeflate: false,
    });
    this.#socket = socket;
    this.#unseenLosses.clear();
    let isOver = false;
    socket.on("open", () => {
      if (!isOver) listener.opened();
    });
    socket.on("message", (data: Buffer) => {
      if (isOver) return;
      const text = data.toString();
      this.onText?.(text);
      if (this.#loses(text)) return;
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

  /** Loses the next EVENT. The next of its stream then leaves a gap (STREAM-8), or the next CONNECT tells of it. */
  loseNext(): void {
    this.#losesNext = true;
  }

  /** Loses no more. What nothing has shown yet would stay lost without another event: the wire is cut. */
  loseNoMore(): void {
    this.#losesNext = false;
    if (this.#unseenLosses.size > 0) this.kill();
  }

  #loses(text: string): boolean {
    if (!this.#losesNext && this.#unseenLosses.size === 0) return false;
    if (!text.includes('"type":"EVENT"')) return false;
    const frame: unknown = JSON.parse(text);
    if (member(frame, "type") !== "EVENT") return false;
    const stream = stringOr(member(frame, "stream"), "");
    const isLost = this.#losesNext;
    this.#losesNext = false;
    if (isLost) this.#unseenLosses.add(stream);
    else if (this.#unseenLosses.delete(stream)) this.onGap?.();
    return isLost;
  }

  #moved(url: string): string {
    if (this.movedTo === undefined) return url;
    const moved = new URL(url);
    moved.host = new URL(this.movedTo).host;
    return moved.href;
  }
}
