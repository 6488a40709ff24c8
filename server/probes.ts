import type { Admission } from "./admission.js";
import type { SessionRegistry } from "./stores/store.js";

/** Newcomers that wait for a sign of life of an older session (SESS-5). */
export class Probes {
  readonly #waiting = new Map<string, Set<Admission>>();

  constructor(private readonly registry: SessionRegistry) {}

  /** Older sessions that are waited for. */
  get size(): number {
    return this.#waiting.size;
  }

  ask(sessionId: string, admission: Admission): void {
    const waiting = this.#waiting.get(sessionId) ?? new Set();
    waiting.add(admission);
    this.#waiting.set(sessionId, waiting);
    this.registry.probe(sessionId);
  }

  forget(sessionId: string, admission: Admission): void {
    const waiting = this.#waiting.get(sessionId);
    waiting?.delete(admission);
    if (waiting?.size === 0) this.#waiting.delete(sessionId);
  }

  /** The older session is alive. */
  answered(sessionId: string): void {
    for (const admission of this.#waiting.get(sessionId) ?? []) admission.occupantProved(sessionId);
    this.#waiting.delete(sessionId);
  }
}
