// Runs the wire tier: each connection that the client makes is handed the next case.

import { randomBytes } from "node:crypto";

import type { Case } from "../cases/case.js";
import { packageVersion } from "../package-root.js";
import { perform } from "../runner/perform.js";
import { caseResult, notRun, NOTHING_SEEN } from "../runner/result.js";
import type { RunOptions } from "../runner/options.js";
import { StallMeter } from "../runner/stall.js";
import { CaseEnd, type CaseResult, type RunResult } from "../runner/verdict.js";
import { caseSeed } from "../seeded.js";
import { NO_CLIENT, STOPPED_AS_IT_MUST } from "./advice.js";
import type { Board } from "./board.js";
import { ClientCommand } from "./client-command.js";
import { Door, type Visit } from "./door.js";
import { isTerminal } from "./eligible.js";
import { endingText, excused, type Ending } from "./ending.js";
import { LATER, NO_USER, sayFarewell } from "./farewell.js";
import { Guest } from "./guest.js";
import { Manners } from "./manners.js";
import { Page } from "./page.js";
import { Reception } from "./reception.js";
import { shownDial, shownEntry } from "./secrets.js";
import { blocks, notesOf, unseenOf } from "./sight.js";
import { WireStage } from "./stage.js";
import { NOTES } from "./standing/rule.js";
import { StandingWatch } from "./standing/watch.js";

export interface WireOptions extends RunOptions {
  /** Every case of the tier, chosen or not: what none of them is about cannot be seen here. */
  readonly repertoire: readonly Case[];
  readonly host: string;
  /** 0 takes any free port. */
  readonly port: number;
  /** Starts the client afresh for each case; `{url}` stands for the address. */
  readonly command?: readonly string[];
  /** How long to wait for a client that is not there. */
  readonly idleMs: number;
  /** Ends the run; what was judged so far is reported. */
  readonly signal: AbortSignal;
  readonly board: Board;
  readonly onListening?: (addresses: readonly string[]) => void;
}

const START_MS = 20_000; // a command gets longer to start than a client to come back
const HINT_MS = 10_000;
/** Command ends in a row after which more attempts are pointless. */
const DEAD_STARTS = 3;
/** Dials without a user that a report needs. */
const MAX_NOBODIES = 10;
/** Between the clocks of two machines that count the same milliseconds. */
const AGE_SLACK_MS = 500;

class WireRun {
  readonly #reception = new Reception();
  readonly #guest: Guest;
  readonly #standing: StandingWatch;
  readonly #nobodies: Visit[] = [];
  readonly #results = new Map<string, CaseResult>();
  readonly #nonce = randomBytes(4).toString("hex");
  readonly #command: ClientCommand | undefined;
  #manners = new Manners();
  #stage: WireStage | undefined;
  #turn = "t0";
  #url = "";
  #caughtUp: () => Promise<void> = () => Promise.resolve();
  #deadStarts = 0;
  /** Connections that were closed with a request to come back. */
  #invited = false;
  #left = false;
  #halted: { readonly testCase: Case; readonly atMs: number } | undefined;
  #ending: Ending;

  constructor(private readonly options: WireOptions) {
    this.#guest = new Guest(options.contract);
    this.#standing = new StandingWatch(options.cases, options.contract, (testCase, broken) => {
      options.board.broken(testCase, broken.problem);
    });
    this.#command = options.command === undefined ? undefined : new ClientCommand(options.command);
  }

  async run(): Promise<RunResult> {
    const { options } = this;
    const startedAt = new Date();
    const page = new Page(options.board);
    const door = await Door.listen(options.host, options.port, {
      onVisit: (visit) => {
        this.#visited(visit);
      },
      onPage: (request, response) => {
        page.serve(request, response);
      },
      onStranger: (problem) => {
        options.board.hint(problem);
      },
    });
    const stopped = (): void => {
      this.#stage?.stage.interrupt(
        new CaseEnd("error", { kind: "suite", requirements: [], problem: "stopped by hand" }),
      );
    };
    options.signal.addEventListener("abort", stopped);
    this.#caughtUp = () => door.caughtUp();
    this.#url = `ws://${door.addresses.at(-1) ?? ""}/`;
    options.board.listening(door.addresses);
    options.onListening?.(door.addresses);
    try {
      await this.#all();
      const result = this.#result(startedAt);
      options.board.over(this.#endedEarly() ?? "all cases have been tried");
      return result;
    } finally {
      options.signal.removeEventListener("abort", stopped);
      await this.#command?.stop();
      await page.end();
      await door.close();
    }
  }

  #visited(visit: Visit): void {
    const { board } = this.options;
    const connected = [...(this.#stage?.stage.peers.values() ?? [])].some((peer) => peer.open);
    const admission = this.#guest.admit(visit, connected);
    if (admission.kind !== "guest") {
      board.hint(admission.problem);
      const nobody = admission.kind === "nobody";
      const counts = this.#guest.userId === undefined && this.#nobodies.length < MAX_NOBODIES;
      if (nobody && counts) this.#nobodies.push(visit);
      void sayFarewell(visit, nobody ? NO_USER : LATER);
      return;
    }
    if (admission.fresh) this.#standing.fresh();
    this.#judgeReturn(visit);
    this.#dialled(visit);
    const { userId = "?", deviceId } = visit.query;
    const device = deviceId === undefined ? "" : `, device ${deviceId}`;
    board.client(`user ${userId}${device}, from ${visit.address}`);
    this.#reception.arrive(visit);
  }

  #dialled(visit: Visit): void {
    this.#standing.look(
      { index: 0, atMs: 0, lane: "wire", from: "testee", kind: "dial", value: shownDial(visit) },
      this.#turn,
    );
  }

  /** After a stop only the application may dial; intentAgeMs tells whether it did. */
  #judgeReturn(visit: Visit): void {
    const halted = this.#halted;
    this.#halted = undefined;
    if (!halted || this.#command) return;
    const ageMs = Number(visit.query.intentAgeMs);
    const before = this.#results.get(halted.testCase.id);
    if (!before || !(ageMs > performance.now() - halted.atMs + AGE_SLACK_MS)) return;
    this.#add({
      ...before,
      verdict: "fail",
      failure: {
        kind: "forbidden",
        requirements: ["RECON-30"],
        problem: "the client had stopped, and later dialled again without its application",
        expected: "no dial until the application calls connect",
        actual: shownDial(visit),
      },
    });
  }

  async #all(): Promise<void> {
    const { cases, board, stopWhen, signal: stop } = this.options;
    let waiting = this.#driving();
    while (waiting.length > 0) {
      if (this.#possible(waiting) === undefined || !(await this.#arrival())) return;
      const chosen = this.#possible(waiting);
      if (!chosen) return;
      waiting = waiting.filter((each) => each !== chosen);
      if (cases.includes(chosen)) this.options.onStart?.(chosen, cases.indexOf(chosen));
      board.running(chosen);
      board.phase(`judging ${chosen.id}`);
      const result = await this.#case(chosen);
      if (stop.aborted) {
        this.#ending = "stopped";
        return;
      }
      if (!cases.includes(chosen)) continue;
      this.#add(result);
      if (stopWhen?.(result) === true) return;
    }
  }

  /** The chosen cases; where only standing rules are chosen, whatever gives them something to watch. */
  #driving(): readonly Case[] {
    const { cases, repertoire } = this.options;
    const chosen = cases.filter((each) => each.standing === undefined);
    if (chosen.length > 0) return chosen;
    return repertoire.filter((each) => each.standing === undefined && !isTerminal(each));
  }

  #add(result: CaseResult): void {
    this.#results.set(result.id, result);
    this.options.board.result(result);
    this.options.onResult?.(result);
  }

  /** The first case whose needs the client fills; any while nothing is known of it. */
  #possible(cases: readonly Case[]): Case | undefined {
    if (this.#guest.userId === undefined) return cases[0];
    return cases.find((each) => this.#lacks(each) === undefined);
  }

  /** What the client has not shown yet and the case needs. */
  #lacks(testCase: Case): string | undefined {
    return testCase.needs.find((need) => need !== "token" || !this.#guest.hasToken);
  }

  /** Waits until the client dials. False where it does not come any more. */
  async #arrival(): Promise<boolean> {
    return this.#command ? await this.#started(this.#command) : await this.#awaited();
  }

  async #awaited(): Promise<boolean> {
    const { board, idleMs, signal: stop } = this.options;
    const known = this.#guest.userId !== undefined;
    if (this.#halted) board.phase(STOPPED_AS_IT_MUST);
    else if (this.#left) board.phase("the client took its leave; connect it again to go on");
    else board.phase(known ? "waiting for the client to come back" : "waiting for a client");
    const advice = setTimeout(
      () => {
        for (const hint of known ? [] : NO_CLIENT) board.hint(hint);
      },
      Math.min(HINT_MS, idleMs / 2),
    );
    const came = await this.#reception.ready(idleMs, stop);
    clearTimeout(advice);
    if (came) {
      if (this.#invited) this.#note(NOTES.cameBack);
      this.#invited = false;
      this.#left = false;
      return true;
    }
    this.#ending = stop.aborted ? "stopped" : "away";
    if (this.#invited && !stop.aborted) {
      this.#note(NOTES.stayedAway, `close 1012 (service_restart), then nothing for ${idleMs} ms`);
    }
    return false;
  }

  async #started(command: ClientCommand): Promise<boolean> {
    const { board, signal: stop } = this.options;
    for (;;) {
      await command.stop();
      await this.#caughtUp(); // the last dial of the process that is gone may still be on its way
      this.#reception.clear();
      this.#guest.forget();
      this.#manners = new Manners();
      this.#standing.fresh();
      board.phase("starting the client");
      const gone = new AbortController();
      await command.start(this.#url, () => {
        gone.abort();
      });
      const limit = AbortSignal.any([stop, gone.signal]);
      if (await this.#reception.ready(START_MS, limit)) {
        this.#deadStarts = 0;
        return true;
      }
      if (stop.aborted) {
        this.#ending = "stopped";
        return false;
      }
      this.#deadStarts += 1;
      const how = command.ended ?? `did not dial within ${START_MS / 1000} s`;
      board.hint(`the client ${how} before it had dialled ${this.#url}`);
      if (this.#deadStarts < DEAD_STARTS) continue;
      this.#ending = "dead";
      return false;
    }
  }

  async #case(testCase: Case): Promise<CaseResult> {
    const { contract, seed, hangMs } = this.options;
    const ownSeed = caseSeed(seed, testCase.id);
    this.#turn = testCase.id;
    const wire = new WireStage(testCase, contract, this.#reception, {
      seed: ownSeed,
      hangMs,
      userId: this.#guest.userId ?? "?",
      deviceId: this.#guest.deviceId,
      manners: this.#manners,
      nonce: this.#nonce,
    });
    this.#stage = wire;
    wire.stage.transcript.watch((entry) => {
      if (entry.kind !== "dial") this.#standing.look(entry, testCase.id, testCase);
    });
    const meter = new StallMeter();
    const startedAt = performance.now();
    const performed = await perform(wire.stage, wire.steps);
    const durationMs = performance.now() - startedAt;
    const closed = await wire.handOver((on) => this.#standing.owes(testCase.id, on));
    wire.end();
    this.#stage = undefined;
    this.#left = wire.left;
    this.#invited = closed.length > 0 && !wire.left;
    const stoppedHere = isTerminal(testCase) && performed.verdict === "pass";
    this.#halted = stoppedHere ? { testCase, atMs: performance.now() } : undefined;
    const seen = {
      ...NOTHING_SEEN,
      transcript: wire.stage.transcript.entries.map(shownEntry),
      assertions: wire.stage.assertions,
      stderr: this.#command?.output ?? "",
      durationMs,
      stalledMs: meter.stop(),
      seed: ownSeed,
    };
    return caseResult(testCase, excused(performed, wire.left), seen, this.options);
  }

  #note(name: string, value?: string): void {
    this.#standing.look(
      {
        index: 0,
        atMs: 0,
        lane: "wire",
        from: "runner",
        kind: "note",
        name,
        ...(value === undefined ? {} : { value }),
      },
      this.#turn,
    );
  }

  #endedEarly(): string | undefined {
    return endingText(this.#ending, {
      idleMs: this.options.idleMs,
      starts: DEAD_STARTS,
      hasUser: this.#guest.userId !== undefined,
      hadNobodies: this.#nobodies.length > 0,
      hasHalted: this.#halted !== undefined,
      hasLeft: this.#left,
    });
  }

  #untried(testCase: Case): CaseResult {
    const lacking = this.#lacks(testCase);
    const why =
      lacking === undefined
        ? `not reached: ${this.#endedEarly() ?? "the client had stopped, as an earlier case made it"}`
        : `not reached: it needs a client that has a ${lacking}`;
    return notRun(testCase, "n/a", why, this.options);
  }

  #result(startedAt: Date): RunResult {
    const { contract, cases, seed, command, board } = this.options;
    if (this.#guest.userId === undefined) for (const visit of this.#nobodies) this.#dialled(visit);
    const standing = this.#standing.results(this.options);
    for (const each of standing) {
      this.options.board.result(each);
      this.options.onResult?.(each);
    }
    const untried = cases
      .filter((each) => each.standing === undefined && !this.#results.has(each.id))
      .map((each) => this.#untried(each));
    for (const each of untried) board.result(each);
    const all = [...this.#results.values(), ...standing, ...untried].map((each) =>
      each.verdict === "n/a" && !blocks(each, contract)
        ? { ...each, blocks: false as const }
        : each,
    );
    const early = this.#endedEarly();
    const unseen = unseenOf(this.options.repertoire, contract);
    return {
      tier: "wire",
      target: command?.join(" ") ?? `client at ${this.#url} (${board.state.client ?? "none came"})`,
      seed,
      suiteVersion: packageVersion(),
      startedAt: startedAt.toISOString(),
      durationMs: Date.now() - startedAt.getTime(),
      cases: all,
      staleKnownFailing: [],
      ...(early === undefined ? {} : { endedEarly: early }),
      notes: notesOf(all, unseen, contract),
      unseen,
    };
  }
}

/** Judges whatever client dials. Throws a UsageError where it cannot listen or start the command. */
export async function runWire(options: WireOptions): Promise<RunResult> {
  return await new WireRun(options).run();
}
