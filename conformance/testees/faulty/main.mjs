// A testee of a page: it speaks the driver protocol and just enough of Latido to pass the cases of
// driven/isolation.test.ts. Arguments: the fault that it shows, in cases whose id says "faulty" and
// nowhere else; where driver lines travel (stdio, fd:3, or tcp for a port of its own); and for faults of
// a whole process a file that counts the processes.

import { randomUUID } from "node:crypto";
import { appendFileSync, readFileSync } from "node:fs";
import { createServer, Socket } from "node:net";
import { setTimeout } from "node:timers";
import { URLSearchParams } from "node:url";
import { WebSocket } from "ws";

const [, , shown = "none", channel = "stdio", countFile] = process.argv;

function processNumber() {
  if (countFile === undefined) return 0;
  appendFileSync(countFile, `${process.pid}\n`);
  return readFileSync(countFile, "utf8").trim().split("\n").length;
}

// What hello claims, and nothing answers.
const CLAIMED = { boast: ["suspend"], fly: ["fly"] };

// mute and die show in the second process where there is a count, else in every one.
const isGreeting = countFile === undefined || processNumber() === 2;
let fault = "none";
let n = 0;
let socket;
let settings;
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

function onClose(code) {
  if (fault !== "lie") {
    report("state", { state: "closed", code, reason: "over" });
    return;
  }
  report("state", { state: "backoff", attempt: 1, retryInMs: 60_000, code });
  setTimeout(dial, 20); // it said a minute
}

function dial() {
  const { url, userId, deviceId = randomUUID(), attempt } = settings;
  settings.attempt += 1;
  const query = new URLSearchParams({ userId, deviceId, attempt, intentAgeMs: "0" });
  report("state", { state: "connecting" });
  const dialled = new WebSocket(`${url}?${query}`, ["latido.v1"]);
  socket = dialled;
  if (fault === "early") dialled.on("open", () => dialled.send('{"type":"HEARTBEAT"}'));
  dialled.on("message", (data) => onFrame(JSON.parse(data.toString())));
  dialled.on("close", (code) => {
    if (socket === dialled) onClose(code);
  });
  dialled.on("error", () => undefined);
}

function end() {
  const ended = socket;
  socket = undefined;
  ended?.terminate();
  if (fault === "late-dial") new WebSocket(settings.url).on("error", () => undefined);
}

function beginCase({ case: id }) {
  fault = id.includes("faulty") ? shown : "none";
  last = new Map();
  process.stderr.write("a case begins\n");
  if (fault === "stubborn") process.on("SIGTERM", () => undefined);
}

const handlers = {
  hello: () => ({
    implementation: "fake",
    version: "0",
    language: "javascript",
    spec: ["1.0"],
    capabilities: CLAIMED[shown] ?? [],
  }),
  "case.begin": beginCase,
  open: (given) => {
    settings = { ...given, attempt: 1 };
    dial();
  },
  fence: () => undefined,
  close: () => socket?.close(1000),
  "case.end": end,
};

/** What a fault does in place of an answer to open; true where nothing is to be answered. */
const opens = {
  crash: () => process.exit(7),
  hang: () => true,
  stubborn: () => {
    for (;;); // neither answers nor ends
  },
  garbage: () => void output.write("Connecting...\n"),
  long: () => void output.write("x".repeat(1_100_000)),
};

function onCommand({ id, cmd, ...args }) {
  if (cmd === "hello" && isGreeting && shown === "mute") return;
  if (cmd === "hello" && isGreeting && shown === "die") process.exit(8);
  if (cmd === "case.begin" && fault === "late-crash") process.exit(9);
  if (cmd === "open" && opens[fault]?.()) return;
  const handler = handlers[cmd];
  if (!handler) {
    print({ re: id, ok: false, error: { code: "unsupported", message: cmd } });
    return;
  }
  print({ re: id, ok: true, ...handler(args) });
  if (cmd === "case.end" && fault === "late") report("x-late", {});
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

if (channel === "fd:3") {
  output = new Socket({ fd: 3 });
  console.log("standard output is free when driver lines travel on descriptor 3");
  serve(output);
} else if (channel === "tcp") {
  const listener = createServer((accepted) => {
    output = accepted;
    serve(accepted);
  });
  listener.listen(0, "127.0.0.1", () => console.log(listener.address().port));
} else {
  serve(process.stdin);
}
