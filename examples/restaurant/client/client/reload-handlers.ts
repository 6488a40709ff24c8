import type { ReloadHandler, ReloadReport } from "./client.js";
import { UsageError } from "./errors.js";
import type { Refresh } from "./effects.js";
import { Listeners } from "./listeners.js";

/** The application's reload callbacks. */
export class ReloadHandlers {
  readonly #handlers = new Listeners<Refresh, ReturnType<ReloadHandler>>();

  add(handler: ReloadHandler): () => void {
    return this.#handlers.add(handler);
  }

  clear(): void {
    this.#handlers.clear();
  }

  /**
   * Run all of them. Fails when one fails.
   * @returns the lowest id that all snapshots contain, if every one reports an id (REFRESH-18).
   */
  async run(refresh: Refresh): Promise<number | undefined> {
    const handlers = this.#handlers.all();
    const reports = await Promise.all(handlers.map(async (handler) => handler(refresh)));
    const ids = reports.map(reportedId);
    if (ids.length === 0 || ids.includes(undefined)) return undefined;
    return Math.min(...ids.filter((id) => id !== undefined));
  }
}

function reportedId(report: ReloadReport | undefined): number | undefined {
  const id = report?.lastEventId;
  if (id === undefined || (Number.isSafeInteger(id) && id >= 0)) return id;
  throw new UsageError("A reload must report lastEventId as a whole number from 0 to 2^53-1");
}
