// A WebSocket client on a bare TCP socket: it may send any bytes, and it measures the server, not itself.

import { connect, type Socket } from "node:net";
import { frameBytes, FrameReader, messageBytes, OPCODE } from "./frame.js";

export interface Target {
  readonly host: string;
  readonly port: number;
}

export interface DialOptions {
  /** The query without its question mark. */
  readonly query: string;
  /** One of the machine's own addresses, so that more than 28 000 connections fit. */
  readonly localAddress?: string;
}

/** The text of an upgrade request. */
export function upgradeRequest(query: string): string {
  return [
    `GET /?${query} HTTP/1.1`,
    "Host: latido",
    "Connection: Upgrade",
    "Upgrade: websocket",
    "Sec-WebSocket-Version: 13",
    "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
    "",
    "",
  ].join("\r\n");
}

/** What a bare socket ends with when there was no close frame. */
const ABNORMAL = 1006;

export class Connection {
  readonly socket: Socket;
  /** Resolves with the close code that the server sent, 1006 without one, when TCP is over. */
  readonly closed: Promise<number>;
  onText: ((text: string) => void) | undefined;
  onPong: (() => void) | undefined;
  isOver = false;
  #code = ABNORMAL;
  #head: Buffer | undefined = Buffer.alloc(0);
  readonly #reader: FrameReader;

  constructor({ host, port }: Target, { query, localAddress }: DialOptions) {
    this.socket = connect({ host, port, noDelay: true, ...(localAddress && { localAddress }) });
    this.#reader = new FrameReader((opcode, payload) => {
      this.#frame(opcode, payload);
    });
    this.socket.on("error", () => undefined);
    this.socket.on("data", (chunk) => {
      this.#data(chunk);
    });
    this.socket.write(upgradeRequest(query));
    this.closed = new Promise((resolve) => {
      this.socket.on("close", () => {
        this.isOver = true;
        resolve(this.#code);
      });
    });
  }

  /** Writes bytes as they are. */
  write(bytes: Uint8Array): void {
    if (!this.socket.destroyed) this.socket.write(bytes);
  }

  send(frame: object): void {
    this.write(messageBytes(Buffer.from(JSON.stringify(frame)), false));
  }

  /** Its answer, `onPong`, says that everything written before has been read. */
  ping(): void {
    this.write(frameBytes({ opcode: OPCODE.ping, payload: Buffer.alloc(0) }));
  }

  /** Ends with a close frame. */
  close(code: number): void {
    const payload = Buffer.of(code >> 8, code & 255);
    this.write(frameBytes({ opcode: OPCODE.close, payload }));
  }

  /** Breaks TCP off with a reset. */
  drop(): void {
    this.socket.resetAndDestroy();
  }

  #data(chunk: Buffer): void {
    if (this.#head === undefined) {
      this.#reader.push(chunk);
      return;
    }
    this.#head = Buffer.concat([this.#head, chunk]);
    const end = this.#head.indexOf("\r\n\r\n");
    if (end < 0) return;
    const rest = this.#head.subarray(end + 4);
    this.#head = undefined;
    if (rest.length > 0) this.#reader.push(rest);
  }

  #frame(opcode: number, payload: Buffer): void {
    if (opcode === OPCODE.text) this.onText?.(payload.toString());
    else if (opcode === OPCODE.pong) this.onPong?.();
    else if (opcode === OPCODE.ping) this.write(frameBytes({ opcode: OPCODE.pong, payload }));
    else if (opcode === OPCODE.close) {
      this.#code = payload.length >= 2 ? payload.readUInt16BE(0) : 1005;
      this.socket.end();
    }
  }
}
