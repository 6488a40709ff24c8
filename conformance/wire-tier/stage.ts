// One case of the wire tier: whoever dials next is the client, and nothing but the wire is seen.

import { Peer } from "../adversary/peer.js";
import type { AcceptStep, Case } from "../cases/case.js";
import type { Contract } from "../contract.js";
import type { JsonObject } from "../json.js";
import { tooEarly } from "../runner/checks.js";
import type { TierSteps } from "../runner/perform.js";
import { Stage } from "../runner/stage.js";
import { sendStep } from "../runner/wire-steps.js";
import type { Entry } from "../transcript.js";
import type { Visit } from "./door.js";
import { MANNERS, type Manners } from "./manners.js";
import type { Reception } from "./reception.js";
import { NOTES } from "./standing/rule.js";
import { wireConnect } from "./wire-connect.js";
import { shownDial } from "./secrets.js";

const PROTOCOL = "latido.v1";
/** How long a connected client that sends no heartbeat gets to do what it must not. */
const QUIET_MS = 400;
/** The same after an end. The announced delays are a tenth of it. */
const AWAY_MS = 1_500;
/** No client sends so much in one case. */
const FLOOD = 5_000;

export interface WireStageOptions {
  readonly seed: number;
  readonly hangMs: number;
  readonly userId: string;
  readonly deviceId: string | undefined;
  readonly manners: Manners;
  /** Sets the streams of this run apart from those of an earlier one that the client remembers. */
  readonly nonce: string;
}

export class WireStage {
  readonly stage: Stage;
  readonly steps: TierSteps;
  readonly #entries = new Map<Visit, Entry>();
  readonly #connects = new Map<string, JsonObject>();
  readonly #manners: Manners;
  readonly #userId: string;
  #connections = 0;

  constructor(
    testCase: Case,
    contract: Contract,
    private readonly reception: Reception,
    options: WireStageOptions,
  ) {
    const { seed, hangMs, userId, deviceId } = options;
    this.#manners = options.manners;
    this.#userId = userId;
    const place = `${options.nonce}-${seed}`;
    // Streams of a case of its own: the client brings its positions along from case to case.
    const variables = {
      orders: `{"module":"orders","scope":{"place":"${place}"}}`,
      chat: `{"module":"chat","scope":{"place":"${place}"}}`,
      group: `{"place":"${place}"}`,
      place,
      user: userId,
      device: deviceId ?? "none",
      own: `{"scope":{"user":"${userId}"}}`,
    };
    this.stage = new Stage(testCase, contract, seed, hangMs, variables, async (on) => {
      await this.fence(on);
    });
    this.steps = {
      accept: (step) => this.#accept(step),
      send: (step) => {
        sendStep(this.stage, step, "server");
      },
    };
    this.stage.transcript.watch((entry) => {
      this.#answerText(entry);
      this.#endFlood(entry);
    });
    reception.watch((visit) => {
      this.#dialled(visit);
    });
  }

  #dialled(visit: Visit): void {
    const value = shownDial(visit);
    this.#entries.set(
      visit,
      this.stage.transcript.add({ lane: "wire", from: "testee", kind: "dial", value }),
    );
  }

  async #accept(step: AcceptStep): Promise<void> {
    const { stage } = this;
    const number = (this.#connections += 1);
    const limitMs = step.within ?? stage.hangMs;
    const isUntaken = (entry: Entry): boolean => entry.kind === "dial";
    let visit = this.reception.take();
    if (!visit) {
      await stage.transcript.next(isUntaken, limitMs);
      visit = this.reception.take();
    }
    const entry = visit && this.#entries.get(visit);
    if (!visit || !entry) {
      throw stage.failed({
        kind: "missing",
        requirements: stage.testCase.requirements,
        problem: `the client did not dial again within ${limitMs} ms`,
        expected: "a connection attempt of the client",
        actual: "nothing",
      });
    }
    stage.transcript.take(entry);
    const early =
      step.notBefore && tooEarly(stage, entry, step.notBefore, stage.testCase.requirements);
    if (early) throw stage.failed(early);
    if (step.refuse !== undefined) {
      visit.refuse(step.refuse);
      return;
    }
    await this.#complete(visit, step, step.as ?? `c${number}`);
  }

  async #complete(visit: Visit, step: AcceptStep, name: string): Promise<void> {
    const { stage } = this;
    const chosen =
      step.protocol === undefined && visit.protocols.includes(PROTOCOL)
        ? PROTOCOL
        : (step.protocol ?? null);
    const auto = step.auto ?? MANNERS;
    const accepted = await visit.accept(chosen);
    if (!accepted) {
      throw stage.failed({
        kind: "missing",
        requirements: stage.testCase.requirements,
        problem: "the client gave its dial up, or it was no proper WebSocket handshake",
        expected: "an open connection",
        actual: "none",
      });
    }
    const { socket, raw } = accepted;
    const peer: Peer = new Peer(
      name,
      socket,
      () => raw,
      stage.transcript,
      (frame) => {
        const connect = this.#connects.get(name);
        if (connect) this.#manners.answer(peer, frame, connect, auto);
      },
    );
    stage.addPeer(peer);
    if (step.connect === false) return;
    const sessionId = `s-${stage.seed}-${name}`;
    const connect = wireConnect(this.#userId, sessionId, step.connect ?? {});
    this.#connects.set(name, connect);
    sendStep(stage, { frame: connect, on: name }, "server");
  }

  #answerText(entry: Entry): void {
    if (entry.kind !== "text" || entry.from !== "testee" || entry.value !== "ping") return;
    const peer = this.stage.peers.get(entry.on ?? "");
    if (peer?.usable === true && !peer.stalled && this.#connects.has(peer.name)) {
      peer.sendText(Buffer.from("pong"));
    }
  }

  #endFlood(entry: Entry): void {
    if (entry.index !== FLOOD) return;
    this.stage.interrupt(
      this.stage.failed({
        kind: "forbidden",
        requirements: this.stage.testCase.requirements,
        problem: `more than ${FLOOD} messages passed in one case`,
        expected: "a client that sends what the protocol asks for",
        actual: entry.value,
      }),
    );
    for (const peer of this.stage.peers.values()) if (peer.open) peer.drop();
  }

  #open(on?: string): readonly Peer[] {
    return [...this.stage.peers.values()].filter(
      (peer) => peer.open && !peer.stalled && (on === undefined || peer.name === on),
    );
  }

  /**
   * Gives the client its turn. A pong proves that its WebSocket layer has what was sent; its next
   * heartbeat, or a quiet while, that its own code has. Without any connection: the while alone.
   */
  async fence(on?: string): Promise<void> {
    const { transcript } = this.stage;
    const peers = this.#open(on);
    if (peers.length === 0) {
      await transcript.next((entry) => entry.kind === "dial", AWAY_MS);
      return;
    }
    await this.pingAll(peers);
    const from = transcript.entries.length;
    const turn = (entry: Entry): boolean =>
      entry.index >= from && (entry.kind === "closed" || entry.name === "HEARTBEAT");
    if (peers.some((peer) => peer.open)) await transcript.next(turn, QUIET_MS);
  }

  async pingAll(peers: readonly Peer[]): Promise<void> {
    for (const peer of peers) {
      const answered = await peer.reached(this.stage.hangMs);
      this.#note(peer.name, answered ? NOTES.pong : NOTES.noPong);
      if (answered) continue;
      throw this.stage.failed({
        kind: "missing",
        requirements: ["LIVE-12"],
        problem: `a WebSocket ping was not answered within ${this.stage.hangMs} ms`,
        expected: "a pong",
        actual: "nothing",
      });
    }
  }

  #note(on: string, name: string, value?: string): void {
    this.stage.transcript.add({
      lane: "wire",
      from: "runner",
      kind: "note",
      on,
      name,
      ...(value === undefined ? {} : { value }),
    });
  }

  /** Closes what is open with a code that asks for a reconnect. `owes`: who still owes something. */
  async handOver(owes: (connection: string) => boolean): Promise<readonly string[]> {
    const peers = this.#open();
    for (const peer of peers) {
      try {
        if (owes(peer.name)) await this.fence(peer.name);
        else await this.pingAll([peer]);
      } catch {
        // A missing pong is noted, and a standing rule.
      }
      if (peer.open) this.#note(peer.name, NOTES.handover);
    }
    const closed = peers.filter((peer) => peer.usable);
    for (const peer of closed) peer.close(1012, "next case");
    await this.stage.finishPeers();
    return closed.map((peer) => peer.name);
  }

  /** Whether the client said farewell by itself. */
  get left(): boolean {
    return this.stage.transcript.entries.some(
      (entry) => entry.from === "testee" && entry.name === "DISCONNECT" && entry.kind === "frame",
    );
  }

  end(): void {
    this.reception.watch(undefined);
  }
}
