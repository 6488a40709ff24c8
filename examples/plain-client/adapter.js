// The adapter of the plain client: driver protocol version 1 over standard input and output.

import { plainClient } from "./client.js";

let n = 0;
let client;

const print = (line) => process.stdout.write(`${JSON.stringify(line)}\n`);

/** Tells what the client tells, until its case is over. */
function teller() {
  const tell = (event, fields) => {
    if (tell.isHeard) print({ ...fields, n: (n += 1), event });
  };
  tell.isHeard = true;
  return tell;
}

let tell = teller();

function dispose() {
  tell.isHeard = false;
  client?.disconnect();
  client = undefined;
}

const handlers = {
  hello: () => ({
    implementation: "plain-client",
    version: "0.1.0",
    language: "javascript",
    spec: ["1.0"],
    capabilities: [],
  }),
  "case.begin": dispose,
  open(settings) {
    tell = teller();
    client = plainClient(settings, tell);
    client.connect();
  },
  send: ({ key, event, payload, scope }) => client.send(key, event, payload, scope),
  presence: (payload) => client.setPresence(payload),
  close: () => client.disconnect(),
  // Everything that was read before this line has been handled: the client does nothing later.
  fence: () => undefined,
  "case.end": dispose,
};

function answer({ id, cmd, ...given }) {
  if (!Object.hasOwn(handlers, cmd)) {
    return print({ re: id, ok: false, error: { code: "unsupported", message: cmd } });
  }
  try {
    const members = handlers[cmd](given) ?? {};
    return print({ re: id, ok: true, ...members });
  } catch (error) {
    return print({ re: id, ok: false, error: { code: "internal", message: error.message } });
  }
}

// Lines end at byte 0x0A and nowhere else.
let rest = Buffer.alloc(0);
process.stdin.on("data", (chunk) => {
  rest = Buffer.concat([rest, chunk]);
  for (let end = rest.indexOf(0x0a); end !== -1; end = rest.indexOf(0x0a)) {
    answer(JSON.parse(rest.subarray(0, end).toString("utf8")));
    rest = rest.subarray(end + 1);
  }
});
process.stdin.on("end", () => process.exit());
