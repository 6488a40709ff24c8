import { CircuitState, circuitBreaker, ConsecutiveBreaker, handleAll } from "cockatiel";
import { decodeWebhookResponse } from "../../generated/typescript/validators.js";
import { jsonText } from "../json-text.js";
import type { Logger } from "../logger.js";
import { ApplicationAway, type ClientMessage, type MessageDecision } from "./message-handler.js";
import { checkedWebhook } from "./webhook-options.js";

/** Where messages are posted. */
export interface WebhookOptions {
  /** Address of the application, http or https. */
  readonly url: string;
  /** Sent as `Authorization: Bearer`, 8 to 256 characters. */
  readonly key?: string;
  /** How long the application may take to answer, milliseconds, 50 to 60000; default 5000. */
  readonly timeoutMs?: number;
  /** So many failures in a row open the circuit, 1 to 1000; default 5. */
  readonly failures?: number;
  /** How long an open circuit rests before one message tries again, milliseconds, 50 to 600000; default 5000. */
  readonly restMs?: number;
}

/** State of the circuit, as the metric `ws_upstream_state` shows it. */
export const UPSTREAM_STATES = { closed: 0, halfOpen: 1, open: 2 } as const;
export type UpstreamState = keyof typeof UPSTREAM_STATES;

/** Why a request to the application brought no decision. */
export const UPSTREAM_FAULTS = [
  "timeout",
  "no_connection",
  "bad_status",
  "bad_answer",
  "not_asked",
] as const;
export type UpstreamFault = (typeof UPSTREAM_FAULTS)[number];
export type UpstreamOutcome = MessageDecision["outcome"] | UpstreamFault;

/** Told of each request. `not_asked`: the circuit was open. */
export interface UpstreamWatch {
  readonly now: () => number;
  readonly asked: (outcome: UpstreamOutcome, ms: number) => void;
}

const NOBODY_WATCHES: UpstreamWatch = { now: () => 0, asked: () => undefined };

export interface Webhook {
  readonly handle: (message: ClientMessage) => Promise<MessageDecision>;
  readonly state: UpstreamState;
  /** Breaks off what is under way: nobody waits for its answer any more. */
  readonly close: () => void;
}

const TOO_DEEP: MessageDecision = {
  outcome: "refuse",
  code: "invalid_message",
  message: "payload: it is nested too deeply",
};

const MOST_ANSWER_BYTES = 65_536;

/**
 * Posts each message to the application and takes its decision. Whatever is no decision (no connection, no
 * answer in time, a status beside 2xx, a body that breaks its schema) leaves the message waiting, so that
 * a mistake in the application or in this configuration loses nothing.
 * @throws UsageError for settings that are wrong
 */
export function webhook(
  options: WebhookOptions,
  logger: Logger,
  watch: UpstreamWatch = NOBODY_WATCHES,
): Webhook {
  const { url, key, timeoutMs, failures, restMs } = checkedWebhook(options);
  const breaker = circuitBreaker(handleAll, {
    halfOpenAfter: restMs,
    breaker: new ConsecutiveBreaker(failures),
  });
  let lastFault = "";
  breaker.onBreak(() => {
    logger.error(
      { upstream: "open", fault: lastFault },
      "the application does not answer; messages wait",
    );
  });
  breaker.onReset(() => {
    logger.info({ upstream: "closed" }, "the application answers again");
  });
  const headers = {
    "content-type": "application/json",
    ...(key === undefined ? {} : { authorization: `Bearer ${key}` }),
  };
  const underWay = new Set<AbortController>();
  const ask = async (body: string): Promise<MessageDecision> => {
    const request = new AbortController();
    underWay.add(request);
    // A timer of our own: the garbage collector takes AbortSignal.timeout behind AbortSignal.any away.
    const timer = setTimeout(() => {
      request.abort(new Fault("timeout", `no answer within ${timeoutMs} ms`));
    }, timeoutMs);
    try {
      return await decide(url, headers, body, request.signal);
    } finally {
      clearTimeout(timer);
      underWay.delete(request);
    }
  };
  return {
    async handle(message) {
      const body = jsonText(message);
      if (body === undefined) return TOO_DEEP; // a fault of the sender: the application is not away
      const startedAt = watch.now();
      try {
        const decision = await breaker.execute(() => ask(body));
        watch.asked(decision.outcome, watch.now() - startedAt);
        return decision;
      } catch (error) {
        const fault = error instanceof Fault ? error.message : "it was not asked";
        if (error instanceof Fault) lastFault = fault;
        watch.asked(error instanceof Fault ? error.kind : "not_asked", watch.now() - startedAt);
        throw new ApplicationAway(fault, { cause: error });
      }
    },
    get state() {
      switch (breaker.state) {
        case CircuitState.Closed:
          return "closed";
        case CircuitState.HalfOpen:
          return "halfOpen";
        case CircuitState.Open:
        case CircuitState.Isolated:
          return "open";
      }
    },
    close() {
      for (const request of underWay) request.abort();
    },
  };
}

/** Why there is no decision; never holds a payload or a key. */
class Fault extends Error {
  constructor(
    readonly kind: UpstreamFault,
    message: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}

async function decide(
  url: string,
  headers: Readonly<Record<string, string>>,
  body: string,
  brokenOff: AbortSignal,
): Promise<MessageDecision> {
  let status: number;
  let text: string;
  try {
    const response = await fetch(url, {
      method: "POST",
      headers,
      body,
      redirect: "manual",
      signal: brokenOff,
    });
    ({ status } = response);
    text = await boundedText(response);
  } catch (error) {
    if (error instanceof Fault) throw error;
    throw new Fault("no_connection", "no connection", { cause: error });
  }
  if (status < 200 || status > 299) throw new Fault("bad_status", `status ${status}`);
  if (text === "") return { outcome: "accept" };
  const decoded = decodeWebhookResponse(parsed(text));
  if (decoded.kind === "invalid")
    throw new Fault("bad_answer", `answer${decoded.path}: ${decoded.problem}`);
  const {
    outcome,
    code = "forbidden",
    message: why = "the application refused it",
  } = decoded.value;
  return outcome === "refuse" ? { outcome, code, message: why } : { outcome };
}

async function boundedText(response: Response): Promise<string> {
  if (response.body === null) return "";
  const reader = response.body.getReader();
  const pieces: Uint8Array[] = [];
  let bytes = 0;
  for (let next = await reader.read(); !next.done; next = await reader.read()) {
    bytes += next.value.length;
    if (bytes > MOST_ANSWER_BYTES) {
      await reader.cancel();
      throw new Fault("bad_answer", `answer over ${MOST_ANSWER_BYTES} bytes`);
    }
    pieces.push(next.value);
  }
  return Buffer.concat(pieces).toString("utf8");
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new Fault("bad_answer", "answer is not JSON");
  }
}
