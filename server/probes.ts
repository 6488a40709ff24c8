import type { Admission } from "./admission.js";
import type { SessionRegistry } from "./stores/store.js";

/** Newcomers that wait for a sign of life of an older session (SESS-5). */
export class Probes {
  readonly #waiting = new Map<string, Set<Admission>>();

  constructor(private readonly registry: SessionRegistry) {}

  ask(sessionId: string, admission: Admission): void {
    const waiting = this.#waiting.get(sessionId) ?? new Set();
    waiting.add(admission);
    this.#waiting.set(sessionId, waiting);
    this.registry.probe(sessionId);
  }

  forget(sessionId: string, admission: Admission): void {
    this.#waiting.get(sessionId)?.delete(admission);
  }

  /** The older session is alive. */
  answered(sessionId: string): void {
    for (const admission of this.#waiting.get(sessionId) ?? []) admission.occupantProved(sessionId);
    this.#waiting.delete(sessionId);
  }
}
