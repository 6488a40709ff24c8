// Peers that hold on to a connection without using it, each kind with the rule that ends it.

import { connect, type Socket } from "node:net";
import { frameBytes, OPCODE } from "../wire/frame.js";
import { Connection, upgradeRequest, type Target } from "../wire/connection.js";

/** The timers of the server that end such peers, milliseconds. */
export interface Patience {
  readonly connectTimeoutMs: number;
  readonly heartbeatIntervalMs: number;
  readonly heartbeatTimeoutMs: number;
  readonly slowConsumerMs: number;
}

export interface StalledKind {
  readonly name: string;
  /** What ends it. */
  readonly rule: string;
  /** After how long it must be over, by the rule alone. */
  readonly endsWithinMs: (patience: Patience) => number;
  readonly open: (target: Target, index: number) => StalledPeer;
}

export interface StalledPeer {
  readonly socket: Socket;
  /** False for one that cannot see its own end, because it does not read. */
  readonly reads: boolean;
}

const DRIP_MS = 500;

/** Writes one byte after the other, for as long as somebody takes them. */
function drip(socket: Socket, bytes: Uint8Array): void {
  let at = 0;
  const timer = setInterval(() => {
    socket.write(Buffer.of(bytes[at % bytes.length] ?? 0));
    at += 1;
  }, DRIP_MS);
  socket.once("close", () => {
    clearInterval(timer);
  });
}

function bare(target: Target): Socket {
  const socket = connect({ host: target.host, port: target.port, noDelay: true });
  socket.on("error", () => undefined);
  socket.resume();
  return socket;
}

/** It reads and never pongs, unless `beats`. */
function session(target: Target, name: string): Socket {
  const socket = bare(target);
  socket.write(upgradeRequest(`userId=${name}`));
  return socket;
}

const upgradeRule = "the upgrade must be complete within connectTimeoutMs (uWS: about 10 s)";
const upgradeMs = ({ connectTimeoutMs }: Patience): number => Math.max(connectTimeoutMs, 12_000);
const silenceRule = "LIVE-10: nothing for two intervals and the timeout, then 4000";
const silenceMs = ({ heartbeatIntervalMs, heartbeatTimeoutMs }: Patience): number =>
  2 * heartbeatIntervalMs + heartbeatTimeoutMs;

export const STALLED_KINDS: readonly StalledKind[] = [
  {
    name: "opens TCP and says nothing",
    rule: upgradeRule,
    endsWithinMs: upgradeMs,
    open: (target) => ({ socket: bare(target), reads: true }),
  },
  {
    name: "stops within its upgrade",
    rule: upgradeRule,
    endsWithinMs: upgradeMs,
    open(target) {
      const socket = bare(target);
      socket.write(upgradeRequest("userId=half").slice(0, 60));
      return { socket, reads: true };
    },
  },
  {
    name: "sends its upgrade byte by byte",
    rule: upgradeRule,
    endsWithinMs: upgradeMs,
    open(target) {
      const socket = bare(target);
      socket.write("GET /?userId=slow HTTP/1.1\r\nHost: latido\r\nX-Long: ");
      drip(socket, Buffer.from("slow"));
      return { socket, reads: true };
    },
  },
  {
    name: "sends the body of a POST byte by byte",
    rule: upgradeRule,
    endsWithinMs: upgradeMs,
    open(target) {
      const socket = bare(target);
      socket.write("POST /v1/events HTTP/1.1\r\nHost: latido\r\nContent-Length: 100000\r\n\r\n{");
      drip(socket, Buffer.from(" "));
      return { socket, reads: true };
    },
  },
  {
    name: "has a session and never answers a ping",
    rule: silenceRule,
    endsWithinMs: silenceMs,
    open: (target, index) => ({ socket: session(target, `silent-${index}`), reads: true }),
  },
  {
    name: "sends one frame byte by byte",
    rule: silenceRule,
    endsWithinMs: silenceMs,
    open(target, index) {
      const socket = session(target, `byte-${index}`);
      const payload = Buffer.alloc(60_000, " ");
      drip(socket, frameBytes({ opcode: OPCODE.text, payload }));
      return { socket, reads: true };
    },
  },
  {
    name: "beats, and never reads what it gets",
    rule: "POS-17: unsent events for slowConsumerMs, then 4001",
    endsWithinMs: ({ slowConsumerMs }) => slowConsumerMs,
    open(target, index) {
      const connection = new Connection(target, { query: `userId=unread-${index}` });
      const { socket } = connection;
      connection.onText = () => {
        socket.pause();
      };
      const timer = setInterval(() => {
        connection.send({ type: "HEARTBEAT" });
      }, 1_000);
      socket.once("close", () => {
        clearInterval(timer);
      });
      return { socket, reads: false };
    },
  },
];
