import { randomBytes } from "node:crypto";
import { connect, type Socket } from "node:net";
import { noteRead } from "./awake.js";
import { FrameReader } from "./frame-reader.js";
import { maskedFrame } from "./masked-frame.js";

const READ_BYTES = 262_144;
/** Every peer reads into the same bytes: what is read is taken before the next read. */
const READ_INTO = Buffer.allocUnsafe(READ_BYTES);
const NAMELESS = "a server broke off: ";

/** What a load does with what arrives. */
export interface PeerEvents {
  /** One text frame, valid during the call. */
  text(bytes: Buffer, start: number, end: number): void;
  /** All frames of one read were handed on. */
  readEnded?(): void;
  failed(error: Error): void;
}

/** A WebSocket client on a bare TCP socket, so that a measurement is not one of a client library. */
export class Peer {
  readonly #socket: Socket;
  readonly #reader: FrameReader;
  #head: string | undefined = "";
  #isDone = false;

  private constructor(
    port: number,
    private readonly path: string,
    private readonly events: PeerEvents,
    private readonly opened: () => void,
  ) {
    this.#reader = new FrameReader({
      text: (bytes, start, end) => {
        events.text(bytes, start, end);
      },
      ping: (bytes, start, end) => {
        this.write(maskedFrame(bytes.subarray(start, end), 0xa).bytes);
      },
      closed: (code) => {
        this.#fail(`close code ${code}`);
      },
    });
    this.#socket = connect({
      port,
      host: "127.0.0.1",
      noDelay: true,
      onread: {
        buffer: READ_INTO,
        callback: (length) => {
          this.#read(length);
          return true;
        },
      },
    });
    this.#socket.on("connect", () => {
      this.#socket.write(this.#request());
    });
    this.#socket.on("error", (error) => {
      this.#fail(error.message);
    });
    this.#socket.on("close", () => {
      this.#fail("the socket ended");
    });
  }

  /** Resolves when the upgrade is done. @param path with its query */
  static dial(port: number, path: string, events: PeerEvents): Promise<Peer> {
    return new Promise((resolve) => {
      const peer: Peer = new Peer(port, path, events, () => {
        resolve(peer);
      });
    });
  }

  /** The bytes must not change until the server has answered them. */
  write(bytes: Uint8Array): void {
    this.#socket.write(bytes);
  }

  end(): void {
    this.#isDone = true;
    this.#socket.destroy();
  }

  #request(): string {
    return [
      `GET ${this.path} HTTP/1.1`,
      "Host: 127.0.0.1",
      "Upgrade: websocket",
      "Connection: Upgrade",
      `Sec-WebSocket-Key: ${randomBytes(16).toString("base64")}`,
      "Sec-WebSocket-Version: 13",
      "Sec-WebSocket-Protocol: latido.v1",
      "\r\n",
    ].join("\r\n");
  }

  #read(length: number): void {
    noteRead();
    if (this.#isDone) return;
    try {
      if (this.#head === undefined) this.#reader.push(READ_INTO, length);
      else this.#readHead(READ_INTO.toString("latin1", 0, length));
      this.events.readEnded?.();
    } catch (error) {
      this.#fail(error instanceof Error ? error.message : String(error));
    }
  }

  #readHead(text: string): void {
    const head = (this.#head ?? "") + text;
    this.#head = head;
    const end = head.indexOf("\r\n\r\n");
    if (end < 0) return;
    if (!head.startsWith("HTTP/1.1 101")) {
      throw new Error(`the upgrade was answered ${head.slice(9, 12)}`);
    }
    this.#head = undefined;
    this.opened();
    const rest = Buffer.from(head.slice(end + 4), "latin1");
    if (rest.length > 0) this.#reader.push(rest, rest.length);
  }

  #fail(problem: string): void {
    if (this.#isDone) return;
    this.end();
    this.events.failed(new Error(NAMELESS + problem));
  }
}
