import type {
  Dial,
  DialRequest,
  SocketListener,
} from "../../../generated/typescript/client/index.js";
import type { ClientFrame, StreamHead } from "../../../generated/typescript/messages.js";
import { decodeClientFrame } from "../../../generated/typescript/validators.js";
import { connectFrame, timed, type Untimed } from "./session-probe.js";

/** One connection as the server sees it. */
export class FakeConnection {
  readonly request: DialRequest;
  readonly frames: ClientFrame[] = [];
  closedWith: number | undefined;
  readonly #listener: SocketListener;

  constructor(request: DialRequest, listener: SocketListener) {
    this.request = request;
    this.#listener = listener;
  }

  open(): this {
    this.#listener.opened();
    return this;
  }

  accept(streams: readonly StreamHead[] = []): this {
    return this.open().send(connectFrame(streams));
  }

  send(frame: Untimed): this {
    this.#listener.text(JSON.stringify(timed(frame)));
    return this;
  }

  end(code: number, reason = ""): this {
    this.#listener.ended(code, reason);
    return this;
  }

  take(text: string): void {
    const decoded = decodeClientFrame(JSON.parse(text));
    if (decoded.kind !== "frame") throw new Error(`the client broke its schema: ${text}`);
    this.frames.push(decoded.frame);
  }

  framesOf<Type extends ClientFrame["type"]>(
    type: Type,
  ): (ClientFrame & { readonly type: Type })[] {
    return this.frames.filter(
      (frame): frame is ClientFrame & { readonly type: Type } => frame.type === type,
    );
  }
}

/** A server without sockets: the test answers every connection by hand. */
export class FakeServer {
  readonly connections: FakeConnection[] = [];

  readonly dial: Dial = (request, listener) => {
    const connection = new FakeConnection(request, listener);
    this.connections.push(connection);
    return {
      send: (text) => {
        connection.take(text);
      },
      close: (code) => {
        connection.closedWith = code;
        return Promise.resolve();
      },
    };
  };

  get last(): FakeConnection {
    const connection = this.connections.at(-1);
    if (connection === undefined) throw new Error("nobody has dialled");
    return connection;
  }
}
