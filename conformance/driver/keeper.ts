// Keeps a living testee at hand: one process serves many cases, a dead one is replaced, and three
// deaths in a row end the run.

import { TERM_GRACE_MS, TesteeUnreachable, type TesteeAddress } from "./channel.js";
import { DriverFault, Testee } from "./process.js";

const DEATHS_THAT_END_A_RUN = 3;

export class TesteeKeeper {
  #testee: Testee | undefined;
  #greeted = false;
  #deaths = 0;
  #lastFault: DriverFault | undefined;
  readonly #notes = new Set<string>();

  constructor(
    private readonly address: TesteeAddress,
    private readonly hangMs: number,
    /** Interrupts the run: the testee is ended, and nothing of it is waited for. */
    private readonly signal?: AbortSignal,
  ) {
    signal?.addEventListener("abort", () => void this.end());
  }

  /** Why no more cases can run, once three testees in a row have died. */
  get givenUp(): string | undefined {
    if (this.#deaths < DEATHS_THAT_END_A_RUN) return undefined;
    return `${DEATHS_THAT_END_A_RUN} deaths in a row; the last: ${this.#lastFault?.message ?? "?"}`;
  }

  /** What was seen of the processes that costs no case. */
  get notes(): readonly string[] {
    return [...this.#notes];
  }

  /**
   * A testee that has answered hello; undefined after giving up, or when the run is interrupted. Where one has answered before, the
   * fault of its successor's hello is returned: it costs the case that it was started for.
   */
  async living(): Promise<Testee | DriverFault | undefined> {
    while (this.#testee === undefined && this.givenUp === undefined) {
      if (this.#isInterrupted()) return undefined;
      try {
        this.#testee = await Testee.start(this.address, this.hangMs, this.signal);
        this.#greeted = true;
      } catch (error) {
        if (this.#isInterrupted()) return undefined;
        if (error instanceof TesteeUnreachable || !(error instanceof DriverFault)) throw error;
        this.#died(error);
        if (this.#greeted) return error;
      }
    }
    return this.#testee;
  }

  /** Says how a case left the testee. */
  async caseEnded(): Promise<void> {
    const fault = this.#testee?.fault;
    if (!fault) {
      this.#deaths = 0;
      return;
    }
    await this.end();
    this.#died(fault);
  }

  /** Ends the process although it kept the driver protocol: its case went wrong, the next gets a fresh one. */
  async discard(): Promise<void> {
    const fault = this.#testee?.fault;
    await this.end();
    if (fault) this.#died(fault);
    else this.#deaths = 0;
  }

  async end(): Promise<void> {
    const testee = this.#testee;
    this.#testee = undefined;
    if ((await testee?.end()) === true) {
      this.#notes.add(
        `the testee did not end within ${TERM_GRACE_MS} ms of SIGTERM: it was killed`,
      );
    }
  }

  #isInterrupted(): boolean {
    return this.signal?.aborted === true;
  }

  #died(fault: DriverFault): void {
    this.#deaths += 1;
    this.#lastFault = fault;
  }
}
