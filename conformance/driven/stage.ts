// One case of the driven tier: the scripted server before the testee, the driver protocol beside it.

import { Peer } from "../adversary/peer.js";
import type { Dial, ScriptedServer } from "../adversary/scripted-server.js";
import type { AcceptStep, Case, StepArguments } from "../cases/case.js";
import { sentFrame } from "../cases/expand.js";
import type { Contract } from "../contract.js";
import type { CommandName } from "../driver/protocol.js";
import { DriverFault, type Testee } from "../driver/process.js";
import { member, type JsonObject } from "../json.js";
import { hostileToClient } from "../hostile/against-client.js";
import { CLIENT_MONITORS } from "../monitors/client.js";
import type { Entry } from "../transcript.js";
import { watch } from "../monitors/watch.js";
import { tooEarly } from "../runner/checks.js";
import type { TierSteps } from "../runner/perform.js";
import { Stage } from "../runner/stage.js";
import type { CaseEnd } from "../runner/verdict.js";
import { sendStep } from "../runner/wire-steps.js";
import { connectFrame } from "./connect-frame.js";
import { STREAMS } from "./streams.js";
import { answerUpToDate } from "./up-to-date.js";

const PROTOCOL = "latido.v1";

/** How long a dial is waited for that a client said it began; without a token it may never come. */
const DIAL_LIMIT_MS = 2_000;

function isDial(entry: Entry): boolean {
  return entry.kind === "dial";
}

function isReport(entry: Entry, name: string): boolean {
  return entry.kind === "report" && entry.name === name;
}

export class DrivenStage {
  readonly stage: Stage;
  readonly steps: TierSteps;
  /** Attempts that no step has accepted yet, in the order in which they came. */
  readonly #dials: { readonly dial: Dial; readonly entry: Entry }[] = [];
  readonly #userId: string;
  #connections = 0;

  constructor(
    testCase: Case,
    contract: Contract,
    private readonly testee: Testee,
    private readonly server: ScriptedServer,
    options: { readonly seed: number; readonly hangMs: number; readonly userId: string },
  ) {
    const { seed, hangMs, userId } = options;
    this.#userId = userId;
    const variables = {
      ...STREAMS,
      url: server.url,
      user: userId,
      device: `device-${seed}`,
      own: `{"scope":{"user":"${userId}"}}`,
    };
    this.stage = new Stage(testCase, contract, seed, hangMs, variables, async (on) => {
      await this.#fence(on);
    });
    watch(this.stage, contract, CLIENT_MONITORS);
    server.onDial((dial) => {
      this.#dialled(dial);
    });
    testee.listener = {
      onEvent: ({ n: _n, event, ...value }) => {
        this.stage.transcript.add({
          lane: "driver",
          from: "testee",
          kind: "report",
          name: event,
          value,
        });
      },
      onFault: (fault) => {
        this.#faulted(fault);
      },
    };
    this.steps = {
      drive: (step) => this.#drive(step),
      accept: (step) => this.#accept(step),
      hostile: (step) => hostileToClient(this.stage, step),
      send: (step) => {
        sendStep(this.stage, step, "server");
      },
    };
  }

  /** Notes the case.begin that made way for this stage. */
  noteBegin(): void {
    const { id, clock } = this.stage.testCase;
    this.#note("case.begin", { case: id, seed: this.stage.seed, clock });
  }

  #note(name: CommandName, value: JsonObject): void {
    const lane = name === "clock.advance" ? "clock" : "driver";
    this.stage.transcript.add({ lane, from: "runner", kind: "command", name, value });
  }

  /** Sends one driver command and notes it. */
  async command(cmd: CommandName, args: JsonObject = {}): Promise<void> {
    this.#note(cmd, args);
    try {
      await this.testee.command(cmd, args);
    } catch (error) {
      if (error instanceof DriverFault) throw this.#ended(error);
      throw error;
    }
  }

  /** Waits for a dial that is on its way, so that it is not taken for one after the case. */
  async landed(): Promise<void> {
    const { transcript } = this.stage;
    const told = transcript.entries.filter((each) => isReport(each, "state")).at(-1);
    if (!told || member(told.value, "state") !== "connecting") return;
    const arrives = (each: Entry): boolean => isDial(each) && each.index > told.index;
    if (transcript.entries.some(arrives)) return;
    await transcript.next(arrives, DIAL_LIMIT_MS);
  }

  #ended(fault: DriverFault): CaseEnd {
    return this.stage.failed({
      kind: "driver",
      fault: fault.kind,
      requirements: this.stage.testCase.requirements,
      problem: fault.message,
    });
  }

  #faulted(fault: DriverFault): void {
    this.stage.transcript.add({
      lane: "driver",
      from: "testee",
      kind: "note",
      name: fault.kind,
      value: fault.message,
    });
    this.stage.interrupt(this.#ended(fault));
  }

  #dialled(dial: Dial): void {
    const { path, query, protocols, headers } = dial;
    const { authorization } = headers;
    const entry: Entry = this.stage.transcript.add({
      lane: "wire",
      from: "testee",
      kind: "dial",
      value: { path, query, protocols, ...(authorization === undefined ? {} : { authorization }) },
    });
    this.#dials.push({ dial, entry });
  }

  async #drive(step: StepArguments["drive"]): Promise<void> {
    const [cmd, args] = Object.entries(step)[0] ?? ["", {}];
    if (cmd === "send" && typeof args.times === "number") {
      await this.#sendMany(args, args.times);
      return;
    }
    if (cmd !== "open") {
      await this.command(cmd as CommandName, args);
      return;
    }
    const given: JsonObject = {
      url: this.server.url,
      userId: this.#userId,
      deviceId: this.stage.variables.get("device"),
      ...args,
    };
    await this.command(
      "open",
      Object.fromEntries(Object.entries(given).filter(([, value]) => value !== null)),
    );
  }

  /** `times` messages with rising numbers at the end of their keys and as their payloads. */
  async #sendMany({ times: _times, ...args }: JsonObject, times: number): Promise<void> {
    const sent: Promise<void>[] = [];
    for (let number = 1; number <= times; number += 1) {
      const key = `${String(args.key)}${number}`;
      sent.push(this.command("send", { payload: number, ...args, key }));
    }
    await Promise.all(sent);
  }

  async #accept(step: AcceptStep): Promise<void> {
    const { stage } = this;
    const number = (this.#connections += 1);
    const limitMs = step.within ?? stage.hangMs;
    const arrived = await this.#nextDial(limitMs);
    if (!arrived) {
      throw stage.failed({
        kind: "missing",
        requirements: stage.testCase.requirements,
        problem: `no connection attempt within ${limitMs} ms`,
        expected: "a connection attempt of the client",
        actual: "nothing",
      });
    }
    const { dial, entry } = arrived;
    stage.transcript.take(entry);
    const early =
      step.notBefore && tooEarly(stage, entry, step.notBefore, stage.testCase.requirements);
    if (early) throw stage.failed(early);
    if (step.refuse !== undefined) {
      dial.refuse(step.refuse);
      return;
    }
    await this.#complete(dial, step, step.as ?? `c${number}`);
  }

  /** The oldest attempt that the client has not given up. */
  async #nextDial(limitMs: number): Promise<{ dial: Dial; entry: Entry } | undefined> {
    const { transcript } = this.stage;
    const until = transcript.nowMs() + limitMs;
    for (;;) {
      for (let next = this.#dials.shift(); next; next = this.#dials.shift()) {
        if (!next.dial.gone) return next;
        transcript.take(next.entry);
      }
      const came = await transcript.next(isDial, until - transcript.nowMs());
      if (!came) return undefined;
    }
  }

  async #complete(dial: Dial, step: AcceptStep, name: string): Promise<void> {
    const { stage } = this;
    const chosen =
      step.protocol === undefined && dial.protocols.includes(PROTOCOL)
        ? PROTOCOL
        : (step.protocol ?? null);
    const auto = step.auto ?? ["HEARTBEAT", "REQUEST_SYNC"];
    await new Promise<void>((resolve) => {
      dial.accept(chosen, (socket, raw) => {
        const peer: Peer = new Peer(
          name,
          socket,
          () => raw,
          stage.transcript,
          (frame) => {
            if (frame.type === "HEARTBEAT" && auto.includes("HEARTBEAT") && !peer.stalled) {
              peer.sendFrame(sentFrame({ type: "HEARTBEAT_ACK" }, "server"));
            }
          },
        );
        stage.addPeer(peer);
        if (auto.includes("REQUEST_SYNC")) answerUpToDate(stage.transcript, peer);
        resolve();
      });
    });
    if (step.connect === false) return;
    const over = step.connect ?? {};
    const sessionId = `s-${stage.seed}-${name}`;
    sendStep(stage, { frame: connectFrame(this.#userId, sessionId, over), on: name }, "server");
  }

  /**
   * Everything that was sent has reached the testee, everything it caused has been reported, and every
   * frame it caused has come back: ping, driver fence, ping.
   */
  async #fence(on?: string): Promise<void> {
    const peers = [...this.stage.peers.values()].filter(
      (peer) => peer.open && !peer.stalled && (on === undefined || peer.name === on),
    );
    await this.#pingAll(peers);
    await this.command("fence");
    await this.#pingAll(peers);
  }

  async #pingAll(peers: readonly Peer[]): Promise<void> {
    for (const peer of peers) {
      if (await peer.reached(this.stage.hangMs)) continue;
      throw this.stage.failed({
        kind: "missing",
        requirements: ["LIVE-12"],
        problem: `a WebSocket ping was not answered within ${this.stage.hangMs} ms`,
        expected: "a pong",
        actual: "nothing",
      });
    }
  }
}
