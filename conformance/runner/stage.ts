// What every tier shares while one case runs: what was seen, what is known, and which connection is meant.

import type { Peer } from "../adversary/peer.js";
import type { Case, Selector, Step } from "../cases/case.js";
import { expand, Variables } from "../cases/expand.js";
import type { Contract } from "../contract.js";
import type { JsonObject } from "../json.js";
import { Transcript } from "../transcript.js";
import { CaseEnd, type Assertion, type Failure } from "./verdict.js";

export interface Label {
  readonly atMs: number;
  /** Entries from this index on came after the labelled step began. */
  readonly index: number;
}

export class Stage {
  readonly transcript = new Transcript();
  readonly peers = new Map<string, Peer>();
  readonly labels = new Map<string, Label>();
  readonly assertions: Assertion[] = [];
  readonly variables: Variables;
  /** The connection that a step means unless it names one. */
  current: Peer | undefined;

  constructor(
    readonly testCase: Case,
    readonly contract: Contract,
    readonly seed: number,
    readonly hangMs: number,
    initial: Readonly<Record<string, unknown>>,
    /** Waits until the testee has had its turn. */
    readonly fence: (on?: string) => Promise<void>,
  ) {
    this.variables = new Variables(seed, initial);
    // A case's own variables may name those of the tier.
    this.variables.setAll(expand(testCase.vars, this.variables) as JsonObject);
  }

  requirementsOf(step: Step): readonly string[] {
    if (step.requirement === undefined) return this.testCase.requirements;
    return typeof step.requirement === "string" ? [step.requirement] : step.requirement;
  }

  peer(on: string | undefined): Peer {
    const peer = on === undefined ? this.current : this.peers.get(on);
    if (peer) return peer;
    throw new CaseEnd("error", {
      kind: "suite",
      requirements: [],
      problem: on === undefined ? "no connection exists yet" : `no connection is called ${on}`,
    });
  }

  /** A connection that a step is about to use. */
  usable(on: string | undefined): Peer {
    const peer = this.peer(on);
    if (peer.open) return peer;
    throw this.failed({
      kind: "missing",
      requirements: this.testCase.requirements,
      problem: `connection ${peer.name} was already over`,
      expected: "an open connection",
      actual: this.endOf(peer.name),
    });
  }

  addPeer(peer: Peer): void {
    this.peers.set(peer.name, peer);
    this.current = peer;
  }

  /** Remembers where a labelled step begins. */
  mark(step: Step): void {
    if (step.label === undefined) return;
    const { transcript } = this;
    this.labels.set(step.label, { atMs: transcript.nowMs(), index: transcript.entries.length });
  }

  /** How a connection ended, for messages. */
  endOf(name: string): unknown {
    const isEnd = (each: { kind: string; on?: string }): boolean =>
      each.kind === "closed" && each.on === name;
    return this.transcript.entries.find(isEnd)?.value;
  }

  /** The connection that a selector is about, where its kind has one. */
  connectionOf(selector: Selector): string | undefined {
    if (selector.report !== undefined || selector.reply !== undefined) return undefined;
    if (selector.dial || selector.exited) return undefined;
    return selector.on ?? this.current?.name;
  }

  failed(failure: Failure): CaseEnd {
    return new CaseEnd("fail", failure);
  }

  /** Ends the case from outside its steps: a monitor, the driver. */
  interrupt(end: CaseEnd): void {
    this.transcript.interrupt(end);
  }

  async finishPeers(): Promise<void> {
    await Promise.all(
      [...this.peers.values()].map(async (peer) => {
        await peer.finish();
      }),
    );
  }
}
