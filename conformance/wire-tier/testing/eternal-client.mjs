// A client that dials again after every end, whatever the code. Usage: node eternal-client.mjs URL DELAY

import { URLSearchParams } from "node:url";

import { WebSocket } from "ws";

const [address, delay] = process.argv.slice(2);
const wanted = performance.now();
let attempt = 0;

function dial() {
  const url = new URL(address);
  attempt += 1;
  url.search = String(
    new URLSearchParams({
      userId: "eternal",
      deviceId: "eternal-1",
      attempt: String(attempt),
      intentAgeMs: String(Math.round(performance.now() - wanted)),
    }),
  );
  const socket = new WebSocket(url, ["latido.v1"]);
  socket.on("error", () => undefined);
  socket.on("close", () => setTimeout(dial, Number(delay)));
}

dial();
