import type { Cores } from "./cores.js";
import type { Job } from "./jobs.js";
import { Awake } from "./load/awake.js";
import { FanOutLoad } from "./load/fan-out.js";
import type { Load } from "./load/load.js";
import { MessageLoad } from "./load/messages.js";
import { spreadOf, verdictOf, type Spread, type Verdict } from "./ratio.js";
import { ServerChild } from "./servers/child.js";

export interface Effort {
  readonly rounds: number;
  readonly sliceMs: number;
  /** CPU that each server uses before the first round, so that its code is compiled; milliseconds. */
  readonly warmMs: number;
}

export interface MeasureOptions extends Effort {
  readonly cores: Cores;
  /** The server module of another build, measured beside this one. */
  readonly against?: string | undefined;
  readonly progress: (text: string) => void;
}

/** Means of one server over all slices. */
export interface ServerFigures {
  readonly name: string;
  /** CPU of the server for one counted answer. */
  readonly microsEach: number;
  readonly answers: number;
  readonly answersPerSecond: number;
  /** Share of its core that the server used, and of the time in which the load had something to do. */
  readonly serverBusy: number;
  readonly loadBusy: number;
}

export interface JobResult {
  readonly job: Job;
  readonly ratio: Spread;
  /** Two equal bare servers. */
  readonly equal: Spread;
  /** The other build's ratio to the baseline, where there is one. */
  readonly against: Spread | undefined;
  readonly verdict: Verdict;
  readonly servers: readonly ServerFigures[];
}

interface Slice {
  readonly answers: number;
  readonly serverMicros: number;
  readonly loadMicros: number;
  readonly wallMicros: number;
}

/** One server with its load. All of a job are alive and warm from the first round to the last. */
class Contender {
  readonly slices: Slice[] = [];

  constructor(
    readonly name: string,
    private readonly child: ServerChild,
    private readonly load: Load,
    private readonly awake: Awake,
  ) {}

  async slice(ms: number): Promise<Slice> {
    const startedAt = performance.now();
    const idleMs = this.awake.idleMs;
    const before = await this.child.cpu();
    const answers = await this.load.slice(ms);
    const serverMicros = (await this.child.cpu()) - before;
    if (this.child.failure !== undefined) throw new Error(`${this.name}: ${this.child.failure}`);
    const wallMicros = (performance.now() - startedAt) * 1_000;
    const loadMicros = wallMicros - (this.awake.idleMs - idleMs) * 1_000;
    return { answers, serverMicros, loadMicros, wallMicros };
  }

  async warm({ warmMs, sliceMs }: Effort): Promise<void> {
    let used = 0;
    while (used < warmMs * 1_000) used += (await this.slice(sliceMs)).serverMicros;
  }

  figures(): ServerFigures {
    const sum = (of: (slice: Slice) => number): number =>
      this.slices.reduce((total, slice) => total + of(slice), 0);
    const answers = sum((slice) => slice.answers);
    const wall = sum((slice) => slice.wallMicros);
    const server = sum((slice) => slice.serverMicros);
    return {
      name: this.name,
      microsEach: server / answers,
      answers,
      answersPerSecond: answers / (wall / 1_000_000),
      serverBusy: server / wall,
      loadBusy: sum((slice) => slice.loadMicros) / wall,
    };
  }

  stop(): void {
    this.load.close();
    this.child.stop();
  }
}

/**
 * Measures one job: every server one slice a round, the order reversed with each round, and of each round
 * one ratio. @throws WrongAnswer when a server answers wrongly
 */
export async function measure(job: Job, options: MeasureOptions): Promise<JobResult> {
  const contenders: Contender[] = [];
  const awake = new Awake();
  try {
    const add = async (
      name: string,
      script: "latido" | "bare",
      module = "",
    ): Promise<Contender> => {
      options.progress(`${job.name}: starting ${name}`);
      const contender = await start(job, name, [script, module], options, awake);
      contenders.push(contender);
      return contender;
    };
    const baseline = await add("bare uWS", "bare");
    const ours = await add("latido", "latido");
    const twin = await add("bare uWS again", "bare");
    const other =
      options.against === undefined
        ? undefined
        : await add("other build", "latido", options.against);
    for (const contender of contenders) await contender.warm(options);
    for (let round = 0; round < options.rounds; round += 1) {
      options.progress(`${job.name}: round ${round + 1} of ${options.rounds}`);
      const order = round % 2 === 0 ? contenders : contenders.toReversed();
      for (const contender of order) contender.slices.push(await contender.slice(options.sliceMs));
    }
    const ratio = ratioOf(baseline, ours);
    const equal = ratioOf(baseline, twin);
    return {
      job,
      ratio,
      equal,
      against: other && ratioOf(baseline, other),
      verdict: verdictOf(ratio, equal, job.bars?.gate),
      servers: contenders.map((contender) => contender.figures()),
    };
  } finally {
    awake.end();
    for (const contender of contenders) contender.stop();
  }
}

/** Of each round: CPU an answer of the one ÷ CPU an answer of the other. */
function ratioOf(baseline: Contender, other: Contender): Spread {
  const ratios = baseline.slices.flatMap((slice, round) => {
    const beside = other.slices[round];
    return beside === undefined ? [] : [microsEach(slice) / microsEach(beside)];
  });
  return spreadOf(ratios);
}

function microsEach({ serverMicros, answers }: Slice): number {
  return serverMicros / answers;
}

async function start(
  { work }: Job,
  name: string,
  [script, module]: readonly ["latido" | "bare", string],
  { cores }: MeasureOptions,
  awake: Awake,
): Promise<Contender> {
  const bare = work.kind === "messages" ? "echo" : "publish";
  const args = script === "bare" ? [bare] : ["uws", module];
  const child = await ServerChild.start(script, args, cores.pin);
  const { port } = child;
  if (work.kind === "messages") {
    const { connections, inFlight, isHeard } = work;
    const answering = script === "bare" ? "echo" : "acknowledge";
    const load = await MessageLoad.open({ port, answering, connections, inFlight, isHeard });
    return new Contender(name, child, load, awake);
  }
  const { subscribers, burst } = work;
  const load = await FanOutLoad.open({
    port,
    subscribers,
    burst,
    publish: (count) => {
      child.publish(count);
    },
  });
  return new Contender(name, child, load, awake);
}
