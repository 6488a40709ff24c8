import type { Fact, Violation } from "../history.js";
import type { WorldPlan } from "../plan.js";
import type { Checker, Recorder } from "../recorder.js";
import { AckChecker } from "./acks.js";
import { MessageChecker } from "./messages.js";
import { PositionChecker } from "./positions.js";
import { ReconnectChecker } from "./reconnects.js";
import { RefreshChecker } from "./refreshes.js";
import { RestChecker } from "./rest.js";
import { ServerWireChecker } from "./server-wire.js";
import { TrafficChecker } from "./traffic.js";
import { WireChecker } from "./wire.js";

/** All checkers over one world. It shares no code with the sessions that it judges. */
export class Judge implements Recorder {
  readonly #checkers: readonly Checker[];
  /** Those whose rules hold for a client whatever its server does. */
  readonly #ofClients: ReadonlySet<Checker>;

  constructor(readonly plan: WorldPlan) {
    const positions = new PositionChecker(plan);
    const messages = new MessageChecker(plan);
    const ofClients = [positions, new AckChecker(), new WireChecker(), new ReconnectChecker(plan)];
    this.#ofClients = new Set<Checker>(ofClients);
    this.#checkers = [
      ...ofClients,
      messages,
      new ServerWireChecker(),
      new RefreshChecker(plan),
      new TrafficChecker(plan),
      new RestChecker(plan, positions, messages),
    ];
  }

  record(fact: Fact): void {
    const isUnreliable = "client" in fact && this.plan.clients[fact.client]?.unreliable === true;
    const checkers = isUnreliable ? this.#ofClients : this.#checkers;
    for (const checker of checkers) checker.see(fact);
  }

  /** What was found, in the order of time. */
  verdict(at: number): readonly Violation[] {
    for (const checker of this.#checkers) checker.finish?.(at);
    return this.#checkers
      .flatMap(({ violations }) => violations)
      .sort((one, other) => one.at - other.at);
  }
}
