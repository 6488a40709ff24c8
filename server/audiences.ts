import type { Scope } from "../generated/typescript/messages.js";
import { Audience, type Delivery } from "./audience.js";
import type { Identity } from "./auth.js";
import { Feed, type FeedEnvironment } from "./feed.js";
import { canonicalScope, groupName, streamName, userStreamName } from "./names.js";
import { PresenceGroup, type GroupEnvironment } from "./presence-group.js";
import type { Awaitable, LogListener, StreamHeadState } from "./stores/store.js";

/** Where a session sits: among those with the same scopes and modules, and with its user. */
export interface Seats {
  readonly shared: Audience;
  readonly personal: Audience;
}

const NONE: readonly string[] = [];
const NO_GROUPS: readonly PresenceGroup[] = [];

interface Planned {
  readonly stream: string;
  readonly scope: Scope;
  readonly module?: string;
}

/** Every feed, group and audience of an instance. What nobody uses is forgotten. */
export class Audiences implements LogListener {
  readonly #feeds = new Map<string, Feed>();
  readonly #groups = new Map<string, PresenceGroup>();
  readonly #shared = new Map<string, Audience>();
  readonly #personal = new Map<string, Audience>();

  constructor(
    private readonly feedEnvironment: FeedEnvironment,
    private readonly groupEnvironment: GroupEnvironment,
    private readonly delivery: Delivery,
  ) {}

  get groups(): Iterable<PresenceGroup> {
    return this.#groups.values();
  }

  /** Streams that have sessions here. */
  get streams(): number {
    return this.#feeds.size;
  }

  feed(stream: string): Feed | undefined {
    return this.#feeds.get(stream);
  }

  group(name: string): PresenceGroup | undefined {
    return this.#groups.get(name);
  }

  /** ROUTE-2: names of the streams of an identity, the user's own last. */
  static streams(identity: Identity): readonly Planned[] {
    const planned: Planned[] = [];
    for (const scope of distinctScopes(identity.scopes)) {
      for (const module of new Set(identity.modules)) {
        planned.push({ stream: streamName(module, scope), scope, module });
      }
    }
    const scope = { user: identity.userId };
    planned.push({ stream: userStreamName(identity.userId), scope });
    return planned;
  }

  /**
   * Finds the seats of an identity, making feeds where they are new, and has them taken in the same turn,
   * before anybody could find them empty and forget them.
   */
  seats(identity: Identity, take: (seats: Seats) => void): Awaitable<Seats> {
    const planned = Audiences.streams(identity);
    const missing = planned.filter(({ stream }) => !this.#feeds.has(stream));
    const make = (known: readonly StreamHeadState[]): Seats => {
      missing.forEach((plan, index) => {
        const head = known[index];
        if (head === undefined || this.#feeds.has(plan.stream)) return;
        const feed = new Feed(this.feedEnvironment, plan.stream, plan, head);
        this.#feeds.set(feed.stream, feed);
      });
      const seats = this.#make(identity, planned);
      take(seats);
      this.tidy(seats, identity.userId);
      return seats;
    };
    if (missing.length === 0) return make([]);
    const heads = this.feedEnvironment.log.heads(missing.map(({ stream }) => stream));
    return "then" in heads ? heads.then(make) : make(heads);
  }

  /** Forgets the audiences of seats that nobody takes any more, with their feeds and groups. */
  tidy({ shared, personal }: Seats, userId: string): void {
    if (shared.members.length === 0 && this.#shared.get(shared.key) === shared) {
      this.#shared.delete(shared.key);
      this.#forget(shared);
    }
    if (personal.members.length === 0 && this.#personal.get(userId) === personal) {
      this.#personal.delete(userId);
      this.#forget(personal);
    }
  }

  appended(event: Parameters<LogListener["appended"]>[0]): void {
    this.#feeds.get(event.stream)?.receive(event);
  }

  invalidated(stream: string, head: StreamHeadState): void {
    this.#feeds.get(stream)?.invalidated(head);
  }

  #make(identity: Identity, planned: readonly Planned[]): Seats {
    const key = audienceKey(identity);
    const feeds = planned.flatMap(({ stream }) => this.#feeds.get(stream) ?? []);
    let personal = this.#personal.get(identity.userId);
    if (personal === undefined) {
      personal = this.#audience("", NONE, feeds.slice(-1), NO_GROUPS);
      this.#personal.set(identity.userId, personal);
    }
    let shared = this.#shared.get(key);
    if (shared === undefined) {
      const groups = distinctScopes(identity.scopes).map((scope) => this.#groupOf(scope));
      const modules = [...new Set(identity.modules)];
      shared = this.#audience(key, modules, feeds.slice(0, -1), groups);
      this.#shared.set(key, shared);
    }
    return { shared, personal };
  }

  #audience(
    key: string,
    modules: readonly string[],
    feeds: readonly Feed[],
    groups: readonly PresenceGroup[],
  ): Audience {
    const audience = new Audience(key, modules, feeds, groups, this.delivery);
    for (const feed of feeds) feed.join(audience);
    for (const group of groups) group.audiences.add(audience);
    return audience;
  }

  #groupOf(scope: Scope): PresenceGroup {
    const name = groupName(scope);
    let group = this.#groups.get(name);
    if (group === undefined) {
      group = new PresenceGroup(name, scope, this.groupEnvironment);
      this.#groups.set(name, group);
      this.groupEnvironment.deadlines.schedule(group, group.nextAt);
    }
    return group;
  }

  #forget(audience: Audience): void {
    for (const feed of audience.feeds) {
      feed.leave(audience);
      if (!feed.isRead) this.#feeds.delete(feed.stream);
    }
    for (const group of audience.groups) {
      group.audiences.delete(audience);
      if (group.audiences.size > 0) continue;
      this.#groups.delete(group.name);
      this.groupEnvironment.deadlines.remove(group);
    }
  }
}

/** ROUTE-6: the same members in another order are the same scope. */
function distinctScopes(scopes: readonly Scope[]): readonly Scope[] {
  return [...new Map(scopes.map((scope) => [canonicalScope(scope), scope])).values()];
}

function audienceKey({ scopes, modules }: Identity): string {
  const names = scopes.map((scope) => canonicalScope(scope)).sort();
  return `${JSON.stringify([...new Set(modules)].sort())}${JSON.stringify(names)}`;
}
