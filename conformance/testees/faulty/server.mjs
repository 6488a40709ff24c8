// A server of a page: just enough of Latido to pass the cases of server-tier/run.test.ts. The first argument
// names a fault to show (none, crash, mute and so on); the second may be a file of settings.

import { randomUUID } from "node:crypto";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { WebSocketServer } from "ws";

const [, , fault = "none", file] = process.argv;
const settings = file === undefined ? {} : JSON.parse(readFileSync(file, "utf8"));
const now = () => new Date().toISOString();

const CONNECT = {
  type: "CONNECT",
  protocolVersion: "1.0",
  modules: ["orders"],
  streams: [],
  heartbeat: { intervalMs: settings.timers?.heartbeatIntervalMs ?? 5000, timeoutMs: 4000 },
  reconnect: {
    baseDelayMs: 1000,
    maxDelayMs: 30000,
    jitter: 0.5,
    firstSpreadMs: 3000,
    stableAfterMs: 5000,
    circuitAfter: 10,
    circuitRestMs: 60000,
  },
  ack: { maxPending: 100, maxDelayMs: 1000 },
  sync: { maxPageEvents: 500, maxPageBytes: 16384, maxPages: 20, timeoutMs: 10000 },
  presence: { graceMs: 15000 },
  limits: {
    maxFrameBytes: 65536,
    maxPayloadBytes: 32768,
    maxInFlightMessages: 32,
    dedupWindowMs: 600000,
  },
};

if (fault === "garbage") console.log("Listening on port 1234...");
if (fault === "endless") process.stdout.write("x".repeat(2_000_000));
if (fault === "quits") {
  console.error("the disk is full");
  process.exit(3);
}
const started = `${file}.started`;
if (fault === "once" && existsSync(started)) process.exit(3);
if (fault === "once") writeFileSync(started, "");

/** Gone for everybody a moment before the process ends. */
let leaving = false;
const slipAway = () => {
  server.close();
  setTimeout(() => server.clients.forEach((each) => each.terminate()), 1);
  setTimeout(() => process.exit(8), 300);
};

const server = new WebSocketServer({ port: 0, host: "127.0.0.1" });
server.on("connection", (socket, request) => {
  const userId = new URL(request.url, "ws://here").searchParams.get("userId");
  const send = (frame) => socket.send(JSON.stringify({ timestamp: now(), ...frame }));
  socket.on("message", (data) => {
    const { type } = JSON.parse(data.toString());
    if (type === "REQUEST_PRESENCE") {
      if (fault === "crash") process.exit(7);
      while (fault === "freeze");
      if (fault === "slams") server.clients.forEach((each) => each.close(1011));
      if (fault === "lets-go") socket.on("close", () => process.exit(8));
      if (fault === "slips-away") socket.on("close", () => (leaving = true));
    }
    if (type === "HEARTBEAT") send({ type: "HEARTBEAT_ACK" });
    if (type === "HEARTBEAT" && leaving) slipAway();
  });
  if (fault === "mute") return;
  if (fault === "token") socket.close(4500);
  if (fault === "turns-away") socket.close(1013);
  if (fault === "blabs") send({ type: "X", seen: request.headers.authorization });
  if (fault === "logs") console.error(`hello ${request.headers.authorization}`);
  send({ ...CONNECT, userId, sessionId: randomUUID() });
});
server.on("listening", () => {
  const url = `ws://127.0.0.1:${server.address().port}`;
  if (fault === "garbage" || fault === "endless") return;
  console.log(JSON.stringify({ ready: true, url: fault === "nowhere" ? "port 80" : url }));
  if (fault === "brief") process.exit(0);
});
process.on("SIGTERM", () => {
  if (fault === "stubborn") return;
  for (const socket of server.clients) {
    const bye = { type: "DISCONNECT", code: 4002, reason: "draining", reconnect: true };
    socket.send(JSON.stringify({ timestamp: now(), ...bye }));
    socket.close(4002);
  }
  server.close(() => process.exit(0));
});
