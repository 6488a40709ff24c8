import type { Contract, Machine, Transition } from "../../model.js";
import { constantCase, pascalCase } from "../names.js";
import { bracket, layOut, tuple } from "./layout.js";
import type { Bracket } from "./layout.js";
import { docstring, header, stringLiteral } from "./text.js";

/** lifecycle.py: every machine as a table. */
export async function emitLifecycle(contract: Contract): Promise<string> {
  return Promise.resolve(
    [
      header("spec/lifecycle.yaml"),
      docstring(`The machines of ${contract.title}, as tables.`),
      "",
      "from typing import Final, Literal, TypeAlias",
      "",
      "from .table_types import Machine, Move",
      "",
      contract.machines.map(machineTable).join("\n"),
    ].join("\n"),
  );
}

function machineTable(machine: Machine): string {
  const type = pascalCase(machine.name);
  const name = constantCase(machine.name);
  const states = machine.states.map((state) => state.name);
  const inputs = machine.inputs.map((input) => input.name);
  const finals = machine.states.filter(({ final }) => final).map((state) => state.name);
  const table = bracket(
    `${name}: Final[Machine[${type}State, ${type}Input]] = Machine(`,
    [
      `initial=${stringLiteral(machine.initial)}`,
      behind("final=", texts(finals)),
      behind("states=", texts(states)),
      behind("inputs=", texts(inputs)),
      bracket(
        "moves={",
        states.map((state) => movesFrom(machine, state)),
        "}",
      ),
    ],
    ")",
  );
  return [
    literals(`${type}State`, states),
    docstring(`States of ${name}.`),
    literals(`${type}Input`, inputs),
    docstring(`Inputs of ${name}.`),
    layOut(table),
    docstring(machine.description),
    "",
  ].join("\n");
}

function movesFrom(machine: Machine, state: string): Bracket {
  const rows = machine.transitions.filter(({ from }) => from === state);
  const inputs = [...new Set(rows.map(({ input }) => input))];
  const moves = inputs.map((input) => {
    const moved = rows.filter((row) => row.input === input).map(move);
    return behind(`${stringLiteral(input)}: `, tuple(moved));
  });
  return bracket(`${stringLiteral(state)}: {`, moves, "}");
}

function move({ to, when, effects }: Transition): Bracket {
  return bracket(
    "Move(",
    [
      stringLiteral(to),
      ...(effects.length === 0 ? [] : [texts(effects)]),
      ...(when === undefined ? [] : [`when=${stringLiteral(when)}`]),
    ],
    ")",
  );
}

function texts(values: readonly string[]): Bracket {
  return tuple(values.map(stringLiteral));
}

function behind(prefix: string, piece: Bracket): Bracket {
  return { ...piece, open: prefix + piece.open };
}

function literals(name: string, values: readonly string[]): string {
  return layOut(bracket(`${name}: TypeAlias = Literal[`, values.map(stringLiteral), "]"));
}
