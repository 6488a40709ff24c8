import type { Fact, Violation, WireFrame } from "../history.js";

interface Connection {
  readonly generation: number;
  /** Announced in CONNECT; undefined before it. */
  credit: number | undefined;
  readonly unanswered: Set<string>;
}

/** Judges what a client writes on each connection: nothing before CONNECT (CONN-17), and within the credit (MSG-12). */
export class WireChecker {
  readonly violations: Violation[] = [];
  readonly #connections = new Map<number, Connection>();

  see(fact: Fact): void {
    switch (fact.fact) {
      case "dialled":
        this.#connections.set(fact.client, {
          generation: fact.generation,
          credit: undefined,
          unanswered: new Set(),
        });
        return;
      case "frameIn":
      case "frameOut": {
        const connection = this.#connections.get(fact.client);
        if (connection?.generation !== fact.generation) return;
        if (fact.fact === "frameIn") hear(connection, fact.frame);
        else this.#write(connection, fact);
        return;
      }
      default:
        return;
    }
  }

  #write(connection: Connection, fact: Extract<Fact, { fact: "frameOut" }>): void {
    const { frame, at, client } = fact;
    if (connection.credit === undefined) {
      const problem = `${frame.type} before CONNECT`;
      this.violations.push({ requirement: "CONN-17", at, client, problem });
      return;
    }
    if (frame.type !== "MESSAGE") return;
    connection.unanswered.add(String(frame.messageId));
    if (connection.unanswered.size <= connection.credit) return;
    const problem = `${connection.unanswered.size} unanswered messages, credit is ${connection.credit}`;
    this.violations.push({ requirement: "MSG-12", at, client, problem });
  }
}

function hear(connection: Connection, frame: WireFrame): void {
  if (frame.type === "CONNECT" && connection.credit === undefined) {
    const { maxInFlightMessages } = frame.limits as { readonly maxInFlightMessages: number };
    connection.credit = maxInFlightMessages;
  }
  connection.unanswered.delete(String(frame.messageId));
}
