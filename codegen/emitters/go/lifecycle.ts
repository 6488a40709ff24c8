import type { Contract, Machine, Transition } from "../../model.js";
import { comment, exported, header, inColumns, stringLiteral } from "./text.js";

/** lifecycle.go: every machine as a table. */
export async function emitLifecycle(contract: Contract): Promise<string> {
  return Promise.resolve(
    [header("spec/lifecycle.yaml"), ...contract.machines.flatMap(machineTable)].join("\n"),
  );
}

function machineTable(machine: Machine): readonly string[] {
  const name = exported(machine.name);
  const states = machine.states.map((state) => state.name);
  const inputs = machine.inputs.map((input) => input.name);
  const finals = machine.states.filter(({ final }) => final).map((state) => state.name);
  const state = (value: string) => `${name}State${exported(value)}`;
  const input = (value: string) => `${name}Input${exported(value)}`;
  const row = ({ from, input: taken, to, effects, when }: Transition): string => {
    const members = [
      `From: ${state(from)}`,
      `Input: ${input(taken)}`,
      `To: ${state(to)}`,
      ...(effects.length === 0
        ? []
        : [`Effects: []string{${effects.map(stringLiteral).join(", ")}}`]),
      ...(when === undefined ? [] : [`When: ${stringLiteral(when)}`]),
    ];
    return `\t\t{${members.join(", ")}},\n`;
  };
  const typed = (kind: "State" | "Input", values: readonly string[], constant: typeof state) =>
    `\t[]${name}${kind}{\n${values.map((value) => `\t\t${constant(value)},\n`).join("")}\t},\n`;
  return [
    texts(`${name}State`, `a state of ${name}`, states, state),
    texts(`${name}Input`, `an input of ${name}`, inputs, input),
    `${comment(`${name} is a machine of the protocol: ${machine.description}`)}var ${name} = newMachine(
\t${state(machine.initial)},
${typed("State", finals, state)}${typed("State", states, state)}${typed("Input", inputs, input)}\t[]Move[${name}State, ${name}Input]{
${machine.transitions.map(row).join("")}\t},
)
`,
  ];
}

function texts(
  type: string,
  about: string,
  values: readonly string[],
  constant: (value: string) => string,
): string {
  const names = values.map(constant);
  if (new Set(names).size < names.length)
    throw new Error(`two values of ${type} have one name in Go`);
  const rows = values.map((value) => [constant(value), type, "=", stringLiteral(value)]);
  return `// ${type} is ${about}.
type ${type} string

// Values of ${type}.
const (
${inColumns(rows)})
`;
}
