import type { Fact, Violation } from "../history.js";

interface Page {
  readonly stream: string;
  readonly epoch: string;
  readonly fromEventId: number;
  readonly headEventId: number;
  readonly complete: boolean;
  readonly events: readonly { readonly eventId: number; readonly epoch: string }[];
}

/** Judges what servers write: pages of the log as it is (SYNC-25, SYNC-29, SYNC-33), and final answers (MSG-15). */
export class ServerWireChecker {
  readonly violations: Violation[] = [];
  readonly #heads = new Map<string, number>();

  see(fact: Fact): void {
    if (fact.fact === "appended") {
      this.#heads.set(`${fact.epoch} ${fact.stream}`, fact.eventId);
      return;
    }
    if (fact.fact !== "frameIn") return;
    const { frame } = fact;
    if (frame.type === "SYNC") this.#page(fact, frame as unknown as Page);
    const isAnswer = frame.type === "ERROR" && frame.messageId !== undefined;
    if (isAnswer && frame.retryable === true && frame.code !== "window_exceeded") {
      this.#blame("MSG-15", fact, `${String(frame.code)} answers a message and is retryable`);
    }
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

interface OfClient {
  readonly at: number;
  readonly client: number;
}
