import type { Connection, Socket } from "../server/transports/transport.js";
import type { Link } from "./link.js";
import { Trouble } from "./trouble.js";

/** What answers one session; a frame for many breaks for all of them where one socket breaks. */
const REPLY = /^(pong|\{"type":"(CONNECT|HEARTBEAT_ACK|ERROR)")/;

/** A link as the server's transport shows it. */
export class LinkSocket implements Socket {
  readonly #link: Link;
  readonly #connection: () => Connection | undefined;
  readonly #isAlive: () => boolean;
  readonly #text = new TextDecoder();

  constructor(
    link: Link,
    connection: () => Connection | undefined,
    isAlive: () => boolean,
    deaths: (() => void)[],
  ) {
    this.#link = link;
    this.#connection = connection;
    this.#isAlive = isAlive;
    // The kernel of a dead process resets its connections.
    deaths.push(() => {
      link.cut(5, 0);
    });
  }

  send(frame: string | Uint8Array): boolean {
    const text = typeof frame === "string" ? frame : this.#text.decode(frame);
    if (REPLY.test(text)) this.#mayBreak();
    this.#link.toClient.send({ kind: "text", text });
    return false; // nothing arrives at once
  }

  sendAll(frames: readonly (string | Uint8Array)[]): boolean {
    for (const frame of frames) this.send(frame);
    return false;
  }

  ping(): void {
    this.#mayBreak();
    this.#link.toClient.send({ kind: "ping" });
  }

  end(code: number): void {
    this.#link.toClient.send({ kind: "close", code });
  }

  terminate(): void {
    if (!this.#isAlive()) return;
    this.#link.cut(20, 0);
    this.#link.timeline.after(0, () => {
      if (this.#isAlive()) this.#connection()?.closed(1006);
    });
  }

  bufferedBytes(): number {
    return this.#link.toClient.inFlight;
  }

  #mayBreak(): void {
    if (!this.#link.isBrokenAtServer) return;
    this.#link.isBrokenAtServer = false;
    throw new Trouble("the socket broke");
  }
}
