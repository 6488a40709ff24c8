import { safely } from "./safely.js";
import {
  shortAddress,
  statusLine,
  type HttpAnswer,
  type HttpRequest,
  type RequestHead,
  type TransportHost,
  type TransportOptions,
} from "./transport.js";
import type { UwsRequest, UwsResponse } from "./uws-native.js";

/** Copies what is wanted of a request, which is gone when its handler returns. */
export function requestHead(response: UwsResponse, request: UwsRequest): RequestHead {
  const headers: Record<string, string | undefined> = {};
  request.forEach((name, value) => {
    headers[name] = value;
  });
  return {
    path: request.getUrl(),
    query: request.getQuery() ?? "",
    headers,
    remoteAddress: shortAddress(Buffer.from(response.getRemoteAddressAsText()).toString()),
  };
}

export function answerRequest(
  host: TransportHost,
  options: TransportOptions,
  response: UwsResponse,
  request: UwsRequest,
): void {
  const head = requestHead(response, request);
  const method = request.getMethod().toUpperCase();
  const chunks: Buffer[] = [];
  let size = 0;
  let isGone = false;
  response.onAborted(() => {
    isGone = true;
  });
  const finish = (answer: HttpAnswer): void => {
    if (isGone) return;
    response.cork(() => {
      writeAnswer(response, answer, !mayGoOn(method, answer));
    });
  };
  response.onData((chunk, isLast) => {
    safely(host, () => {
      size += chunk.byteLength;
      if (size <= options.maxBodyBytes) chunks.push(Buffer.from(new Uint8Array(chunk)));
      if (!isLast) return;
      const body = size <= options.maxBodyBytes ? Buffer.concat(chunks) : undefined;
      void respond(host, { ...head, method, body }).then(finish);
    });
  });
}

async function respond(host: TransportHost, request: HttpRequest): Promise<HttpAnswer> {
  try {
    return await host.http(request);
  } catch (error) {
    host.failed(error);
    return { status: 500, headers: {}, body: "" };
  }
}

/**
 * Whether a connection may bring another request. One packet holds hundreds of them, which are all answered
 * in one turn of the event loop, so only applications that publish may go on.
 */
function mayGoOn(method: string, { status }: HttpAnswer): boolean {
  return method === "POST" && status < 400;
}

export function writeAnswer(response: UwsResponse, answer: HttpAnswer, isLast: boolean): void {
  response.writeStatus(statusLine(answer.status));
  for (const [name, value] of Object.entries(answer.headers)) response.writeHeader(name, value);
  response.end(answer.body, isLast);
}
