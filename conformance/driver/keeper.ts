// Keeps a living testee at hand: one process serves many cases, a dead one is replaced, and three
// deaths in a row end the run.

import { TesteeUnreachable, type TesteeAddress } from "./channel.js";
import { DriverFault, Testee } from "./process.js";

const DEATHS_THAT_END_A_RUN = 3;

export class TesteeKeeper {
  #testee: Testee | undefined;
  #deaths = 0;
  #lastFault: DriverFault | undefined;

  constructor(
    private readonly address: TesteeAddress,
    private readonly hangMs: number,
  ) {}

  /** Why no more cases can run, once three testees in a row have died. */
  get givenUp(): string | undefined {
    if (this.#deaths < DEATHS_THAT_END_A_RUN) return undefined;
    return `${DEATHS_THAT_END_A_RUN} deaths in a row; the last: ${this.#lastFault?.message ?? "?"}`;
  }

  /** A testee that has answered hello, or undefined after giving up. */
  async living(): Promise<Testee | undefined> {
    while (this.#testee === undefined && this.givenUp === undefined) {
      try {
        this.#testee = await Testee.start(this.address, this.hangMs);
      } catch (error) {
        if (error instanceof TesteeUnreachable || !(error instanceof DriverFault)) throw error;
        this.#died(error);
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
    await this.#testee?.end();
    this.#testee = undefined;
    this.#died(fault);
  }

  /** Ends the process although it kept the driver protocol: its case went wrong, the next gets a fresh one. */
  async discard(): Promise<void> {
    const fault = this.#testee?.fault;
    await this.#testee?.end();
    this.#testee = undefined;
    if (fault) this.#died(fault);
    else this.#deaths = 0;
  }

  async end(): Promise<void> {
    await this.#testee?.end();
    this.#testee = undefined;
  }

  #died(fault: DriverFault): void {
    this.#deaths += 1;
    this.#lastFault = fault;
  }
}
