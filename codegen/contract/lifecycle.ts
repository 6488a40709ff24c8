import type { Machine, Transition } from "../model.js";
import type { Reader } from "./reader.js";

/** Written as `to`: the machine stays in the state it is in. */
const SAME = "same";

/** Reads the machines of spec/lifecycle.yaml; a row with several states or inputs becomes a row for each. */
export function readMachines(lifecycle: Reader): readonly Machine[] {
  lifecycle.at("unlisted").oneOf(["ignore"]);
  return lifecycle
    .at("machines")
    .members()
    .map(([name, machine]) => readMachine(name, machine));
}

function readMachine(name: string, machine: Reader): Machine {
  const states = machine.at("states").members();
  const inputs = machine.at("inputs").members();
  const stateNames = states.map(([state]) => state);
  const inputNames = inputs.map(([input]) => input);
  known(machine.at("initial"), "state", stateNames);
  const rows = machine.at("transitions").items();
  return {
    name,
    description: machine.at("description").text(),
    role: machine.at("role").oneOf(["client", "server"]),
    initial: machine.at("initial").text(),
    states: states.map(([state, row]) => ({
      name: state,
      description: row.at("description").text(),
      final: row.at("final").absent ? false : row.at("final").boolean(),
    })),
    inputs: inputs.map(([input, row]) => ({
      name: input,
      description: row.at("description").text(),
    })),
    transitions: rows.flatMap((row) => readTransition(row, stateNames, inputNames)),
  };
}

function readTransition(
  row: Reader,
  states: readonly string[],
  inputs: readonly string[],
): readonly Transition[] {
  const origins = oneOrMore(row.at("from"));
  const causes = oneOrMore(row.at("input"));
  for (const origin of origins) known(origin, "state", states);
  for (const cause of causes) known(cause, "input", inputs);
  const to = row.at("to").text();
  if (to !== SAME) known(row.at("to"), "state", states);
  const when = row.at("when").absent ? {} : { when: row.at("when").text() };
  const effects = row.at("effects").texts();
  const requirements = row.at("requirement").texts();
  return origins.flatMap((origin) =>
    causes.map((cause) => {
      const from = origin.text();
      const target = to === SAME ? from : to;
      return { from, input: cause.text(), to: target, ...when, effects, requirements };
    }),
  );
}

function oneOrMore(names: Reader): readonly Reader[] {
  return typeof names.value === "string" ? [names] : names.items();
}

function known(name: Reader, kind: string, names: readonly string[]): void {
  const text = name.text();
  if (text === "" || names.includes(text)) return;
  name.report(`the ${kind} ${text} is not declared`, `write one of ${names.join(", ")}`);
}
