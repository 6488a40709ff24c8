// The application: publishes to scopes over HTTP and remembers what the server answered.

import { randomUUID } from "node:crypto";
import { isObject, member, numberOr, stringOr } from "../../conformance/json.js";
import type { Chance } from "../../conformance/hostile/chance.js";
import { ask } from "../http.js";
import type { Published } from "./checker.js";
import { FIRST_PUBLISHED_KEY } from "./key.js";

export interface PublisherOptions {
  readonly httpUrl: string;
  readonly places: number;
  readonly clients: number;
  /** Publishes a second. */
  readonly rate: number;
  readonly chance: Chance;
}

/** One in so many publishes is repeated with its idempotencyKey, as after a timeout. */
const REPEAT_EVERY = 20;

export class Publisher {
  readonly published: Published[] = [];
  readonly faults: string[] = [];
  /** Publishes that were repeated on purpose. */
  repeats = 0;
  /** Publishes whose answer was lost, and which were asked again. */
  retries = 0;
  #made = 0;
  #timer: NodeJS.Timeout | undefined;
  readonly #underWay = new Set<Promise<void>>();

  constructor(private readonly options: PublisherOptions) {}

  start(): void {
    this.#timer = setInterval(() => {
      if (this.#underWay.size > 200) return;
      const one = this.#publish().catch((error: unknown) => {
        this.faults.push(`a publish failed: ${String(error)}`);
      });
      this.#underWay.add(one);
      void one.finally(() => this.#underWay.delete(one));
    }, 1_000 / this.options.rate);
  }

  async stop(): Promise<void> {
    clearInterval(this.#timer);
    await Promise.all(this.#underWay);
  }

  /** Each scope gets a publish of its own key: an event has one key, whichever stream it is in. */
  async #publish(): Promise<void> {
    const { chance, places, clients } = this.options;
    const key = FIRST_PUBLISHED_KEY + (this.#made += 1);
    const scope =
      chance.below(5) === 0
        ? { user: `u${chance.below(clients)}` }
        : { place: `p${chance.below(places)}` };
    const event = chance.pick(["order_created", "order_updated", "chat_message"]);
    const body = { scopes: [scope], event, payload: { key }, idempotencyKey: randomUUID() };
    const first = outcomeOf(await this.#posted(body), key);
    if (first === undefined) {
      this.faults.push(`publishing key ${key} was refused`);
      return;
    }
    this.published.push(first);
    if (this.#made % REPEAT_EVERY !== 0) return;
    this.repeats += 1;
    const again = outcomeOf(await this.#posted(body), key);
    if (again?.eventId !== first.eventId)
      this.faults.push(`repeating key ${key} made another event`);
  }

  /** A kept connection may be closed while a request is on its way: the idempotencyKey lets it be repeated. */
  async #posted(body: object): Promise<Awaited<ReturnType<typeof ask>>> {
    for (let attempt = 1; ; attempt += 1) {
      try {
        return await ask(`${this.options.httpUrl}/v1/events`, body);
      } catch (error) {
        if (attempt === MOST_ATTEMPTS) throw error;
        this.retries += 1;
      }
    }
  }
}

const MOST_ATTEMPTS = 3;

function outcomeOf(
  answer: { readonly status: number; readonly body: string },
  key: number,
): Published | undefined {
  if (answer.status !== 200) return undefined;
  const outcomes = member(JSON.parse(answer.body), "outcomes");
  const first: unknown = Array.isArray(outcomes) ? outcomes[0] : undefined;
  if (!isObject(first)) return undefined;
  const { stream, epoch, eventId } = first;
  const found = {
    stream: stringOr(stream, ""),
    epoch: stringOr(epoch, ""),
    eventId: numberOr(eventId, 0),
    key,
  };
  return found.stream === "" || found.eventId === 0 ? undefined : found;
}
