import type {
  PublishOutcome,
  PublishRequest,
  PublishResponse,
  Scope,
} from "../generated/typescript/messages.js";
import { eventMembers, eventParts, messageMembers, type EventParts } from "./frames.js";
import type { PublishOutcomeName } from "./metric-sources.js";
import type { MessageHead } from "./session-input.js";
import { addressedUser, canonicalScope, streamName, userStreamName } from "./names.js";
import type {
  Appended,
  AppendOutcome,
  Awaitable,
  EventLog,
  Fence,
  Settled,
} from "./stores/store.js";

/** Destinations that are remembered, so that a publish does not derive its own again. */
const MOST_DESTINATIONS = 10_000;

/** Where an event with a scope goes, and what is the same in each. */
interface Destination {
  readonly event: string;
  /** Canonical JSON. */
  readonly scope: string;
  readonly stream: string;
  readonly parts: EventParts;
}

/** Told what became of each event of the application. */
export interface PublishWatch {
  published(outcome: PublishOutcomeName): void;
}

/** Publishes to streams, from clients and from the application. */
export class Publisher {
  /** By event and canonical scope. */
  readonly #destinations = new Map<string, Map<string, Destination>>();
  #remembered = 0;
  /** Of the message before: the next one mostly goes there too. */
  #latest: Destination | undefined;

  constructor(
    private readonly log: EventLog,
    private readonly events: ReadonlyMap<string, string>,
    private readonly stamp: () => string,
    private readonly uuid: () => string,
    private readonly watch: PublishWatch,
  ) {}

  hasModule(event: string): boolean {
    return this.events.has(event);
  }

  /**
   * One MESSAGE of a session that may address its scope, atomic with its outcome (MSG-7).
   * @param scope canonical JSON, of the sender's own stream where the message has none
   */
  message(
    frame: MessageHead,
    payload: string,
    scope: string,
    fence: Fence,
  ): Awaitable<AppendOutcome> {
    const { event, messageId } = frame;
    const { stream, parts } = this.#destination(
      event,
      frame.scope ?? { user: fence.userId },
      scope,
    );
    return this.log.append({
      stream,
      timestamp: this.stamp(),
      members: messageMembers(parts, payload, messageId, fence.userId), // MSG-24
      dedupOwner: fence.userId, // MSG-11
      dedupKey: messageId, // MSG-8
      publicationId: undefined,
      fence,
    });
  }

  /**
   * One event to several scopes, atomic for each stream only (MSG-25). With an idempotencyKey, streams
   * that have the event already answer their original outcome and the others are completed (HTTP-7).
   */
  async publish(request: PublishRequest, payload: string): Promise<PublishResponse> {
    const { idempotencyKey } = request;
    const targets = request.scopes.map((scope) => {
      const { stream } = this.#destination(request.event, scope, canonicalScope(scope));
      const key = idempotencyKey === undefined ? undefined : `${idempotencyKey} ${stream}`;
      return { scope, stream, key };
    });
    const known: (Appended | Settled | undefined)[] = [];
    for (const { key } of targets) {
      known.push(key === undefined ? undefined : await this.log.recall(undefined, key));
    }
    const publicationId = known.map(publicationOf).find((id) => id !== undefined) ?? this.uuid();
    const outcomes: PublishOutcome[] = [];
    for (const { scope, stream, key } of targets) {
      outcomes.push(await this.#append({ request, payload, scope, stream, key, publicationId }));
    }
    return { publicationId, outcomes };
  }

  async #append(target: {
    readonly request: PublishRequest;
    readonly payload: string;
    readonly scope: Scope;
    readonly stream: string;
    readonly key: string | undefined;
    readonly publicationId: string;
  }): Promise<PublishOutcome> {
    const { request, payload, scope, stream, key, publicationId } = target;
    try {
      const outcome = await this.log.append({
        stream,
        timestamp: this.stamp(),
        members: eventMembers({
          event: request.event,
          payload,
          publicationId,
          senderId: request.senderId,
          scope: canonicalScope(scope),
        }),
        publicationId,
        dedupKey: key,
      });
      if (outcome.kind === "fenced" || outcome.stream === undefined) {
        throw new Error("a publish without a fence has no place");
      }
      const { epoch, eventId } = outcome;
      this.watch.published(outcome.kind);
      return outcome.kind === "duplicate"
        ? { scope, stream, epoch, eventId, duplicate: true }
        : { scope, stream, epoch, eventId };
    } catch {
      this.watch.published("failed");
      const message = "the store did not answer; repeat with the same idempotencyKey";
      return { scope, error: { code: "upstream_unavailable", message } };
    }
  }

  /** ROUTE-1, ROUTE-7 */
  #destination(event: string, scope: Scope, canonical: string): Destination {
    const latest = this.#latest;
    if (latest?.event === event && latest.scope === canonical) return latest;
    const known = this.#destinations.get(event)?.get(canonical);
    return (this.#latest = known ?? this.#derived(event, scope, canonical));
  }

  #derived(event: string, scope: Scope, canonical: string): Destination {
    const module = this.events.get(event);
    if (module === undefined) throw new Error(`no module for ${event}`);
    const user = addressedUser(scope);
    const stream = user === undefined ? streamName(module, scope) : userStreamName(user);
    const parts = eventParts(event, canonical);
    const destination: Destination = { event, scope: canonical, stream, parts };
    if (this.#remembered >= MOST_DESTINATIONS) {
      this.#destinations.clear();
      this.#remembered = 0;
    }
    this.#remembered += 1;
    const ofEvent = this.#destinations.get(event);
    if (ofEvent === undefined) this.#destinations.set(event, new Map([[canonical, destination]]));
    else ofEvent.set(canonical, destination);
    return destination;
  }
}

function publicationOf(outcome: Appended | Settled | undefined): string | undefined {
  return outcome?.stream === undefined ? undefined : outcome.publicationId;
}
