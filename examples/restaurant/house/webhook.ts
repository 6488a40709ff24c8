// Where the server asks about each message of a client: `webhook` in its settings.

import { timingSafeEqual } from "node:crypto";
import { createServer, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";

import { decodeWebhookRequest } from "../client/index.js";
import type { Decision, Request } from "./requests.js";

export interface Webhook {
  readonly url: string;
  /** Answers 503 from now on, as while a new version starts: messages wait, in order. */
  pause(): void;
  resume(): void;
  close(): void;
}

/**
 * Listens on a free port of this machine. A status beside 2xx leaves the message waiting, so a fault here
 * loses no order.
 * @param key what the server must show
 */
export async function listen(
  key: string,
  decide: (request: Request) => Promise<Decision>,
): Promise<Webhook> {
  let isPaused = false;
  const server = createServer((request, response) => {
    answer(request).then(
      ({ status, body }) => response.writeHead(status, JSON_TYPE).end(JSON.stringify(body)),
      (error: unknown) => {
        console.error(error);
        response.writeHead(500).end();
      },
    );
  });
  const answer = async (request: IncomingMessage): Promise<{ status: number; body: unknown }> => {
    if (!isEqual(request.headers.authorization ?? "", `Bearer ${key}`)) {
      return { status: 401, body: { error: "the key is missing or wrong" } };
    }
    if (isPaused) return { status: 503, body: { error: "come again" } };
    const decoded = decodeWebhookRequest(JSON.parse(await text(request)));
    if (decoded.kind === "invalid") return { status: 400, body: { error: decoded.problem } };
    // The server has held event and payload against the contract: house/requests.ts.
    return { status: 200, body: await decide(decoded.value as Request) };
  };
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}/`,
    pause() {
      isPaused = true;
    },
    resume() {
      isPaused = false;
    },
    close() {
      server.close();
      server.closeAllConnections();
    },
  };
}

const JSON_TYPE = { "content-type": "application/json" };

function isEqual(given: string, expected: string): boolean {
  const [a, b] = [Buffer.from(given), Buffer.from(expected)];
  return a.length === b.length && timingSafeEqual(a, b);
}
