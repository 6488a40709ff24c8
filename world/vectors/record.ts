import { Judge } from "../checker/judge.js";
import type { Fact, Violation } from "../history.js";
import type { Move } from "../sessions.js";
import type { WorldPlan } from "../plan.js";
import { World } from "../world.js";
import { vectorPlan } from "./plan.js";
import { type TraceHead, vectorEffect, type VectorFact, type VectorStep } from "./vector.js";
import type { WorldVector } from "./vector.js";

/** What a world showed while it was recorded. */
export interface Recording {
  readonly vector: WorldVector;
  /** The rows of the client's tables that were taken. */
  readonly rows: ReadonlySet<string>;
  /** What the checker says of the world as it happened. */
  readonly violations: readonly Violation[];
}

/** What the facts of a client tell and no input or effect of its session does. */
const INTRUDERS: ReadonlySet<string> = new Set(["sent"]);
const NOT_IN_A_TRACE: ReadonlySet<string> = new Set(["stopped", "woken"]);

/** Runs the world of a seed and keeps what its sessions did. */
export async function recordWorld(seed: number): Promise<Recording> {
  const plan = vectorPlan(seed);
  const judge = new Judge(plan);
  const traces = new Map<string, { head: TraceHead; steps: VectorStep[] }>();
  const facts: VectorFact[] = [];
  const rows = new Set<string>();
  let n = 0;
  const world = new World(
    plan,
    {
      record: (fact) => {
        judge.record(fact);
        if (isOutside(fact, plan)) facts.push({ n: (n += 1), fact });
      },
    },
    {
      start: ({ client, life, settings }) => {
        const name = `world-${seed}-client-${client}-life-${life}`;
        const head = { name, seed, n: (n += 1), client, life, settings };
        traces.set(`${client} ${life}`, { head, steps: [] });
      },
      step: ({ client, life, now, input, chances, effects, deadline }) => {
        traces.get(`${client} ${life}`)?.steps.push({
          n: (n += 1),
          now,
          input,
          ...(chances.length === 0 ? {} : { chances }),
          effects: effects.flatMap((effect) => vectorEffect(effect, now) ?? []),
          ...(deadline === undefined ? {} : { deadline }),
        });
      },
    },
    (move) => rows.add(rowOf(move)),
  );
  await world.run();
  const vector = { seed, traces: [...traces.values()], facts };
  return { vector, rows, violations: judge.verdict(plan.endAt) };
}

export function rowOf({ machine, from, input, to }: Move): string {
  return `${machine}: ${from}, ${input} → ${to}`;
}

/** Whether no trace tells of it. An intruder is no client of the plan. */
function isOutside(fact: Fact, plan: WorldPlan): boolean {
  if (!("client" in fact) || NOT_IN_A_TRACE.has(fact.fact)) return true;
  return plan.clients[fact.client] === undefined && INTRUDERS.has(fact.fact);
}
