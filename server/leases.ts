import { whenDone } from "./awaiting.js";
import type { Link } from "./link.js";
import type { SessionPolicy, SessionRegistry } from "./stores/store.js";

/** Whom a renewal of leases may concern, by sessionId. */
export interface RenewalListener {
  /** Another session has the place (SESS-14). */
  lost(sessionId: string): void;
  /** The store may have taken the session for dead and ended its presence (SESS-15). */
  again(sessionId: string): void;
  failed(error: unknown): void;
}

/** Renews the leases of these sessions in one step (SESS-13). */
export function renewLeases(
  links: readonly Link[],
  registry: SessionRegistry,
  policy: SessionPolicy,
  listener: RenewalListener,
): void {
  if (links.length === 0) return;
  whenDone(
    () => registry.renew(links, policy),
    ({ lost, again }) => {
      for (const sessionId of lost) listener.lost(sessionId);
      for (const sessionId of again) listener.again(sessionId);
      for (const link of links) if (link.owesPresence) listener.again(link.sessionId);
    },
    (error) => {
      // It may have been carried out: who was registered again by it is not told a second time.
      for (const link of links) link.owesPresence = true;
      listener.failed(error);
    },
  );
}
