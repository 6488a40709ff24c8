import {
  STATUS_CODES,
  type IncomingMessage,
  type Server,
  type ServerOptions,
  type ServerResponse,
} from "node:http";
import type { Socket } from "node:net";
import {
  shortAddress,
  type HttpAnswer,
  type RequestHead,
  type TransportHost,
  type TransportOptions,
} from "./transport.js";

const LOOK_EVERY_MS = 1_000;

/** Requests of one connection that may be without their answer; more of them end it. */
const MOST_UNANSWERED = 16;

/** Also for who sends nothing at all: Node itself would wait 60 s and look every 30. */
export function patienceOf(requestTimeoutMs: number | undefined): ServerOptions {
  if (requestTimeoutMs === undefined) return {};
  return {
    headersTimeout: requestTimeoutMs,
    requestTimeout: requestTimeoutMs,
    connectionsCheckingInterval: Math.min(Math.ceil(requestTimeoutMs / 4), LOOK_EVERY_MS),
  };
}

/** Answers every request that is not an upgrade. */
export function answerRequests(http: Server, host: TransportHost, options: TransportOptions): void {
  const unanswered = new WeakMap<Socket, number>();
  http.on("request", (request: IncomingMessage, response: ServerResponse) => {
    const { socket } = request;
    const count = (unanswered.get(socket) ?? 0) + 1;
    if (count > MOST_UNANSWERED) {
      // Answers wait in memory until those before them are taken, and one packet holds hundreds of requests.
      socket.destroy();
      return;
    }
    unanswered.set(socket, count);
    response.once("close", () => {
      unanswered.set(socket, (unanswered.get(socket) ?? 1) - 1);
    });
    void answerRequest(host, options, request, response);
  });
}

async function answerRequest(
  host: TransportHost,
  options: TransportOptions,
  message: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  try {
    const chunks: Buffer[] = [];
    let size = 0;
    for await (const chunk of message) {
      const bytes = chunk as Buffer;
      size += bytes.length;
      if (size <= options.maxBodyBytes) chunks.push(bytes);
    }
    const body = size <= options.maxBodyBytes ? Buffer.concat(chunks) : undefined;
    const method = message.method ?? "GET";
    const answer = await host.http({ ...requestHead(message), method, body });
    // From here on it is the peer's turn, and Node drops a connection on which nothing moves for so long.
    if (options.requestTimeoutMs !== undefined) response.setTimeout(options.requestTimeoutMs);
    response.writeHead(answer.status, answer.headers).end(answer.body);
  } catch (error) {
    // A request that was broken off is nobody's fault; anything else is ours.
    if (!message.complete || message.errored !== null) return;
    host.failed(error);
    if (!response.headersSent) response.writeHead(500);
    response.end();
  }
}

/** Answers an upgrade with HTTP and lets go of its connection. */
export function refuseUpgrade(
  socket: Socket,
  answer: HttpAnswer,
  { requestTimeoutMs }: TransportOptions,
): void {
  const lines = [
    `HTTP/1.1 ${answer.status} ${STATUS_CODES[answer.status] ?? ""}`,
    ...Object.entries(answer.headers).map(([name, value]) => `${name}: ${value}`),
    `content-length: ${Buffer.byteLength(answer.body)}`,
    "connection: close",
  ];
  const drop = (): void => {
    socket.destroy(); // the peer might keep its own side open for ever
  };
  socket.once("finish", drop);
  if (requestTimeoutMs !== undefined) socket.setTimeout(requestTimeoutMs, drop);
  socket.end(`${lines.join("\r\n")}\r\n\r\n${answer.body}`);
}

/** What is wanted of a request before its body. */
export function requestHead(message: IncomingMessage): RequestHead {
  const url = message.url ?? "/";
  const mark = url.indexOf("?");
  const headers: Record<string, string | undefined> = {};
  for (const [name, value] of Object.entries(message.headers)) {
    headers[name] = Array.isArray(value) ? value.join(", ") : value;
  }
  return {
    path: mark < 0 ? url : url.slice(0, mark),
    query: mark < 0 ? "" : url.slice(mark + 1),
    headers,
    remoteAddress: shortAddress(message.socket.remoteAddress ?? ""),
  };
}
