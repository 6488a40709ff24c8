import { Agent, request as httpRequest } from "node:http";

const LIMIT_MS = 30_000;
const agent = new Agent({ keepAlive: true, maxSockets: 16 });

/** One request over a connection that is kept; rejects when it fails or takes longer than 30 s. */
export async function ask(
  url: string,
  body?: unknown,
): Promise<{ readonly status: number; readonly body: string }> {
  return await new Promise((resolve, reject) => {
    const text = body === undefined ? undefined : JSON.stringify(body);
    const method = text === undefined ? "GET" : "POST";
    const headers = text === undefined ? {} : { "content-type": "application/json" };
    const request = httpRequest(url, { method, agent, headers, timeout: LIMIT_MS }, (response) => {
      const chunks: Buffer[] = [];
      response.on("data", (chunk: Buffer) => chunks.push(chunk));
      response.on("end", () => {
        resolve({ status: response.statusCode ?? 0, body: Buffer.concat(chunks).toString() });
      });
      response.on("error", reject);
    });
    request.on("timeout", () => request.destroy(new Error(`${url} gave no answer`)));
    request.on("error", reject);
    request.end(text);
  });
}
