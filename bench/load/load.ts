/** Something that keeps a server at work and judges its answers while it does. */
export interface Load {
  /** Keeps the server at work for `ms`, then waits until all is answered; the answers counted. */
  slice(ms: number): Promise<number>;
  close(): void;
}

/** An answer that is wrong, missing, doubled or out of order: no figure may be told then. */
export class WrongAnswer extends Error {}

/** Ends a wait for answers that never come, milliseconds. */
export const HANG_MS = 30_000;

/** Resolves when `done` is called, rejects when `failed` is or nothing came for so long. */
export class Waiting {
  readonly promise: Promise<void>;
  #resolve: () => void = () => undefined;
  #reject: (error: Error) => void = () => undefined;
  readonly #timer: NodeJS.Timeout;

  constructor(what: string, ms: number) {
    this.promise = new Promise((resolve, reject) => {
      this.#resolve = resolve;
      this.#reject = reject;
    });
    this.#timer = setTimeout(() => {
      this.failed(new WrongAnswer(`${what} did not come within ${HANG_MS / 1_000} s`));
    }, ms + HANG_MS);
  }

  done(): void {
    clearTimeout(this.#timer);
    this.#resolve();
  }

  failed(error: Error): void {
    clearTimeout(this.#timer);
    this.#reject(error);
  }
}
