// A testee of a page: it speaks the driver protocol and just enough of Latido to pass the cases of
// driven/run.test.ts. The first argument names a fault to show: crash, hang, garbage, twice, and so on; the
// second where driver lines travel: nothing for standard input and output, fd:3, or tcp for a port of its own.

import { randomUUID } from "node:crypto";
import { createServer, Socket } from "node:net";
import { URLSearchParams } from "node:url";
import { WebSocket } from "ws";

const fault = process.argv[2] ?? "none";
let n = 0;
let socket;
let last = new Map();

let output = process.stdout;
const print = (value) => output.write(`${JSON.stringify(value)}\n`);
const report = (event, fields) => print({ n: (n += fault === "skip" ? 2 : 1), event, ...fields });

function onFrame(frame) {
  if (frame.type === "CONNECT") {
    for (const head of frame.streams) last.set(head.stream, head.lastEventId);
    report("state", { state: "connected" });
  }
  if (frame.type !== "EVENT") return;
  const { stream, epoch, eventId, event, payload } = frame;
  if (eventId <= last.get(stream) && fault !== "no-dedup") return;
  last.set(stream, eventId);
  report("delivered", { stream, epoch, eventId, name: event, payload });
}

function open({ url, userId, deviceId = randomUUID() }) {
  const query = new URLSearchParams({ userId, deviceId, attempt: "1", intentAgeMs: "0" });
  report("state", { state: "connecting" });
  socket = new WebSocket(`${url}?${query}`, ["latido.v1"]);
  if (fault === "early") socket.on("open", () => socket.send('{"type":"HEARTBEAT"}'));
  socket.on("message", (data) => onFrame(JSON.parse(data.toString())));
  socket.on("close", (code) => report("state", { state: "closed", code, reason: "over" }));
  socket.on("error", () => undefined);
}

const handlers = {
  hello: () => ({
    implementation: "fake",
    version: "0",
    language: "javascript",
    spec: ["1.0"],
    capabilities: [],
  }),
  "case.begin": () => {
    last = new Map();
    process.stderr.write("a case begins\n");
  },
  open,
  fence: () => undefined,
  close: () => socket?.close(1000),
  "case.end": () => socket?.terminate(),
};

function onCommand({ id, cmd, ...args }) {
  if (cmd === "open" && fault === "crash") process.exit(7);
  if (cmd === "open" && fault === "hang") return;
  if (cmd === "hello" && fault === "mute") return;
  if (cmd === "open" && fault === "garbage") process.stdout.write("Connecting...\n");
  if (cmd === "open" && fault === "long") process.stdout.write("x".repeat(1_100_000));
  const handler = handlers[cmd];
  if (!handler) {
    print({ re: id, ok: false, error: { code: "unsupported", message: cmd } });
    return;
  }
  const result = handler(args);
  print({ re: id, ok: true, ...result });
  if (cmd === "open" && fault === "twice") print({ re: id, ok: true });
  if (cmd === "open" && fault === "stranger") print({ re: 999, ok: true });
}

function serve(input) {
  let rest = "";
  input.on("data", (chunk) => {
    rest += chunk.toString("utf8");
    const lines = rest.split("\n");
    rest = lines.pop();
    for (const line of lines) onCommand(JSON.parse(line));
  });
  input.on("end", () => process.exit(0));
}

const channel = process.argv[3];
if (channel === "fd:3") {
  output = new Socket({ fd: 3 });
  console.log("standard output is free when driver lines travel on descriptor 3");
  serve(output);
} else if (channel === "tcp") {
  const listener = createServer((socket) => {
    output = socket;
    serve(socket);
  });
  listener.listen(0, "127.0.0.1", () => console.log(listener.address().port));
} else {
  serve(process.stdin);
}
