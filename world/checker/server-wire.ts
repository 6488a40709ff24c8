import type { Fact, Violation, WireFrame } from "../history.js";
import { type Head, StreamLists } from "./stream-lists.js";

interface Page {
  readonly stream: string;
  readonly epoch: string;
  readonly fromEventId: number;
  readonly headEventId: number;
  readonly complete: boolean;
  readonly events: readonly { readonly eventId: number; readonly epoch: string }[];
}

interface Allowed {
  readonly generation: number;
  listed: ReadonlySet<string>;
  readonly removed: Set<string>;
  /** A TOKEN_REFRESH is not answered yet: what it adds may come before its answer. */
  isChanging: boolean;
}

/**
 * Judges what servers write: pages of the log as it is (SYNC-25, SYNC-29, SYNC-33), final answers (MSG-15),
 * and nothing of what a token took away (AUTH-15).
 */
export class ServerWireChecker {
  readonly violations: Violation[] = [];
  readonly #heads = new Map<string, number>();
  readonly #lists = new StreamLists();
  readonly #allowed = new Map<number, Allowed>();

  see(fact: Fact): void {
    if (fact.fact === "appended") {
      this.#heads.set(`${fact.epoch} ${fact.stream}`, fact.eventId);
      return;
    }
    const heads = this.#lists.see(fact);
    if (fact.fact === "dialled") this.#allowed.delete(fact.client);
    if (fact.fact === "frameOut" && fact.frame.type === "TOKEN_REFRESH") {
      const allowed = this.#allowed.get(fact.client);
      if (allowed !== undefined) allowed.isChanging = true;
    }
    if (fact.fact !== "frameIn") return;
    const { frame } = fact;
    if (heads !== undefined) this.#allow(fact, heads);
    else this.#judgeStream(fact, frame);
    if (frame.type === "SYNC") this.#page(fact, frame as unknown as Page);
    const isAnswer = frame.type === "ERROR" && frame.messageId !== undefined;
    if (isAnswer && frame.retryable === true && frame.code !== "window_exceeded") {
      this.#blame("MSG-15", fact, `${String(frame.code)} answers a message and is retryable`);
    }
  }

  #allow({ client, generation }: OfConnection, heads: readonly Head[]): void {
    const listed = new Set(heads.map(({ stream }) => stream));
    const before = this.#allowed.get(client);
    const known = [...(before?.listed ?? []), ...(before?.removed ?? [])];
    const removed = new Set(known.filter((stream) => !listed.has(stream)));
    this.#allowed.set(client, { generation, listed, removed, isChanging: false });
  }

  #judgeStream(fact: OfConnection, { type, stream, code }: WireFrame): void {
    if (this.#allowed.get(fact.client)?.generation !== fact.generation) return;
    if (type === "ERROR" && code === "unauthorized") {
      const allowed = this.#allowed.get(fact.client);
      if (allowed !== undefined) allowed.isChanging = false;
    }
    const delivers = type === "EVENT" || type === "SYNC" || type === "FULL_REFRESH";
    const { removed, isChanging } = this.#allowed.get(fact.client) ?? {};
    if (!delivers || isChanging !== false || removed?.has(String(stream)) !== true) return;
    this.#blame("AUTH-15", fact, `${type} of ${String(stream)}, which a token took away`);
  }

  #page(fact: OfClient, page: Page): void {
    const { stream, epoch, fromEventId, headEventId, events } = page;
    const last = fromEventId + events.length;
    if (events.some((event, index) => event.eventId !== fromEventId + 1 + index)) {
      this.#blame("SYNC-25", fact, `a page of ${stream} from ${fromEventId} is not dense`);
    }
    if (page.complete && headEventId !== last) {
      this.#blame(
        "SYNC-29",
        fact,
        `a complete page of ${stream} ends at ${last}, not ${headEventId}`,
      );
    }
    const head = this.#heads.get(`${epoch} ${stream}`) ?? 0;
    if (headEventId > head || last > Math.max(head, fromEventId)) {
      this.#blame("SYNC-33", fact, `a page of ${stream} names ${headEventId}, the head is ${head}`);
    }
  }

  #blame(requirement: string, { at, client }: OfClient, problem: string): void {
    this.violations.push({ requirement, at, client, problem });
  }
}

interface OfConnection extends OfClient {
  readonly generation: number;
}

interface OfClient {
  readonly at: number;
  readonly client: number;
}
