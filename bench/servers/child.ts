import { spawn } from "node:child_process";
import { fileURLToPath } from "node:url";
import type { Command, Said } from "./commands.js";

type Answer = Exclude<Said, { readonly says: "failed" }>;

/** Tests run this file as it is written; what it starts has to be built. */
const BUILT = import.meta.url.endsWith(".ts") ? "../../dist/bench/servers/" : "";

/** A server in a process of its own. */
export class ServerChild {
  readonly #process;
  /** Who waits for the next answer; the bench asks one thing at a time. */
  #asked:
    | { readonly answered: (said: Answer) => void; readonly failed: (error: Error) => void }
    | undefined;
  #failure: string | undefined;
  port = 0;

  /** @param pin words before `node` that keep it to a core, or none */
  private constructor(script: string, args: readonly string[], pin: readonly string[]) {
    const file = fileURLToPath(new URL(`${BUILT}${script}.js`, import.meta.url));
    const [command = "", ...rest] = [
      ...pin,
      process.execPath,
      ...profilerFlags(script),
      file,
      ...args,
    ];
    this.#process = spawn(command, rest, { stdio: ["ignore", "inherit", "inherit", "ipc"] });
    this.#process.on("message", (said: Said) => {
      if (said.says === "failed") this.#failure ??= said.message;
      else this.#asked?.answered(said);
    });
    const over = (what: string): void => {
      this.#failure ??= what;
      this.#asked?.failed(new Error(`the server ${script} is gone: ${what}`));
    };
    this.#process.once("error", (error) => {
      over(error.message);
    });
    this.#process.once("exit", (code) => {
      over(`it ended with ${String(code)}`);
    });
  }

  static async start(
    script: "latido" | "bare",
    args: readonly string[],
    pin: readonly string[],
  ): Promise<ServerChild> {
    const child = new ServerChild(script, args, pin);
    const said = await child.#answer();
    if (said.says === "ready") child.port = said.port;
    return child;
  }

  /** Why its figures cannot be trusted; undefined where they can. */
  get failure(): string | undefined {
    return this.#failure;
  }

  /** CPU that it has used since its start, microseconds, all threads. */
  async cpu(): Promise<number> {
    const answer = this.#answer();
    this.#tell({ ask: "cpu" });
    const said = await answer;
    return said.says === "cpu" ? said.micros : NaN;
  }

  publish(count: number): void {
    this.#tell({ ask: "publish", count });
  }

  /** It ends itself when the bench lets go, and so can still write a profile. */
  stop(): void {
    this.#process.removeAllListeners("exit");
    if (this.#process.connected) this.#process.disconnect();
  }

  #tell(command: Command): void {
    this.#process.send(command);
  }

  #answer(): Promise<Answer> {
    return new Promise((answered, failed) => {
      this.#asked = { answered, failed };
    });
  }
}

/** BENCH_NODE_FLAGS makes room for a profiler. */
function profilerFlags(script: string): readonly string[] {
  const flags = process.env.BENCH_NODE_FLAGS;
  return script === "latido" && flags !== undefined ? flags.split(" ") : [];
}
