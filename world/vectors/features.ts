import {
  CLIENT_CONNECTION,
  CLIENT_STREAM,
  type Machine,
} from "../../generated/typescript/tables.js";
import type { VectorEffect, WorldVector } from "./vector.js";

/** Every row of the client's two tables, as `rowOf` writes it. */
export function clientRows(): readonly string[] {
  return [
    ...rowsOf("clientConnection", CLIENT_CONNECTION),
    ...rowsOf("clientStream", CLIENT_STREAM),
  ];
}

/** Several transitions that differ in their `when` alone are one row. */
function rowsOf<State extends string, Input extends string>(
  name: string,
  machine: Machine<State, Input>,
): readonly string[] {
  const rows = machine.states.flatMap((from) =>
    machine.inputs.flatMap((input) =>
      (machine.moves[from][input] ?? []).map(({ to }) => `${name}: ${from}, ${input} → ${to}`),
    ),
  );
  return [...new Set(rows)];
}

/** What kinds of steps a world has: the input and what came of it, without names and numbers. */
export function stepKinds(vector: WorldVector): ReadonlySet<string> {
  const steps = vector.traces.flatMap((trace) => trace.steps);
  return new Set(
    steps.map(({ input, effects }) => {
      const kinds = [...new Set(effects.map(kindOf))].sort().join(" ");
      return `${input.type}: ${kinds}`;
    }),
  );
}

function kindOf(effect: VectorEffect): string {
  switch (effect.type) {
    case "send":
      return `send ${effect.frame.type}`;
    case "close":
      return `close ${effect.code}`;
    case "state":
      return `state ${effect.state.state} ${effect.state.code ?? ""}`;
    case "notice":
      return `notice ${effect.notice.kind}`;
    case "presence":
      return `presence ${effect.presence.kind}`;
    case "settle":
      return `settle ${effect.result.status}`;
    case "refuse":
      return `refuse ${effect.refusal.why}`;
    case "reload":
      return `reload ${effect.refresh.reason}`;
    case "open":
    case "requestToken":
    case "deliver":
    case "storePosition":
    case "storeMessage":
    case "forgetMessage":
      return effect.type;
  }
}
