// A client that is started afresh for each case: `-- COMMAND {url}`.

import { startChild, type Child } from "../children.js";
import { UsageError } from "../usage-error.js";

const STDERR_BYTES = 64 * 1024;
const GRACE_MS = 500;
const PLACEHOLDER = "{url}";

export class ClientCommand {
  #child: Child | undefined;
  #output = "";
  #ended: string | undefined;

  /** Throws a UsageError where the command takes no address. */
  constructor(private readonly command: readonly string[]) {
    if (command.some((word) => word.includes(PLACEHOLDER))) return;
    throw new UsageError(
      "the client's command needs {url} where its address belongs, for example: -- node client.js {url}",
    );
  }

  /** What it printed on both outputs, the end of it. */
  get output(): string {
    return this.#output;
  }

  /** How the process ended, where it has. */
  get ended(): string | undefined {
    return this.#ended;
  }

  /** Throws a UsageError where it cannot be started at all. */
  async start(url: string, onEnd: () => void): Promise<void> {
    this.#output = "";
    this.#ended = undefined;
    const words = this.command.map((word) => word.replaceAll(PLACEHOLDER, url));
    let child: Child;
    try {
      child = await startChild(words, ["ignore", "pipe", "pipe"]);
    } catch (error) {
      const problem = error instanceof Error ? error.message : String(error);
      throw new UsageError(`cannot start the client's command ${words[0] ?? ""}: ${problem}`);
    }
    this.#child = child;
    const keep = (chunk: Buffer): void => {
      this.#output = (this.#output + chunk.toString("utf8")).slice(-STDERR_BYTES);
    };
    child.process.stdout?.on("data", keep);
    child.process.stderr?.on("data", keep);
    void child.ended.then((how) => {
      if (this.#child !== child) return;
      this.#ended = how;
      onEnd();
    });
  }

  async stop(): Promise<void> {
    const child = this.#child;
    this.#child = undefined;
    await child?.end(GRACE_MS);
  }
}
