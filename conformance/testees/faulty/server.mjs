// A server of a page: just enough of Latido to pass the cases of server-tier/run.test.ts. The first argument
// names a fault to show (none, crash, mute and so on); the second may be a file of settings.

import { randomUUID } from "node:crypto";
import { readFileSync } from "node:fs";
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

const server = new WebSocketServer({ port: 0, host: "127.0.0.1" });
server.on("connection", (socket, request) => {
  const userId = new URL(request.url, "ws://here").searchParams.get("userId");
  const send = (frame) => socket.send(JSON.stringify({ timestamp: now(), ...frame }));
  socket.on("message", (data) => {
    const { type } = JSON.parse(data.toString());
    if (fault === "crash" && type === "REQUEST_PRESENCE") process.exit(7);
    if (type === "HEARTBEAT") send({ type: "HEARTBEAT_ACK" });
  });
  if (fault === "blabs") send({ type: "X", seen: request.headers.authorization });
  if (fault === "logs") console.error(`hello ${request.headers.authorization}`);
  send({ ...CONNECT, userId, sessionId: randomUUID() });
});
server.on("listening", () => {
  const url = `ws://127.0.0.1:${server.address().port}`;
  console.log(JSON.stringify({ ready: true, url }));
});
process.on("SIGTERM", () => {
  for (const socket of server.clients) {
    const bye = { type: "DISCONNECT", code: 4002, reason: "draining", reconnect: true };
    socket.send(JSON.stringify({ timestamp: now(), ...bye }));
    socket.close(4002);
  }
  server.close(() => process.exit(0));
});
