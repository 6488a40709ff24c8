// One case of the server tier: scripted clients and HTTP before the server under test.

import { setTimeout } from "node:timers/promises";

import type { Case, ServerSignal } from "../cases/case.js";
import { sentFrame } from "../cases/expand.js";
import type { Contract } from "../contract.js";
import { hostileToServer } from "../hostile/against-server.js";
import { member, type JsonObject } from "../json.js";
import { SERVER_MONITORS } from "../monitors/server.js";
import { watch } from "../monitors/watch.js";
import type { Performed, TierSteps } from "../runner/perform.js";
import { Stage } from "../runner/stage.js";
import { CaseEnd } from "../runner/verdict.js";
import { sendStep } from "../runner/wire-steps.js";
import { Dialler } from "./dialler.js";
import { DEATH_MS, type HeldServer } from "./held.js";
import { HttpSteps } from "./http-steps.js";
import type { Secrets } from "./secrets.js";
import { syncStep } from "./sync-step.js";
import { exitText, type Exit, type ServerTarget } from "./target.js";
import { ServerUnreachable } from "./unreachable.js";

export class ServerStage {
  readonly stage: Stage;
  readonly steps: TierSteps;
  readonly #dialler: Dialler;
  #beats = 0;
  #serverEnded: "as asked" | "by itself" | undefined;
  #sayGone: () => void = () => undefined;
  readonly #gone = new Promise<void>((resolve) => {
    this.#sayGone = resolve;
  });

  constructor(
    testCase: Case,
    contract: Contract,
    private readonly server: HeldServer,
    options: {
      readonly seed: number;
      readonly hangMs: number;
      readonly nonce: string;
      readonly setting: JsonObject;
      readonly secrets: Secrets;
    },
  ) {
    const { seed, hangMs, nonce, setting, secrets } = options;
    const variables = { nonce, event: server.target.event, user: `u-${nonce}`, setting };
    this.stage = new Stage(testCase, contract, seed, hangMs, variables, async (on) => {
      await this.#fence(on);
    });
    watch(this.stage, contract, SERVER_MONITORS);
    const target = (): ServerTarget => server.target;
    const http = new HttpSteps(this.stage, target);
    this.#dialler = new Dialler(this.stage, target, secrets);
    this.steps = {
      dial: (step) => this.#dialler.dial(step),
      token: (step) => this.#dialler.token(step),
      send: (step) => {
        sendStep(this.stage, step, "client");
      },
      publish: (step) => http.publish(step),
      http: (step) => http.http(step),
      sync: (step) => syncStep(this.stage, step),
      hostile: async (step) => {
        await hostileToServer(this.stage, step, {
          dial: async (as) => {
            await this.#dialler.dial({ as });
          },
          metadataBytes: contract.defaults().limits.presenceMetadataBytes ?? 0,
        });
      },
      signal: ({ name }) => {
        this.#note(name);
        server.signal(name);
      },
      restart: async ({ by = "SIGTERM" }) => {
        this.#note(`restart, ended by ${by}`);
        await this.#restarted(by);
      },
    };
    server.onExit = (exit, asked) => {
      this.#exited(exit, asked);
    };
  }

  /** What ended the server's process during the case, if anything did. */
  get serverEnded(): "as asked" | "by itself" | undefined {
    return this.#serverEnded;
  }

  /**
   * What a case ended with, in the light of the process: one that died by itself passed nothing, and its
   * end, which may come a moment after its connections broke, explains more than whatever a step missed.
   */
  async blamed(performed: Performed): Promise<Performed> {
    if (!this.server.isOwn) return performed;
    if (performed.verdict !== "pass") await this.#deathAfter(performed);
    const { interrupted } = this.stage.transcript;
    if (!(interrupted instanceof CaseEnd)) return performed;
    return { verdict: interrupted.verdict, failure: interrupted.failure };
  }

  /** Waits for the process to be gone, where what went wrong may be the sign of that. */
  async #deathAfter({ failure }: Performed): Promise<void> {
    const broke = this.stage.transcript.entries.some(
      (entry) => entry.kind === "closed" && member(entry.value, "code") === 1006,
    );
    const isSign = broke || failure?.kind === "canary" || failure?.kind === "precondition";
    if (this.#serverEnded === undefined && isSign) {
      await Promise.race([this.#gone, setTimeout(DEATH_MS, undefined, { ref: false })]);
    }
  }

  /** The case is over: what happens to the server now is not its business any more. */
  end(): void {
    this.server.onExit = undefined;
  }

  async #restarted(by: ServerSignal): Promise<void> {
    try {
      await this.server.restart(by);
    } catch (error) {
      if (!(error instanceof ServerUnreachable)) throw error;
      const { requirements } = this.stage.testCase;
      const problem = `the server did not start again: ${error.message}`;
      throw this.stage.failed({ kind: "driver", fault: "restart", requirements, problem });
    }
  }

  #note(value: string): void {
    this.stage.transcript.add({ lane: "wire", from: "runner", kind: "note", value });
    this.#serverEnded = "as asked";
  }

  #exited(exit: Exit, asked: boolean): void {
    const { stage } = this;
    stage.transcript.add({ lane: "wire", from: "testee", kind: "exited", value: exit });
    this.#sayGone();
    if (asked) return;
    this.#serverEnded = "by itself";
    const requirements = stage.testCase.requirements;
    const problem = `the server's process ended ${exitText(exit)}`;
    stage.interrupt(stage.failed({ kind: "driver", fault: "crash", requirements, problem }));
  }

  /** Each connection answers a heartbeat, or a ping where it has no CONNECT: frames are handled in order. */
  async #fence(on?: string): Promise<void> {
    const { stage } = this;
    for (const peer of stage.peers.values()) {
      if (!peer.open || peer.stalled || (on !== undefined && peer.name !== on)) continue;
      if (!this.#dialler.connected.has(peer.name) || !peer.usable) {
        await peer.reached(stage.hangMs);
        continue;
      }
      peer.sendFrame(sentFrame({ type: "HEARTBEAT", beat: (this.#beats += 1) }, "client"));
      const answered = await stage.transcript.next(
        (entry) =>
          entry.on === peer.name &&
          (entry.kind === "closed" || (entry.from === "testee" && entry.name === "HEARTBEAT_ACK")),
        stage.hangMs,
      );
      if (answered?.name === "HEARTBEAT_ACK") stage.transcript.take(answered);
      if (answered) continue;
      throw stage.failed({
        kind: "missing",
        requirements: ["LIVE-6"],
        problem: `a HEARTBEAT was not answered within ${stage.hangMs} ms`,
        expected: `HEARTBEAT_ACK on ${peer.name}`,
        actual: "nothing",
      });
    }
  }
}
