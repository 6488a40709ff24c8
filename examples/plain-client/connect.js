// Connects the plain client to an address and prints what it tells: node connect.js ws://127.0.0.1:3000

import { plainClient } from "./client.js";

const [, , url] = process.argv;
if (url === undefined || !/^wss?:\/\//.test(url) || !URL.canParse(url)) {
  console.error("give the server's address, for example ws://127.0.0.1:3000");
  process.exit(2);
}
const client = plainClient({ url, userId: "ana" }, (event, fields) => {
  console.log(event, JSON.stringify(fields));
});
client.connect();
process.on("SIGINT", () => {
  client.disconnect();
});
