import { spawnSync } from "node:child_process";

import { expect, it } from "vitest";

import { Door } from "./door.js";

/** Dials and is gone before anybody answers. */
const GONE = `
const { connect } = require("node:net");
const socket = connect(Number(process.argv[1]), "127.0.0.1", () => {
  const head = "GET /?userId=ana HTTP/1.1\\r\\nHost: x\\r\\nConnection: Upgrade\\r\\nUpgrade: websocket\\r\\n\\r\\n";
  socket.write(head, () => process.exit());
});`;

it("a dial of a process that is gone is seen before the next begins", async () => {
  let visits = 0;
  const door = await Door.listen("127.0.0.1", 0, {
    onVisit: () => (visits += 1),
    onPage: (_request, response) => void response.writeHead(404).end(),
    onStranger: () => undefined,
  });
  for (let count = 0; count < 5; count += 1) {
    spawnSync(process.execPath, ["-e", GONE, String(door.port)]); // the door sees nothing meanwhile
  }
  expect(visits).toBe(0);
  await door.caughtUp();
  expect(visits).toBe(5);
  await door.close();
});
