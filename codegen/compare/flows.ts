import { breaksClients, breaksServers } from "./change.js";
import type { Break, Peer } from "./change.js";
import type { Difference } from "./shapes.js";

/** In which direction values of a type travel, and what holds them. */
export interface Flow {
  /** What stands at the other end of the server. */
  readonly peer: Peer;
  readonly sender: "peer" | "server";
  /** For people, for example `event order_created`. */
  readonly root: string;
  /** Whether peers withhold additions from a server of an earlier version (CONN-25). */
  readonly withheld: boolean;
}

/**
 * Which pairs a difference breaks. What is narrower is refused by the new receiver when the old sender sends it;
 * what is wider is refused by the old receiver when the new sender sends it.
 */
export function breaksOf(difference: Difference, flow: Flow): readonly Break[] {
  const { narrows, widens, addition } = difference;
  const { peer, sender, withheld } = flow;
  const found: Break[] = [];
  if (sender === "peer") {
    if (narrows) {
      found.push(breaksClients(`an old ${peer} may send what a new server refuses`, peer));
    }
    if (widens && !(withheld && addition === true)) {
      found.push(breaksServers(`a new ${peer} may send what an old server refuses`, peer));
    }
    return found;
  }
  if (widens) found.push(breaksClients(`a new server may send what an old ${peer} refuses`, peer));
  if (narrows) found.push(breaksServers(`an old server may send what a new ${peer} refuses`, peer));
  return found;
}
