import type { Contract } from "../contract.js";
import type { Stage } from "../runner/stage.js";
import type { MonitorMaker } from "./monitor.js";

/** Puts the standing rules over a case; the first broken one ends it. */
export function watch(stage: Stage, contract: Contract, makers: readonly MonitorMaker[]): void {
  const monitors = makers
    .map((make) => make(contract))
    .filter((monitor) => !stage.testCase.unwatched.includes(monitor.name));
  stage.transcript.watch((entry) => {
    for (const monitor of monitors) {
      const broken = monitor.look(entry);
      if (!broken) continue;
      const failure = { kind: "monitor", monitor: monitor.name, entry: entry.index } as const;
      stage.interrupt(stage.failed({ ...failure, ...broken }));
    }
  });
}
