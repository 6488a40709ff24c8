// The server of the chat: the reference server as a command, with waits that make a chat quick.

import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";

import { startChild } from "../children.js";
import { buildReference } from "../mutants/build.js";

const SETTINGS = {
  auth: { mode: "none", scopes: [{ place: "demo" }], modules: ["orders", "chat"] },
  events: { order_created: "orders", order_updated: "orders", chat_message: "chat" },
  timers: { baseDelayMs: 50, maxDelayMs: 200, firstSpreadMs: 0, heartbeatIntervalMs: 1_000 },
  limits: { connectionsPerMinute: 0, messagesPerMinute: 0, syncsPerMinute: 0, circuitAfter: 100 },
};

export interface ChatServer {
  readonly url: string;
  end(): Promise<void>;
}

/** Starts it on a free port; resolves when it is ready. */
export async function startChatServer(): Promise<ChatServer> {
  const folder = mkdtempSync(join(tmpdir(), "latido-chat-"));
  const file = join(folder, "settings.json");
  writeFileSync(file, JSON.stringify(SETTINGS));
  const command = [process.execPath, await buildReference("server"), "--config", file];
  const child = await startChild(command, ["ignore", "pipe", "inherit"]);
  const { stdout } = child.process;
  if (stdout === null) throw new Error("the server has no standard output");
  for await (const line of createInterface({ input: stdout })) {
    const { url } = JSON.parse(line) as { readonly url: string };
    const end = async (): Promise<void> => {
      await child.end(500);
      rmSync(folder, { recursive: true, force: true });
    };
    return { url, end };
  }
  throw new Error("the server of the chat did not start");
}
