// Started by driver.test.ts as a process of its own: it must end by itself.
import { createClient } from "../../../generated/typescript/client/index.js";

const url = process.argv[2] ?? "";
const client = createClient({ url, userId: "user123" });
client.on("*", () => undefined, { throttleMs: 60_000 });
await client.connect();
await client.disconnect();
