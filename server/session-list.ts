import type { Scope } from "../generated/typescript/messages.js";
import type { ServerConnectionState } from "../generated/typescript/tables.js";
import type { Link } from "./link.js";
import { groupName, streamName } from "./names.js";

/** A session that is connected to this instance. */
export interface SessionInfo {
  readonly sessionId: string;
  readonly userId: string;
  readonly deviceId?: string;
  readonly modules: readonly string[];
}

/** Which sessions are meant; a member that is left out restricts nothing. */
export interface SessionQuery {
  readonly userId?: string;
  /** Sessions that see this scope. */
  readonly scope?: Scope;
  /** Sessions with this module. */
  readonly module?: string;
}

/** A session has begun (CONNECT is written) or is over, for whatever reason. */
export interface SessionChange {
  readonly kind: "opened" | "closed";
  readonly session: SessionInfo;
}

/** How many connections are in each state of spec/lifecycle.yaml. */
export type SessionStates = Readonly<Record<ServerConnectionState, number>>;

export function statesOf(links: Iterable<Link>): SessionStates {
  const states = { opening: 0, connected: 0, paused: 0, closing: 0, closed: 0 };
  for (const link of links) states[link.session.state] += 1;
  return states;
}

export function infoOf(link: Link): SessionInfo {
  const { sessionId, userId, deviceId } = link;
  const modules = link.seats?.shared.modules ?? [];
  return { sessionId, userId, modules, ...(deviceId === undefined ? {} : { deviceId }) };
}

/** The sessions that fit a query, in the order in which they came. Looks at each one. */
export function sessionsThat(query: SessionQuery, links: Iterable<Link>): readonly SessionInfo[] {
  const { userId, scope, module } = query;
  const group = scope === undefined ? undefined : groupName(scope);
  const stream =
    scope === undefined || module === undefined ? undefined : streamName(module, scope);
  const found: SessionInfo[] = [];
  for (const link of links) {
    const seats = link.seats?.shared;
    if (!link.isAdmitted || seats === undefined) continue;
    if (userId !== undefined && link.userId !== userId) continue;
    if (group !== undefined && seats.group(group) === undefined) continue;
    if (module !== undefined && !seats.modules.includes(module)) continue;
    if (stream !== undefined && seats.feed(stream) === undefined) continue;
    found.push(infoOf(link));
  }
  return found;
}
