// A fleet in a process of its own, told what to do over IPC: `node fleet-process.js`.

import { fork } from "node:child_process";
import { fileURLToPath } from "node:url";
import { LocalFleet, type Fleet, type FleetOptions } from "./fleet.js";

type Verb = keyof Fleet;

interface Asked {
  readonly id: number;
  readonly verb: Verb | "open";
  readonly given: readonly unknown[];
}

type Answered =
  | { readonly id: number; readonly value: unknown }
  | { readonly id: number; readonly problem: string };

/** Starts a process with a fleet. `file` is this module, or an edited bundle of it. */
export async function remoteFleet(
  options: FleetOptions,
  file: string = fileURLToPath(import.meta.url),
): Promise<Fleet> {
  const child = fork(file, ["--fleet"], { stdio: ["ignore", "ignore", "inherit", "ipc"] });
  const waiting = new Map<
    number,
    { resolve: (value: unknown) => void; reject: (why: Error) => void }
  >();
  let isEnding = false;
  child.on("message", (answer: Answered) => {
    const asked = waiting.get(answer.id);
    waiting.delete(answer.id);
    if ("problem" in answer) asked?.reject(new Error(answer.problem));
    else asked?.resolve(answer.value);
  });
  child.once("exit", (code) => {
    for (const { reject } of waiting.values())
      reject(new Error(`a fleet ended with ${String(code)}`));
  });
  const onExit = (): void => void child.kill();
  process.once("exit", onExit);
  let asked = 0;
  const ask = async <T>(verb: Asked["verb"], ...given: readonly unknown[]): Promise<T> => {
    const id = (asked += 1);
    return await new Promise<T>((resolve, reject) => {
      waiting.set(id, { resolve: resolve as (value: unknown) => void, reject });
      child.send({ id, verb, given } satisfies Asked);
    });
  };
  await ask("open", options);
  return {
    connect: () => ask("connect"),
    begin: () => ask("begin"),
    calm: () => ask("calm"),
    moveTo: (url) => ask("moveTo", url),
    state: () => ask("state"),
    sends: () => ask("sends"),
    settled: (heads, withinMs) => ask("settled", heads, withinMs),
    report: (heads) => ask("report", heads),
    async end() {
      if (isEnding) return;
      isEnding = true;
      await ask("end");
      process.off("exit", onExit);
      child.disconnect();
    },
  };
}

function serveFleet(): void {
  let fleet: LocalFleet | undefined;
  process.on("message", ({ id, verb, given }: Asked) => {
    void (async () => {
      try {
        if (verb === "open") {
          fleet = new LocalFleet(given[0] as FleetOptions);
          process.send?.({ id, value: undefined } satisfies Answered);
          return;
        }
        if (fleet === undefined) throw new Error("no fleet is open");
        const value: unknown = await (fleet[verb] as (...all: readonly unknown[]) => unknown)(
          ...given,
        );
        process.send?.({ id, value } satisfies Answered);
      } catch (error) {
        process.send?.({ id, problem: String(error) } satisfies Answered);
      }
    })();
  });
  process.once("disconnect", () => process.exit());
}

if (process.argv[2] === "--fleet") serveFleet();
