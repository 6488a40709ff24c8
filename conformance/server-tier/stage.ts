// One case of the server tier: scripted clients and HTTP before the server under test.

import { setTimeout } from "node:timers/promises";

import { dial } from "../adversary/scripted-client.js";
import { Peer } from "../adversary/peer.js";
import type { Case, DialStep, HttpStep, PublishStep } from "../cases/case.js";
import { sentFrame } from "../cases/expand.js";
import type { Contract } from "../contract.js";
import { isObject, member, type JsonObject } from "../json.js";
import { SERVER_MONITORS } from "../monitors/server.js";
import { watch } from "../monitors/watch.js";
import type { Performed, TierSteps } from "../runner/perform.js";
import { Stage } from "../runner/stage.js";
import { CaseEnd } from "../runner/verdict.js";
import { sendStep } from "../runner/wire-steps.js";
import type { Entry } from "../transcript.js";
import type { HeldServer } from "./held.js";
import { answerProblem, ask, httpBase, keyHeaders, type HttpAnswer } from "./http.js";
import type { Exit, ServerTarget } from "./target.js";

/** The head of the user's own stream among those of CONNECT: its scope names the user and nothing else. */
function ownHead(connect: unknown, userId: string): unknown {
  return heads(connect).find((head) => {
    const scope = member(head, "scope");
    return isObject(scope) && scope.user === userId && member(head, "module") === undefined;
  });
}

function heads(connect: unknown): readonly unknown[] {
  const streams = member(connect, "streams");
  return Array.isArray(streams) ? (streams as unknown[]) : [];
}

/** Query values travel as text. */
function queryText(query: JsonObject): Record<string, string> {
  return Object.fromEntries(
    Object.entries(query).map(([name, value]) => [
      name,
      typeof value === "string" ? value : JSON.stringify(value),
    ]),
  );
}

/** How long a process may take to be gone after its connections broke. */
const DEATH_MS = 500;

export class ServerStage {
  readonly stage: Stage;
  readonly steps: TierSteps;
  readonly #connected = new Set<string>();
  #dials = 0;
  #beats = 0;
  #serverEnded: "as asked" | "by itself" | undefined;
  #sayGone: () => void = () => undefined;
  readonly #gone = new Promise<void>((resolve) => {
    this.#sayGone = resolve;
  });

  constructor(
    testCase: Case,
    private readonly contract: Contract,
    private readonly server: HeldServer,
    options: {
      readonly seed: number;
      readonly hangMs: number;
      readonly nonce: string;
      readonly setting: JsonObject;
    },
  ) {
    const { seed, hangMs, nonce, setting } = options;
    const variables = { nonce, event: server.target.event, user: `u-${nonce}`, setting };
    this.stage = new Stage(testCase, contract, seed, hangMs, variables, async (on) => {
      await this.#fence(on);
    });
    watch(this.stage, contract, SERVER_MONITORS);
    this.steps = {
      dial: (step) => this.#dial(step),
      send: (step) => {
        sendStep(this.stage, step, "client");
      },
      publish: (step) => this.#publish(step),
      http: (step) => this.#http(step),
      signal: ({ name }) => {
        this.#note(name);
        server.signal(name);
      },
      restart: async ({ by = "SIGTERM" }) => {
        this.#note(`restart, ended by ${by}`);
        await server.restart(by);
      },
    };
    server.onExit = (exit, asked) => {
      this.#exited(exit, asked);
    };
  }

  private get target(): ServerTarget {
    return this.server.target;
  }

  /** What ended the server's process during the case, if anything did. */
  get serverEnded(): "as asked" | "by itself" | undefined {
    return this.#serverEnded;
  }

  /**
   * A connection that broke may be the first sign of a process that dies: its end, which comes a moment
   * later, explains more than whatever the step missed.
   */
  async blamed(performed: Performed): Promise<Performed> {
    if (performed.verdict === "pass" || !this.server.isOwn) return performed;
    const broke = this.stage.transcript.entries.some(
      (entry) => entry.kind === "closed" && member(entry.value, "code") === 1006,
    );
    if (this.#serverEnded === undefined && (broke || performed.failure?.kind === "canary")) {
      await Promise.race([this.#gone, setTimeout(DEATH_MS, undefined, { ref: false })]);
    }
    const { interrupted } = this.stage.transcript;
    if (!(interrupted instanceof CaseEnd)) return performed;
    return { verdict: interrupted.verdict, failure: interrupted.failure };
  }

  /** The case is over: what happens to the server now is not its business any more. */
  end(): void {
    this.server.onExit = undefined;
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
    const how = exit.signal === null ? `with code ${exit.code}` : `by ${exit.signal}`;
    const requirements = stage.testCase.requirements;
    const problem = `the server's process ended ${how}`;
    stage.interrupt(stage.failed({ kind: "driver", fault: "crash", requirements, problem }));
  }

  async #dial(step: DialStep): Promise<void> {
    const { stage } = this;
    const name = step.as ?? `c${(this.#dials += 1)}`;
    const userId = step.user ?? `u-${String(stage.variables.get("nonce"))}-${name}`;
    const given = { userId, deviceId: `d-${name}`, ...step.query };
    const query = Object.fromEntries(
      Object.entries(given).filter(([, value]) => member(value, "$omit") !== true),
    );
    let made: Peer | undefined;
    const entry = { lane: "wire", from: "testee", on: name } as const;
    const outcome = await dial(
      {
        url: this.target.url,
        query: queryText(query),
        headers: step.headers ?? {},
        protocols: step.protocols ?? ["latido.v1"],
        autoPong: step.autoPong ?? true,
        limitMs: stage.hangMs,
      },
      (socket, raw) => {
        made = new Peer(name, socket, raw, stage.transcript);
        stage.addPeer(made);
        socket.once("open", () => {
          stage.transcript.add({ ...entry, kind: "opened", value: { protocol: socket.protocol } });
        });
      },
    );
    if (outcome.kind === "refused") {
      stage.transcript.add({ ...entry, kind: "refused", value: { status: outcome.status } });
    } else if (outcome.kind === "failed") {
      throw this.#unmet(`the upgrade failed: ${outcome.problem}`);
    }
    if (step.connected !== false) await this.#awaitConnect(name, userId);
  }

  /** CONNECT as a precondition; its content becomes variables of the connection's name. */
  async #awaitConnect(name: string, userId: string): Promise<void> {
    const { stage } = this;
    const isConnect = (entry: Entry): boolean =>
      entry.on === name && (entry.name === "CONNECT" || entry.kind === "closed");
    const found = await stage.transcript.next(isConnect, stage.hangMs);
    if (found?.name !== "CONNECT") throw this.#unmet(`no CONNECT came on ${name}`);
    stage.transcript.take(found);
    this.#connected.add(name);
    stage.variables.set(name, {
      userId,
      connect: found.value,
      sessionId: member(found.value, "sessionId"),
      own: ownHead(found.value, userId),
      shared: heads(found.value).find((head) => member(head, "module") !== undefined),
    });
  }

  #unmet(problem: string): CaseEnd {
    const requirements = this.stage.testCase.requirements;
    return new CaseEnd("untestable", { kind: "precondition", requirements, problem });
  }

  async #publish(step: PublishStep): Promise<void> {
    const { target, stage } = this;
    const scopes = step.scopes ?? (step.scope === undefined ? [] : [step.scope]);
    for (let time = 1; time <= (step.times ?? 1); time += 1) {
      const answer = await this.#ask(step.as, {
        method: "POST",
        path: new URL(target.publish ?? "http://none/").pathname,
        body: {
          scopes,
          event: step.event ?? target.event,
          payload: step.payload ?? { number: time },
          ...(step.idempotencyKey === undefined ? {} : { idempotencyKey: step.idempotencyKey }),
        },
      });
      if (answer.status >= 300) throw this.#unmet(`publishing ended with HTTP ${answer.status}`);
      if (step.as !== undefined) stage.variables.set(step.as, answer.body);
    }
  }

  async #http(step: HttpStep): Promise<void> {
    const answer = await this.#ask(step.as, { method: "GET", ...step });
    this.stage.variables.set(step.as, answer.body);
  }

  async #ask(
    as: string | undefined,
    request: Omit<HttpStep, "as"> & { readonly method: string },
  ): Promise<HttpAnswer> {
    const { stage, target } = this;
    const text =
      request.text ?? (request.body === undefined ? undefined : JSON.stringify(request.body));
    stage.transcript.add({
      lane: "wire",
      from: "runner",
      kind: "note",
      value: {
        [request.method]: request.path,
        ...(request.body === undefined ? {} : { body: request.body }),
      },
    });
    let answer: HttpAnswer;
    try {
      answer = await ask(httpBase(target), {
        method: request.method,
        path: request.path,
        ...(text === undefined ? {} : { text }),
        headers: { ...keyHeaders(target), ...request.headers },
        limitMs: stage.hangMs,
      });
    } catch (error) {
      throw this.#unmet(
        `${request.method} ${request.path}: ${error instanceof Error ? error.message : String(error)}`,
      );
    }
    const name = as === undefined ? {} : { name: as };
    stage.transcript.add({ lane: "wire", from: "testee", kind: "reply", ...name, value: answer });
    const broken = answerProblem(this.contract, request.path, answer);
    if (broken) {
      throw stage.failed({
        kind: "monitor",
        monitor: "answers_valid",
        requirements: [broken.requirement],
        problem: `the answer to ${request.method} ${request.path} breaks ${broken.problem}`,
        actual: answer,
      });
    }
    return answer;
  }

  /** Each connection answers a heartbeat, or a ping where it has no CONNECT: frames are handled in order. */
  async #fence(on?: string): Promise<void> {
    const { stage } = this;
    for (const peer of stage.peers.values()) {
      if (!peer.open || peer.stalled || (on !== undefined && peer.name !== on)) continue;
      if (!this.#connected.has(peer.name) || !peer.usable) {
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
