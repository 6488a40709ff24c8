// A page for each state machine of spec/lifecycle.yaml: diagram, table state × input, transitions.

import type { Machine, Transition } from "../../codegen/model.js";
import { machineAddress, requirementLink, sourceLink } from "../addresses.js";
import { code, fence, page, plain, table } from "../markdown.js";
import type { Pages, Room } from "./room.js";

export function machinePages({ contract }: Room): Pages {
  return new Map(
    contract.machines.map((machine) => [machineAddress(machine.name), machinePage(machine)]),
  );
}

/** `clientConnection` as `Client connection`. */
export function machineTitle({ name }: Machine): string {
  const words = name.replaceAll(/([A-Z])/gu, " $1").toLowerCase();
  return words.charAt(0).toUpperCase() + words.slice(1);
}

function machinePage(machine: Machine): string {
  return page(
    [
      `# Machine: ${plain(machineTitle(machine).toLowerCase())}`,
      `${plain(machine.description)} It runs in the ${machine.role}. Rendered from ${sourceLink("spec/lifecycle.yaml")}.`,
      "## Diagram",
      "Moves from one state to another. What leaves a state as it is stands in the tables.",
      ...common(machine).map(({ input, to }) => {
        return `Not drawn: ${code(input)} leads from every state to ${code(to)}.`;
      }),
      fence("mermaid", diagram(machine)),
      "## States {#states}",
      table(
        ["state", "meaning"],
        machine.states.map((state) => [
          code(state.name),
          plain(state.description) + mark(machine, state.name, state.final),
        ]),
      ),
      "## State × input",
      "A cell names the states that may follow. A dot keeps the state, with effects. An empty cell is ignored, apart from a note in the trace.",
      productTable(machine),
      "## Inputs {#inputs}",
      table(
        ["input", "meaning"],
        machine.inputs.map((input) => [code(input.name), plain(input.description)]),
      ),
      "## Transitions",
      table(
        ["from", "input", "to", "when", "effects", "rules"],
        machine.transitions.map((row) => [
          code(row.from),
          code(row.input),
          row.to === row.from ? "same" : code(row.to),
          plain(row.when ?? ""),
          row.effects.map((effect) => plain(effect.replaceAll("_", " "))).join(", "),
          row.requirements.map(requirementLink).join(", "),
        ]),
      ),
    ],
    { aside: false },
  );
}

function mark(machine: Machine, state: string, final: boolean): string {
  const marks = [state === machine.initial ? "initial" : "", final ? "final" : ""];
  const text = marks.filter((each) => each !== "").join(", ");
  return text === "" ? "" : ` (${text})`;
}

/** How many inputs an arrow names before it only counts the others. */
const NAMED = 3;

/** The machine for mermaid: one arrow for each pair of states. */
export function diagram(machine: Machine): string {
  const everywhere = new Set(common(machine).map(({ input, to }) => `${input} ${to}`));
  const arrows = new Map<string, Set<string>>();
  for (const { from, input, to } of machine.transitions) {
    if (from === to || everywhere.has(`${input} ${to}`)) continue;
    const key = `${from} --> ${to}`;
    arrows.set(key, (arrows.get(key) ?? new Set()).add(input.replaceAll(":", " ")));
  }
  return [
    "stateDiagram-v2",
    `  [*] --> ${machine.initial}`,
    ...[...arrows].map(([arrow, inputs]) => `  ${arrow}: ${label([...inputs])}`),
    ...machine.states.filter(({ final }) => final).map(({ name }) => `  ${name} --> [*]`),
  ].join("\n");
}

/** Inputs that lead from every state to the same one. Their arrows would hide the others. */
export function common({ states, transitions }: Machine): readonly CommonMove[] {
  const moves = transitions.filter(({ from, to, when }) => from !== to && when === undefined);
  const rows = new Map(moves.map(({ input, to }) => [`${input} ${to}`, { input, to }]));
  return [...rows.values()].filter(({ input, to }) =>
    states
      .filter(({ name, final }) => !final && name !== to)
      .every(({ name }) =>
        moves.some((each) => each.from === name && each.input === input && each.to === to),
      ),
  );
}

interface CommonMove {
  readonly input: string;
  readonly to: string;
}

function label(inputs: readonly string[]): string {
  const shown = inputs.length > NAMED + 1 ? inputs.slice(0, NAMED) : inputs;
  const rest = inputs.length - shown.length;
  return [...shown, ...(rest > 0 ? [`${rest} more`] : [])].join("<br/>");
}

function productTable(machine: Machine): string {
  const states = machine.states.map(({ name }) => name);
  const rows = machine.inputs.map(({ name }) => [
    code(name),
    ...states.map((state) =>
      cell(machine.transitions.filter((row) => row.from === state && row.input === name)),
    ),
  ]);
  return table(["input", ...states.map(code)], rows);
}

function cell(rows: readonly Transition[]): string {
  const targets = rows.map(({ from, to }) => (from === to ? "·" : code(to)));
  return [...new Set(targets)].join(" or ");
}
