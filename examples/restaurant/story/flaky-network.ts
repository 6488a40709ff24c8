// A stretch of network that breaks: what the device and the server see is a connection that is gone.

import { connect, createServer, type AddressInfo, type Server, type Socket } from "node:net";

export class FlakyNetwork {
  readonly #sockets = new Set<Socket>();
  readonly #server: Server;
  #isBroken = false;

  private constructor(private readonly target: URL) {
    this.#server = createServer((device) => {
      if (this.#isBroken) device.destroy();
      else this.#join(device);
    });
  }

  /** Listens on this machine and passes everything on to the address. */
  static async before(url: string): Promise<FlakyNetwork> {
    const network = new FlakyNetwork(new URL(url));
    await new Promise<void>((resolve) => network.#server.listen(0, "127.0.0.1", resolve));
    return network;
  }

  /** The address to dial instead. */
  get url(): string {
    const { port } = this.#server.address() as AddressInfo;
    return `ws://127.0.0.1:${port}${this.target.pathname}`;
  }

  break(): void {
    this.#isBroken = true;
    for (const socket of this.#sockets) socket.destroy();
  }

  mend(): void {
    this.#isBroken = false;
  }

  close(): void {
    this.break();
    this.#server.close();
  }

  #join(device: Socket): void {
    const server = connect(Number(this.target.port), this.target.hostname);
    const end = (): void => {
      for (const socket of [device, server]) {
        socket.destroy();
        this.#sockets.delete(socket);
      }
    };
    for (const socket of [device, server]) {
      this.#sockets.add(socket);
      socket.on("error", end).on("close", end);
    }
    device.pipe(server).pipe(device);
  }
}
