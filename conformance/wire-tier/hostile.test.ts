// Whatever dials, the run goes on and ends with a report.

import { connect } from "node:net";

import { afterEach, describe, expect, it } from "vitest";
import { WebSocket } from "ws";

import { wireRun } from "./testing/wire-run.js";

const sockets: WebSocket[] = [];
let over = false;

afterEach(() => {
  over = true;
  for (const socket of sockets.splice(0)) socket.terminate();
});

/** Dials again after every end, and does its worst on each connection. */
function keepDialling(url: string, query: string, worst: (socket: WebSocket) => void): void {
  over = false;
  const dial = (): void => {
    if (over) return;
    const socket = new WebSocket(`${url}?${query}`, { perMessageDeflate: false });
    sockets.push(socket);
    socket.on("error", () => undefined);
    socket.on("close", () => setImmediate(dial));
    socket.once("open", () => {
      worst(socket);
    });
  };
  dial();
}

function raw(url: string, bytes: string | Buffer): void {
  const { hostname, port } = new URL(url);
  const socket = connect(Number(port), hostname, () => {
    socket.write(bytes);
  });
  socket.on("error", () => undefined);
}

const DEEP = `{"type":"HEARTBEAT","deep":${"[".repeat(200_000)}${"]".repeat(200_000)}}`;

const WORST: readonly (readonly [string, (socket: WebSocket) => void])[] = [
  [
    "nests two hundred thousand lists",
    (socket) => {
      socket.send(DEEP);
    },
  ],
  [
    "sends two MiB at once",
    (socket) => {
      socket.send("x".repeat(2 * 1024 * 1024));
    },
  ],
  [
    "sends bytes that are no UTF-8",
    (socket) => {
      socket.send(Buffer.from([0xff, 0xfe]), { binary: false });
    },
  ],
  [
    "sends binary",
    (socket) => {
      socket.send(Buffer.alloc(1024));
    },
  ],
  [
    "floods",
    (socket) => {
      for (let n = 0; n < 20_000; n += 1) socket.send('{"type":"HEARTBEAT"}');
    },
  ],
  [
    "names types after members of every object",
    (socket) => {
      for (const type of ["__proto__", "constructor", "toString", ""])
        socket.send(JSON.stringify({ type }));
      socket.send('{"__proto__":{"type":"CONNECT"},"type":["HEARTBEAT"]}');
    },
  ],
  [
    "sends escape sequences and markup",
    (socket) => {
      socket.send(JSON.stringify({ type: "\u001b[2J<script>alert(1)</script>", stream: "\u0000" }));
    },
  ],
  [
    "breaks the connection at once",
    (socket) => {
      socket.terminate();
    },
  ],
  [
    "closes with odd codes",
    (socket) => {
      socket.close(4999, "\u001b]0;x\u0007");
    },
  ],
  [
    "acknowledges and asks for what it likes",
    (socket) => {
      socket.send('{"type":"ACK","streams":[{"stream":7}]}');
      socket.send('{"type":"REQUEST_SYNC","streams":"all"}');
      socket.send('{"type":"MESSAGE","messageId":{"a":1},"event":[]}');
      socket.send('{"type":"TOKEN_REFRESH"}');
      socket.send('{"type":"PRESENCE_UPDATE","payload":null}');
    },
  ],
];

describe("a hostile client", () => {
  it.each(WORST)("that %s costs its own cases and no more", async (_name, worst) => {
    const run = await wireRun({
      cases: [
        "wire/gap-*",
        "wire/many-*",
        "wire/stops-after-4501",
        "wire/types-*",
        "wire/frames-*",
      ],
      hangMs: 300,
      idleMs: 2_000,
      meet: (url) => {
        keepDialling(url, "userId=villain&deviceId=v1&attempt=1", worst);
      },
    });
    expect(run.with("error")).toEqual([]);
    // It works in this process, too: where it held up the runner itself, no missing frame is held against it.
    expect(run.with("fail", "inconclusive")).toContain("wire/gap-is-asked-for");
    expect(run.with("fail", "inconclusive")).toContain("wire/many-unacknowledged");
    expect(run.code).toBe(run.with("fail").length > 0 ? 1 : 3);
    expect(() => JSON.stringify(run.result)).not.toThrow();
  });

  it("that cannot even dial is told from a client, and the real one is judged", async () => {
    const run = await wireRun({
      cases: ["wire/gap-*"],
      hangMs: 300,
      idleMs: 2_000,
      meet: (url) => {
        raw(url, "nonsense\r\n\r\n");
        raw(url, Buffer.from([0x16, 0x03, 0x01, 0x02, 0x00, 0x01]));
        raw(url, "GET // HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n");
        raw(
          url,
          "GET / HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 99\r\n\r\n",
        );
        raw(
          url,
          "GET /?userId=a HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: h2c\r\n\r\n",
        );
        for (let n = 0; n < 300; n += 1) raw(url, "GET /cha");
        setTimeout(() => {
          keepDialling(url, "userId=real&deviceId=r1&attempt=1", () => undefined);
        }, 200);
      },
    });
    expect(run.board.state.hints.join()).toContain("ws://, not wss://");
    expect(run.with("error")).toEqual([]);
  });

  it.each([
    ["userId=%00%1b%5b2J"],
    [`userId=${"a".repeat(200)}`],
    ["userId=%ff"],
    ["__proto__=1&constructor=2"],
  ])("whose query is %s is no user", async (query) => {
    const run = await wireRun({
      cases: ["wire/gap-*", "wire/dials-with-its-user"],
      idleMs: 700,
      meet: (url) => {
        keepDialling(url, query, () => undefined);
      },
    });
    expect(run.of("wire/dials-with-its-user").verdict).toBe("fail");
    expect(run.of("wire/gap-is-asked-for").verdict).toBe("n/a");
  });
});

describe("several clients at once", () => {
  it("the first user is judged; others are asked to come back later", async () => {
    const closes: [string, number][] = [];
    const told: unknown[] = [];
    const run = await wireRun({
      cases: ["wire/heartbeats-*"],
      hangMs: 600,
      idleMs: 1_000,
      meet: (url) => {
        const visit = (query: string): void => {
          const socket = new WebSocket(`${url}?${query}`, ["latido.v1"]);
          sockets.push(socket);
          socket.on("message", (data: Buffer) => {
            if (query !== "userId=first&deviceId=a") told.push(JSON.parse(data.toString()));
          });
          socket.on("close", (code) => closes.push([query, code]));
          socket.once("open", () => {
            if (query === "userId=first&deviceId=a") {
              visit("userId=second&deviceId=b");
              visit("userId=first&deviceId=c");
            }
          });
        };
        visit("userId=first&deviceId=a");
      },
    });
    expect(closes.toSorted()).toEqual([
      ["userId=first&deviceId=a", 1012],
      ["userId=first&deviceId=c", 1013],
      ["userId=second&deviceId=b", 1013],
    ]);
    expect(told).toMatchObject([
      { type: "DISCONNECT", code: 1013, reconnect: true, retryAfterMs: 30_000 },
      { type: "DISCONNECT", code: 1013, reconnect: true, retryAfterMs: 30_000 },
    ]);
    expect(run.board.state.client).toContain("user first");
    const hints = run.board.state.hints.join("\n");
    expect(hints).toContain("this run judges user first");
    expect(hints).toContain("a second device of user first");
  });
});
