// The least that uWebSockets.js can do: send a message back, or publish to a topic natively.

import { createRequire } from "node:module";
import { EVENT_PAYLOAD, obey } from "./commands.js";

interface BareSocket {
  send(message: ArrayBuffer | string, isBinary: boolean): number;
  subscribe(topic: string): boolean;
}

interface BareApp {
  ws(pattern: string, behavior: Readonly<Record<string, unknown>>): BareApp;
  listen(host: string, port: number, done: (token: unknown) => void): BareApp;
  publish(topic: string, message: string, isBinary: boolean): boolean;
}

interface BareModule {
  App(): BareApp;
  us_socket_local_port(token: unknown): number;
}

const uws = createRequire(import.meta.url)("uWebSockets.js") as BareModule;
const isEcho = process.argv[2] === "echo";
const TOPIC = "bench";
/** The same bytes that a Latido server sends. */
const EVENT_START = `{"type":"EVENT","timestamp":"2026-03-01T12:00:00.000Z","stream":${JSON.stringify(JSON.stringify({ module: "bench", scope: { place: "bench" } }))},"epoch":"mfzv0000kq3q2zt2.1","eventId":`;
const EVENT_END = `,"event":"order_created","payload":${JSON.stringify(EVENT_PAYLOAD)},"publicationId":"0b9f6f0e-5d8a-4f6e-9a57-0d6c1f1f2a10","scope":{"place":"bench"}}`;
let eventId = 0;

const app = uws.App();
app.ws("/*", {
  idleTimeout: 0,
  open(ws: BareSocket) {
    if (isEcho) return;
    ws.subscribe(TOPIC);
    ws.send('{"type":"CONNECT"}', false);
  },
  message(ws: BareSocket, message: ArrayBuffer, isBinary: boolean) {
    if (isEcho) ws.send(message, isBinary);
  },
});
app.listen("127.0.0.1", 0, (token) => {
  obey(uws.us_socket_local_port(token), (count) => {
    for (let n = 0; n < count; n += 1) {
      eventId += 1;
      app.publish(TOPIC, `${EVENT_START}${eventId}${EVENT_END}`, false);
    }
  });
});
