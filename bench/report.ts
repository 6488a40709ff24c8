import type { Bars } from "./jobs.js";
import type { JobResult, ServerFigures } from "./measure.js";
import { EQUAL_WITHIN, type Spread, type Verdict } from "./ratio.js";

/** The results for people. */
export function resultsText(results: readonly JobResult[]): string {
  return results.map(jobText).join("\n");
}

function jobText({ job, ratio, equal, against, verdict, servers }: JobResult): string {
  const other = against === undefined ? "" : `  other build ${spreadText(against)}\n`;
  return (
    `${job.name}: ${verdict} (${job.title})\n` +
    `  server CPU, bare ÷ latido ${spreadText(ratio)}${barsText(job.bars)}\n` +
    other +
    `  two equal bare servers ${spreadText(equal)}; must be ${EQUAL_WITHIN.least} to ${EQUAL_WITHIN.most}\n` +
    servers.map(serverText).join("")
  );
}

function barsText(bars: Bars | undefined): string {
  if (bars === undefined) return "; no gate";
  return `; gate ${bars.gate}, good ${bars.good}, excellent ${bars.excellent}`;
}

function spreadText({ median, p10, p90 }: Spread): string {
  return `${median.toFixed(3)} (p10 ${p10.toFixed(3)}, p90 ${p90.toFixed(3)})`;
}

function serverText(figures: ServerFigures): string {
  const { name, microsEach, answersPerSecond, serverBusy, loadBusy } = figures;
  const each = `${microsEach.toFixed(2)} µs`.padStart(9);
  const rate = Math.round(answersPerSecond).toLocaleString("en").padStart(9);
  return `  ${name.padEnd(14)} ${each} an answer ${rate} a second  server ${percent(serverBusy)}, load ${percent(loadBusy)} of a core\n`;
}

function percent(share: number): string {
  return `${Math.round(share * 100)} %`;
}

/** 0 all gates met, 1 one missed, 3 the machine was too restless to say. */
export function exitCode(results: readonly { readonly verdict: Verdict }[]): 0 | 1 | 3 {
  if (results.some(({ verdict }) => verdict === "inconclusive")) return 3;
  return results.some(({ verdict }) => verdict === "missed") ? 1 : 0;
}
