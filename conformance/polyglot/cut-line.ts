// A line between one client and a server that can be cut: what the network does, on command.

import { connect, createServer, type Server, type Socket } from "node:net";
import type { AddressInfo } from "node:net";

export class CutLine {
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();
  #isDown = false;
  /** How many connections went through it. */
  dials = 0;

  private constructor(target: { readonly host: string; readonly port: number }) {
    this.#server = createServer((near) => {
      if (this.#isDown) {
        near.on("error", () => undefined);
        near.resetAndDestroy();
        return;
      }
      this.dials += 1;
      const far = connect(target.port, target.host);
      for (const [one, other] of [
        [near, far],
        [far, near],
      ] as const) {
        this.#sockets.add(one);
        one.pipe(other);
        one.on("error", () => undefined);
        one.on("close", () => {
          this.#sockets.delete(one);
          other.destroy();
        });
      }
    });
  }

  /** Listens on a free port of this machine. */
  static async to(url: string): Promise<CutLine> {
    const { hostname, port } = new URL(url);
    const line = new CutLine({ host: hostname, port: Number(port) });
    await new Promise<void>((resolve) => line.#server.listen(0, "127.0.0.1", resolve));
    return line;
  }

  get url(): string {
    return `ws://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  /** Breaks every connection at once, without a close frame; the next dial gets through. */
  cut(): void {
    for (const socket of this.#sockets) socket.resetAndDestroy();
  }

  /** Breaks every connection, and lets none through until it is up again. */
  goDown(): void {
    this.#isDown = true;
    this.cut();
  }

  comeUp(): void {
    this.#isDown = false;
  }

  async close(): Promise<void> {
    this.cut();
    await new Promise((resolve) => this.#server.close(resolve));
  }
}
