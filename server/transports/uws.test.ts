import { describe, expect, test } from "vitest";
import type { Connection, Socket, TransportHost } from "./transport.js";
import type { UwsModule } from "./uws-native.js";
import { uwsTransport } from "./uws.js";

const REQUEST = {
  getUrl: () => "/",
  getQuery: () => "",
  getHeader: () => "",
  forEach: () => undefined,
};

/** A native socket whose unsent bytes the test decides. */
class Native {
  unsent = 0;
  /** What `send` answers: 1 sent, 2 dropped. */
  answer = 1;
  readonly calls: string[] = [];

  send(): number {
    if (this.calls.includes("close")) throw new Error("the socket is closed");
    return this.answer;
  }
  ping(): number {
    return 1;
  }
  end(code: number): void {
    this.calls.push(`end ${code}`);
  }
  close(): void {
    this.calls.push("close");
  }
  cork(write: () => void): void {
    write();
  }
  getBufferedAmount(): number {
    return this.unsent;
  }
}

type Behavior = Readonly<Record<string, (...given: unknown[]) => void>>;

/** One open socket on a native module that does nothing by itself. */
function opened(connection: Partial<Connection> = {}): {
  readonly native: Native;
  readonly socket: Socket;
  readonly behavior: Behavior;
} {
  let behavior: Behavior = {};
  const app = {
    ws: (_pattern: string, given: Behavior) => {
      behavior = given;
      return app;
    },
    any: () => app,
  };
  let socket: Socket | undefined;
  const host: TransportHost = {
    upgrade: () => ({ kind: "accept", protocol: undefined }),
    opened: (given) => {
      socket = given;
      const nothing = (): void => undefined;
      return {
        received: nothing,
        ponged: nothing,
        drained: nothing,
        closed: nothing,
        ...connection,
      };
    },
    http: () => ({ status: 404, headers: {}, body: "" }),
    failed: () => undefined,
  };
  const bounds = { maxMessageBytes: 1, maxBodyBytes: 1, maxBufferedBytes: 1 };
  uwsTransport({ App: () => app } as unknown as UwsModule, host, bounds);
  const native = new Native();
  const response = {
    onAborted: () => undefined,
    cork: (write: () => void) => {
      write();
    },
    getRemoteAddressAsText: () => new ArrayBuffer(0),
    upgrade: (data: unknown) => {
      Object.assign(native, data); // as the native module does
    },
  };
  behavior.upgrade?.(response, REQUEST, undefined);
  behavior.open?.(native);
  if (socket === undefined) throw new Error("the transport opened no socket");
  return { native, socket, behavior };
}

describe("the end of a native socket", () => {
  test("POS-17 what is unsent goes first, for the native close would drop it", () => {
    const { native, socket, behavior } = opened();
    native.unsent = 40;
    socket.end(4001, "slow_consumer");
    expect(native.calls).toEqual([]);
    native.unsent = 10;
    behavior.drain?.(native);
    expect(native.calls).toEqual([]);
    native.unsent = 0;
    behavior.drain?.(native);
    expect(native.calls).toEqual(["end 4001"]);
    behavior.drain?.(native);
    expect(native.calls).toEqual(["end 4001"]);
  });

  test("POS-17 after a frame that was dropped nothing is written any more", () => {
    const { native, socket } = opened();
    native.answer = 2;
    expect(socket.sendAll(["a", "b"])).toBe(false);
    expect(native.calls).toEqual(["close"]);
  });

  test("a socket that owes nothing ends at once", () => {
    const { native, socket } = opened();
    socket.end(4502, "session_replaced");
    expect(native.calls).toEqual(["end 4502"]);
  });

  test("a socket that is dropped meanwhile is not ended any more", () => {
    const { native, socket, behavior } = opened();
    native.unsent = 40;
    socket.end(4001, "slow_consumer");
    socket.terminate();
    behavior.close?.(native, 1006);
    native.unsent = 0;
    behavior.drain?.(native);
    expect(native.calls).toEqual(["close"]);
  });

  test("ERR-10 a callback that throws ends its socket at once, whatever is unsent", () => {
    const { native, behavior } = opened({
      ponged: () => {
        throw new Error("a fault");
      },
    });
    native.unsent = 40;
    behavior.pong?.(native);
    expect(native.calls).toEqual(["end 1011"]);
  });
});
