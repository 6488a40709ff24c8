import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { afterEach, describe, expect, test, vi } from "vitest";
import { silentLogger } from "../logger.js";
import { UsageError } from "../usage-error.js";
import { ApplicationAway, type ClientMessage } from "./message-handler.js";
import { checkedWebhook } from "./webhook-options.js";
import { webhook, type Webhook, type WebhookOptions } from "./webhook.js";

const MESSAGE: ClientMessage = {
  messageId: "00000000-0000-4000-8000-000000000001",
  userId: "ana",
  sessionId: "s-1",
  event: "chat_message",
  payload: { text: "hola" },
};

type Answer = (request: IncomingMessage, response: ServerResponse, body: string) => void;

setFlagsFromString("--expose-gc");
const collectGarbage = runInNewContext("gc") as () => void;

const servers: Server[] = [];

afterEach(async () => {
  vi.useRealTimers();
  for (const server of servers.splice(0)) {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  }
});

async function application(answer: Answer): Promise<string> {
  const server = createServer((request, response) => {
    let body = "";
    request.on("data", (piece: Buffer) => (body += piece.toString()));
    request.on("end", () => {
      answer(request, response, body);
    });
  });
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/messages`;
}

async function asking(answer: Answer, more: Partial<WebhookOptions> = {}): Promise<Webhook> {
  return webhook({ url: await application(answer), ...more }, silentLogger);
}

const answering =
  (status: number, body: string): Answer =>
  (_request, response) => {
    response.writeHead(status).end(body);
  };

describe("the webhook", () => {
  test("posts the message with its messageId and its key, and takes the decision", async () => {
    const seen: { headers?: IncomingMessage["headers"]; body?: unknown } = {};
    const hook = await asking(
      ({ headers }, response, body) => {
        Object.assign(seen, { headers, body: JSON.parse(body) as unknown });
        response.end('{"outcome":"publish","newer":1}');
      },
      { key: "a-long-enough-key" },
    );
    expect(await hook.handle(MESSAGE)).toEqual({ outcome: "publish" });
    expect(seen.body).toEqual(MESSAGE);
    expect(seen.headers?.authorization).toBe("Bearer a-long-enough-key");
    expect(seen.headers?.["content-type"]).toBe("application/json");
  });

  test.each([
    ["an empty answer accepts", 204, "", { outcome: "accept" }],
    [
      "a refusal has a code and a sentence of its own where it names none",
      200,
      '{"outcome":"refuse"}',
      { outcome: "refuse", code: "forbidden", message: "the application refused it" },
    ],
    [
      "a refusal says why",
      200,
      '{"outcome":"refuse","code":"invalid_message","message":"no such dish"}',
      { outcome: "refuse", code: "invalid_message", message: "no such dish" },
    ],
  ])("%s", async (_what, status, body, decision) => {
    const hook = await asking(answering(status, body));
    expect(await hook.handle(MESSAGE)).toEqual(decision);
  });

  test("an application that never answers is away after timeoutMs, whatever the garbage collector does", async () => {
    const hook = await asking(() => undefined, { timeoutMs: 300 });
    const answer = hook.handle(MESSAGE).then(
      () => "answered",
      (error: unknown) => (error as Error).message,
    );
    const collecting = setInterval(collectGarbage, 20);
    try {
      expect(await answer).toBe("no answer within 300 ms");
    } finally {
      clearInterval(collecting);
    }
  });

  test.each([
    ["a failing application", answering(500, "")],
    ["a wrong address", answering(404, "")],
    ["a wrong key", answering(401, "")],
    ["a redirect", answering(302, "")],
    ["an answer that is not JSON", answering(200, "fine")],
    ["an answer that is no decision", answering(200, '{"outcome":"later"}')],
    ["an endless answer", answering(200, " ".repeat(70_000))],
    [
      "a connection that breaks",
      (request: IncomingMessage): void => {
        request.socket.destroy();
      },
    ],
  ] as const)("MSG-17 %s leaves the message waiting", async (_what, answer) => {
    const hook = await asking(answer);
    await expect(hook.handle(MESSAGE)).rejects.toBeInstanceOf(ApplicationAway);
  });

  test("MSG-17 an application that is too slow leaves the message waiting", async () => {
    const hook = await asking(() => undefined, { timeoutMs: 50 });
    await expect(hook.handle(MESSAGE)).rejects.toThrow("no answer within 50 ms");
  });

  test("a payload of a depth that cannot be written is refused: the application is not away for it", async () => {
    const hook = await asking(answering(204, ""), { failures: 1 });
    const payload: unknown = JSON.parse(`${"[".repeat(15_000)}${"]".repeat(15_000)}`);
    expect(await hook.handle({ ...MESSAGE, payload })).toEqual({
      outcome: "refuse",
      code: "invalid_message",
      message: "payload: it is nested too deeply",
    });
    expect(hook.state).toBe("closed");
    expect(await hook.handle(MESSAGE)).toEqual({ outcome: "accept" });
  });

  test("the circuit opens after failures in a row, asks nobody, and closes with the first success", async () => {
    let isWell = false;
    let asked = 0;
    const warn = vi.fn();
    const url = await application((_request, response) => {
      asked += 1;
      response.writeHead(isWell ? 204 : 503).end();
    });
    const logger = { ...silentLogger, error: warn };
    const outcomes: string[] = [];
    const hook = webhook({ url, failures: 2, restMs: 1_000 }, logger, {
      now: () => 0,
      asked: (outcome) => outcomes.push(outcome),
    });
    vi.useFakeTimers({ toFake: ["Date"] });
    for (let count = 0; count < 5; count += 1) {
      await expect(hook.handle(MESSAGE)).rejects.toBeInstanceOf(ApplicationAway);
    }
    expect(asked).toBe(2);
    expect(hook.state).toBe("open");
    expect(warn).toHaveBeenCalledExactlyOnceWith(
      { upstream: "open", fault: "status 503" },
      "the application does not answer; messages wait",
    );
    isWell = true;
    vi.setSystemTime(Date.now() + 1_001);
    expect(await hook.handle(MESSAGE)).toEqual({ outcome: "accept" });
    expect(hook.state).toBe("closed");
    expect(outcomes).toEqual([
      "bad_status",
      "bad_status",
      "not_asked",
      "not_asked",
      "not_asked",
      "accept",
    ]);
  });
});

describe("settings of the webhook", () => {
  test.each([
    [{ url: "here" }, /webhook\.url is not an address/],
    [{ url: "ftp://a/" }, /webhook\.url is not an address/],
    [{ url: "http://u:secret@a/" }, /webhook\.url holds a password/],
    [{ url: "http://a/", key: "short" }, /webhook\.key has a wrong length/],
    [{ url: "http://a/", timeoutMs: 5 }, /webhook\.timeoutMs is 5; allowed .* from 50 to 60000/],
    [{ url: "http://a/", failures: 0 }, /webhook\.failures is 0/],
    [{ url: "http://a/", restMs: 1 }, /webhook\.restMs is 1/],
    [{ url: "http://a/", retries: 3 }, /webhook\.retries is not a setting/],
  ])("%j is refused", (options, says) => {
    expect(() => checkedWebhook(options)).toThrow(UsageError);
    expect(() => checkedWebhook(options)).toThrow(says);
    try {
      checkedWebhook(options);
    } catch (error) {
      expect(String(error)).not.toContain("secret");
    }
  });
});
