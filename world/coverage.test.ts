import { afterAll, expect, it } from "vitest";
import {
  CLIENT_CONNECTION,
  CLIENT_STREAM,
  SERVER_CONNECTION,
  type Machine,
} from "../generated/typescript/tables.js";
import { Audience } from "../server/audience.js";
import { Session as ServerSession } from "../server/session.js";
import { planFrom } from "./plan.js";
import { World } from "./world.js";

/** As many worlds as it takes; every row comes several times in these. */
const MOST_WORLDS = 1_000;

const visited = new Set<string>();
const original = Object.getOwnPropertyDescriptor(ServerSession.prototype, "handle");

// The server's session tells nobody of its moves; they are seen from its state around each input.
type Handle = ServerSession["handle"];
const handle = original?.value as (
  this: ServerSession,
  ...given: Parameters<Handle>
) => ReturnType<Handle>;
ServerSession.prototype.handle = function (this: ServerSession, input, now) {
  const from = this.state;
  const effects = handle.call(this, input, now);
  visited.add(`serverConnection ${from} ${input.name} ${this.state}`);
  return effects;
};

// What is simply written to those who are connected takes its row in the audience, which spares the session.
const FAN_OUT = { event: "event", frame: "presence" } as const;
const fanOut = Object.entries(FAN_OUT).map(([method, input]) => {
  const key = method as keyof typeof FAN_OUT;
  const plain = Object.getOwnPropertyDescriptor(Audience.prototype, key)?.value as (
    this: Audience,
    given: never,
  ) => void;
  Audience.prototype[key] = function (this: Audience, given: never) {
    if (this.members.some(({ isLive }) => isLive)) {
      visited.add(`serverConnection connected ${input} connected`);
    }
    plain.call(this, given);
  };
  return { key, plain };
});

afterAll(() => {
  ServerSession.prototype.handle = handle;
  for (const { key, plain } of fanOut) Audience.prototype[key] = plain;
});

function rowsOf<State extends string, Input extends string>(
  name: string,
  machine: Machine<State, Input>,
): readonly string[] {
  const rows = machine.states.flatMap((from) =>
    machine.inputs.flatMap((input) =>
      (machine.moves[from][input] ?? []).map(({ to }) => `${name} ${from} ${input} ${to}`),
    ),
  );
  return [...new Set(rows)];
}

it("LIB-15: the worlds take every row of the three machines", async () => {
  const rows = [
    ...rowsOf("clientConnection", CLIENT_CONNECTION),
    ...rowsOf("clientStream", CLIENT_STREAM),
    ...rowsOf("serverConnection", SERVER_CONNECTION),
  ];
  const isMissing = (): boolean => rows.some((row) => !visited.has(row));
  for (let seed = 1; isMissing() && seed <= MOST_WORLDS; seed += 1) {
    const world = new World(planFrom(seed), { record: () => undefined }, undefined, (move) => {
      visited.add(`${move.machine} ${move.from} ${move.input} ${move.to}`);
    });
    await world.run();
  }
  expect(rows.filter((row) => !visited.has(row))).toEqual([]);
});
