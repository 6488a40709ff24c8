// Asks for what follows a position, page by page, however large the server's pages are.

import type { SyncStep } from "../cases/case.js";
import { counted } from "../counted.js";
import { isObject, member } from "../json.js";
import type { Stage } from "../runner/stage.js";
import { sendStep } from "../runner/wire-steps.js";
import type { Entry } from "../transcript.js";

/** Well above every announced `sync.maxPages` of the profiles: an answer without end is a fault. */
const MOST_PAGES = 1_000;

interface Asked {
  readonly on: string;
  readonly stream: string;
  readonly from: number;
}

function answers(entry: Entry, { on, stream, from }: Asked): boolean {
  if (entry.on !== on || entry.from !== "testee") return false;
  if (entry.kind === "closed") return true;
  if (entry.kind !== "frame" || member(entry.value, "stream") !== stream) return false;
  if (entry.name === "SYNC") return member(entry.value, "fromEventId") === from;
  return entry.name === "FULL_REFRESH" || entry.name === "ERROR";
}

async function answered(stage: Stage, asked: Asked): Promise<Entry> {
  const found = await stage.transcript.next((entry) => answers(entry, asked), stage.hangMs);
  if (found && found.kind !== "closed") {
    stage.transcript.take(found);
    return found;
  }
  throw stage.failed({
    kind: "missing",
    requirements: ["SYNC-18"],
    problem: `a REQUEST_SYNC from ${asked.from} was not answered`,
    expected: `SYNC, FULL_REFRESH or ERROR of ${asked.stream}`,
    actual: found?.value ?? "nothing",
  });
}

/**
 * Ends with a `reply` under the name of the step: `{type: SYNC, epoch, events, headEventId}` with the
 * events of all pages, or the FULL_REFRESH or ERROR that came instead.
 */
export async function syncStep(stage: Stage, step: SyncStep): Promise<void> {
  const { name: on } = stage.usable(step.on);
  const { stream, epoch } = step;
  const events: unknown[] = [];
  const reply = (value: unknown): void => {
    stage.transcript.add({ lane: "wire", from: "testee", kind: "reply", name: step.as, value });
    stage.variables.set(step.as, value);
  };
  let from = step.lastEventId;
  for (let pages = 0; pages < MOST_PAGES; pages += 1) {
    const position = { stream, epoch, lastEventId: from };
    sendStep(stage, { on, frame: { type: "REQUEST_SYNC", streams: [position] } }, "client");
    const { value } = await answered(stage, { on, stream, from });
    const page = isObject(value) ? value : {};
    if (page.type !== "SYNC") {
      reply(page);
      return;
    }
    const list = Array.isArray(page.events) ? (page.events as unknown[]) : [];
    events.push(...list);
    if (page.complete === true) {
      reply({ type: "SYNC", epoch: page.epoch, events, headEventId: page.headEventId });
      return;
    }
    if (list.length === 0) break;
    from += list.length;
  }
  throw stage.failed({
    kind: "missing",
    requirements: ["SYNC-28"],
    problem: "the pages of a SYNC lead to no end",
    expected: "a SYNC with complete true",
    actual: counted(events.length, "event"),
  });
}
