import { readFileSync } from "node:fs";
import { join } from "node:path";
import { Ajv } from "ajv";
import { describe, expect, it } from "vitest";
import { packageRoot } from "../../conformance/package-root.js";
import { clientRows } from "./features.js";
import { driftOf } from "./folder.js";
import { judgeVector } from "./judge.js";
import { recordWorld, rowOf } from "./record.js";
import { describeDisagreement, replay } from "./replay.js";
import { readSeeds } from "./seeds.js";
import { type Trace, type VectorEffect, vectorEffect, type WorldVector } from "./vector.js";
import { fileNameOf, readVectors, textOf } from "./vector-file.js";

const folder = join(packageRoot(), "conformance", "vectors");
const vectors = readVectors(join(folder, "session"));
const traces = vectors.flatMap((vector) => vector.traces);
const seeds = readSeeds(join(folder, "seeds.json"));

/** Every trace once, with the rows that its replay takes. */
const replays = traces.map((trace) => {
  const rows = new Set<string>();
  const found = replay(trace, (move) => rows.add(rowOf(move)));
  return { trace, rows, found };
});

/** Rows that these traces do not take. */
function missingRows(some: typeof replays): readonly string[] {
  const taken = new Set(some.flatMap(({ rows }) => [...rows]));
  return clientRows().filter((row) => !taken.has(row));
}

describe("LIB-13: the traces of the client session", () => {
  it("are replayed by this session without a disagreement", () => {
    const found = replays.flatMap((each) => each.found ?? []);
    expect(found.map(describeDisagreement)).toEqual([]);
  });

  it("have unique names and are as many as promised", () => {
    expect(new Set(traces.map(({ head }) => head.name)).size).toBe(traces.length);
    expect(traces.filter(({ steps }) => steps.length >= 10).length).toBeGreaterThanOrEqual(200);
  });

  it("LIB-15: take every row of the client's two tables together", () => {
    expect(missingRows(replays)).toEqual([]);
  });

  it("are missed where a row is not taken", () => {
    const row = "clientConnection: idle, suspend → suspended";
    expect(missingRows(replays.filter(({ rows }) => !rows.has(row)))).toEqual([row]);
  });

  it("are what their schema says, line by line", () => {
    const schema: unknown = JSON.parse(readFileSync(join(folder, "session.schema.json"), "utf8"));
    const validate = new Ajv({ strict: false }).compile(schema as object);
    const wrong = vectors
      .flatMap((vector) => textOf(vector).trimEnd().split("\n"))
      .filter((line) => !validate(JSON.parse(line)));
    expect(wrong.slice(0, 3)).toEqual([]);
  });
});

describe("the files of the traces", () => {
  it("are those of the seeds, and no others", () => {
    const names = vectors.map(({ seed }) => seed).sort((one, other) => one - other);
    expect(names).toEqual(seeds);
  });

  it("come out of their seeds byte by byte", async () => {
    const some = seeds.filter((_, index) => index % SAMPLE === 0);
    const differing: string[] = [];
    for (const seed of some) {
      const { vector } = await recordWorld(seed);
      const name = fileNameOf(seed);
      const drift = driftOf(join(folder, "session"), new Map([[name, textOf(vector)]]));
      if (drift.includes(name)) differing.push(name);
    }
    expect(differing, "run: npm run vectors").toEqual([]);
  });
});

/** `npm run vectors -- --check` looks at every file; here one of so many. */
const SAMPLE = 10;

describe("the history checker", () => {
  it("finds no broken rule in what the traces tell", () => {
    const broken = vectors.flatMap((vector) =>
      judgeVector(vector).map(({ requirement, problem }) => [vector.seed, requirement, problem]),
    );
    expect(broken).toEqual([]);
  });

  const faults: readonly (readonly [
    requirement: string,
    what: string,
    type: VectorEffect["type"],
    plant: (effect: VectorEffect) => readonly VectorEffect[],
  ])[] = [
    ["STREAM-6", "an event delivered twice", "deliver", (effect) => [effect, effect]],
    ["STREAM-7", "an event that is not delivered", "deliver", () => []],
    ["ROUTE-9", "an event with another payload", "deliver", otherPayload],
    ["POS-2", "a position that is stored too early", "storePosition", oneFurther],
    ["ACK-1", "an acknowledgement of what was not handled", "send", ackOneFurther],
    ["LIB-5", "a delay that is not told", "state", withoutDelay],
    ["RECON-1", "a delay beyond its bounds", "state", tenTimesTheDelay],
    ["MSG-23", "a message whose result is told twice", "settle", (effect) => [effect, effect]],
    ["MSG-23", "a message without a result", "settle", () => []],
  ];

  it.each(faults)("%s: refuses a trace with %s", (requirement, _what, type, plant) => {
    const isRefused = vectors.some((vector) => {
      const planted = withPlanted(vector, type, plant);
      return planted !== undefined && blamed(planted).includes(requirement);
    });
    expect(isRefused).toBe(true);
  });
});

describe("a replay", () => {
  it("names the trace, the step, the place and both values where an effect is another", () => {
    const [first] = traces;
    const isOpen = ({ type }: VectorEffect): boolean => type === "open";
    const at = first!.steps.findIndex(({ effects }) => effects.some(isOpen));
    const place = first!.steps[at]!.effects.findIndex(isOpen);
    const steps = first!.steps.map((step) => ({
      ...step,
      effects: step.effects.map((effect) => (isOpen(effect) ? { ...effect, attempt: 99 } : effect)),
    })) as Trace["steps"];
    const found = replay({ ...first!, steps });
    const where = `${first!.head.name}, step ${at}, at /effects/${place}/attempt`;
    expect(describeDisagreement(found!)).toBe(`${where}: expected 99, actual is 1`);
  });

  it("names the trace and the step where the session fails, and chance that the trace lacks", () => {
    const trace = traces.find(({ steps }) => steps.some(({ chances }) => chances !== undefined))!;
    const at = trace.steps.findIndex(({ chances }) => chances !== undefined);
    const steps = trace.steps.map(({ chances: _, ...step }) => step);
    const told = describeDisagreement(replay({ ...trace, steps })!);
    expect(told.startsWith(`${trace.head.name}, step ${at}, at /: expected `)).toBe(true);
    expect(told).toMatch(/actual is "RangeError: the session draws more than the trace has"$/u);
  });

  it("keeps the time of a frame that was sent with another than that of its input", () => {
    const now = Date.parse("2026-03-01T12:00:00.000Z");
    const send = (frame: object) =>
      vectorEffect({ type: "send", generation: 1, text: JSON.stringify(frame) }, now);
    const type = "HEARTBEAT";
    expect(send({ type, timestamp: "2026-03-01T12:00:00.000Z" })).toMatchObject({
      frame: { type },
    });
    const late = { type, timestamp: "2026-03-01T12:00:00.001Z" };
    expect(send(late)).toMatchObject({ frame: late });
    expect(send({ type })).toMatchObject({ frame: { type, timestamp: "none" } });
  });

  it("notices a deadline that moved, and chance that nobody drew", () => {
    const [first] = traces;
    const moved = first!.steps.map((step) => ({ ...step, deadline: (step.deadline ?? 0) + 1 }));
    expect(replay({ ...first!, steps: moved })?.path).toBe("/deadline");
    const lucky = first!.steps.map((step) => ({
      ...step,
      chances: [...(step.chances ?? []), 0.5],
    }));
    expect(replay({ ...first!, steps: lucky })?.path).toMatch(/^\/chances/u);
  });
});

function blamed(vector: WorldVector): readonly string[] {
  return judgeVector(vector).map((found) => found.requirement);
}

/** The vector with the first effect of a type replaced, where that makes a difference. */
function withPlanted(
  vector: WorldVector,
  type: VectorEffect["type"],
  plant: (effect: VectorEffect) => readonly VectorEffect[],
): WorldVector | undefined {
  const planted: VectorEffect[] = [];
  const replaced = vector.traces.map((trace) => ({
    ...trace,
    steps: trace.steps.map((step) => ({
      ...step,
      effects: step.effects.flatMap((effect) => {
        if (planted.length > 0 || effect.type !== type) return [effect];
        const instead = plant(effect);
        if (instead[0] !== effect || instead.length !== 1) planted.push(effect);
        return instead;
      }),
    })),
  }));
  return planted.length > 0 ? { ...vector, traces: replaced } : undefined;
}

function otherPayload(effect: VectorEffect): readonly VectorEffect[] {
  if (effect.type !== "deliver") return [effect];
  return [{ ...effect, event: { ...effect.event, payload: { mark: "nobody's" } } }];
}

function oneFurther(effect: VectorEffect): readonly VectorEffect[] {
  if (effect.type !== "storePosition") return [effect];
  const { position } = effect;
  return [{ ...effect, position: { ...position, lastEventId: position.lastEventId + 1 } }];
}

function ackOneFurther(effect: VectorEffect): readonly VectorEffect[] {
  if (effect.type !== "send" || effect.frame.type !== "ACK") return [effect];
  const streams = effect.frame.streams as readonly { readonly lastEventId: number }[];
  const further = streams.map((each) => ({ ...each, lastEventId: each.lastEventId + 1 }));
  return [{ ...effect, frame: { ...effect.frame, streams: further } }];
}

function withoutDelay(effect: VectorEffect): readonly VectorEffect[] {
  if (effect.type !== "state" || effect.state.retryInMs === undefined) return [effect];
  const { state, attempt } = effect.state;
  return [{ ...effect, state: { state, attempt } }];
}

function tenTimesTheDelay(effect: VectorEffect): readonly VectorEffect[] {
  if (effect.type !== "state" || effect.state.state !== "backoff") return [effect];
  const { retryInMs = 0 } = effect.state;
  return [{ ...effect, state: { ...effect.state, retryInMs: 10 * retryInMs + 60_000 } }];
}
