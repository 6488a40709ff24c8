import {
  offeredProtocols,
  type Connection,
  type HttpAnswer,
  type HttpRequest,
  type Socket,
  type Transport,
  type TransportHost,
  type UpgradeRequest,
} from "./transport.js";

/** A client's end of a connection inside the process. */
export interface LocalClient {
  /** A message from the server: text or the bytes of a text. */
  received(frame: string | Uint8Array): void;
  /** A WebSocket ping; a client answers it with `pong`, unless it stalls. */
  pinged(): void;
  /** The connection is over, with the code that a WebSocket client would see. */
  closed(code: number, reason: string): void;
}

/** What a client does with its connection. */
export interface LocalLink {
  readonly protocol: string | undefined;
  send(message: string | Uint8Array, isBinary?: boolean): void;
  pong(): void;
  close(code: number): void;
  /** Breaks the connection: the server sees 1006, the client nothing. */
  drop(): void;
  /** Sets how many bytes the server sees as not taken; 0 drains. */
  backlog(bytes: number): void;
}

/** What a client says when it dials. */
export interface LocalDial {
  /** The query without the question mark. */
  readonly query: string;
  readonly protocols?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly remoteAddress?: string;
}

/** A transport without a network, for simulations and tests: everything happens in the call. */
export class LocalTransport implements Transport {
  readonly name = "ws";
  readonly #host: TransportHost;

  constructor(host: TransportHost) {
    this.#host = host;
  }

  listen(port: number): Promise<number> {
    return Promise.resolve(port);
  }

  close(): Promise<void> {
    return Promise.resolve();
  }

  http(request: Partial<HttpRequest> & { readonly path: string }): Promise<HttpAnswer> {
    const complete: HttpRequest = {
      method: "GET",
      query: "",
      headers: {},
      remoteAddress: "127.0.0.1",
      body: new Uint8Array(0),
      ...request,
    };
    return Promise.resolve(this.#host.http(complete));
  }

  /** Dials; the answer instead of a connection where the upgrade is refused. */
  dial(client: LocalClient, dial: LocalDial): LocalLink | HttpAnswer {
    const { query, protocols, headers = {}, remoteAddress = "127.0.0.1" } = dial;
    const request: UpgradeRequest = {
      path: "/",
      query,
      headers,
      remoteAddress,
      offeredProtocols: offeredProtocols(protocols),
    };
    const decision = this.#host.upgrade(request);
    if (decision.kind === "refuse") return decision.answer;
    const socket = new LocalSocket(client);
    const link = new OpenLink(this.#host, socket, decision.protocol);
    socket.link = link;
    link.attach(this.#host.opened(socket, request));
    return link;
  }
}

class LocalSocket implements Socket {
  link: OpenLink | undefined;
  bytesWaiting = 0;
  isOpen = true;

  constructor(private readonly client: LocalClient) {}

  send(frame: string | Uint8Array): boolean {
    if (this.isOpen) this.client.received(frame);
    return this.bytesWaiting === 0;
  }

  sendAll(frames: readonly (string | Uint8Array)[]): boolean {
    for (const frame of frames) this.send(frame);
    return this.bytesWaiting === 0;
  }

  ping(): void {
    if (this.isOpen) this.client.pinged();
  }

  end(code: number, reason: string): void {
    this.#over(code, reason, code);
  }

  terminate(): void {
    this.#over(1006, "", 1006);
  }

  bufferedBytes(): number {
    return this.bytesWaiting;
  }

  #over(seenByClient: number, reason: string, seenByServer: number): void {
    if (!this.isOpen) return;
    this.isOpen = false;
    this.client.closed(seenByClient, reason);
    this.link?.over(seenByServer);
  }
}

class OpenLink implements LocalLink {
  #connection: Connection | undefined;
  #overBy: number | undefined;

  constructor(
    private readonly host: TransportHost,
    private readonly socket: LocalSocket,
    readonly protocol: string | undefined,
  ) {}

  attach(connection: Connection): void {
    this.#connection = connection;
    if (this.#overBy !== undefined) this.over(this.#overBy);
  }

  over(code: number): void {
    this.#overBy = code;
    const connection = this.#connection;
    this.#connection = undefined;
    connection?.closed(code);
  }

  send(message: string | Uint8Array, isBinary = false): void {
    const bytes = typeof message === "string" ? Buffer.from(message) : message;
    this.#safely((connection) => {
      connection.received(bytes, isBinary);
    });
  }

  pong(): void {
    this.#safely((connection) => {
      connection.ponged();
    });
  }

  close(code: number): void {
    if (!this.socket.isOpen) return;
    this.socket.isOpen = false;
    this.over(code);
  }

  drop(): void {
    this.close(1006);
  }

  backlog(bytes: number): void {
    const before = this.socket.bytesWaiting;
    this.socket.bytesWaiting = bytes;
    if (bytes < before) {
      this.#safely((connection) => {
        connection.drained();
      });
    }
  }

  #safely(call: (to: Connection) => void): void {
    try {
      if (this.#connection !== undefined) call(this.#connection);
    } catch (error) {
      this.host.failed(error);
      this.socket.end(1011, "");
    }
  }
}
