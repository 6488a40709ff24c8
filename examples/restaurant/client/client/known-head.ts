/** SYNC-1: the newest place that any frame has named for a stream. */
export class KnownHead {
  #epoch: string | undefined;
  #eventId = 0;

  /**
   * Note a place. One of the position's own epoch does not hide a known one of another epoch: only an
   * answer to a request may say that the other was nothing (SYNC-5, SYNC-7).
   */
  see(epoch: string, eventId: number, ownEpoch: string): void {
    if (epoch === this.#epoch) {
      this.#eventId = Math.max(this.#eventId, eventId);
      return;
    }
    if (this.#epoch !== undefined && this.#epoch !== ownEpoch && epoch === ownEpoch) return;
    this.#epoch = epoch;
    this.#eventId = eventId;
  }

  clear(): void {
    this.#epoch = undefined;
  }

  /** SYNC-7: forget a place of another epoch than this one. */
  clearUnless(epoch: string): void {
    if (this.#epoch !== epoch) this.clear();
  }

  /** Whether there is more than what reaches up to this place. */
  isBeyond(epoch: string, reach: number): boolean {
    if (this.#epoch === undefined) return false;
    return this.#epoch !== epoch || this.#eventId > reach;
  }
}
