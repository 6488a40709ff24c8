// One running testee behind the driver protocol: commands with replies, events with a dense counter.
// Whatever it does wrong becomes a DriverFault, once; after that the process is of no more use.

import type { JsonObject } from "../json.js";
import { openChannel, type Channel, type TesteeAddress } from "./channel.js";
import { LineCutter } from "./lines.js";
import {
  commandProblem,
  DRIVER_PROTOCOL,
  helloProblem,
  MAX_LINE_BYTES,
  readTesteeLine,
  type CommandName,
  type DriverEvent,
  type Hello,
} from "./protocol.js";

export type FaultKind =
  | "crash"
  | "hang"
  | "bad_line"
  | "overlong_line"
  | "duplicate_reply"
  | "unexpected_reply"
  | "counter_gap"
  | "late_report"
  | "refused";

/** The testee broke the driver protocol, hung or died. */
export class DriverFault extends Error {
  constructor(
    readonly kind: FaultKind,
    message: string,
  ) {
    super(message);
  }
}

export interface TesteeListener {
  onEvent(event: DriverEvent): void;
  onFault(fault: DriverFault): void;
  /** Called before the next line is read, so that a reply can divide what comes before it from what comes after. */
  onReply?(cmd: CommandName): void;
}

interface Pending {
  readonly cmd: CommandName;
  readonly resolve: (reply: JsonObject) => void;
  readonly reject: (fault: DriverFault) => void;
  readonly timer: NodeJS.Timeout;
}

function endedByRunner(): DriverFault {
  return new DriverFault("crash", "the runner ended the testee");
}

const STDERR_BYTES = 64 * 1024;

export class Testee {
  hello: Hello = { implementation: "?", version: "?", language: "?", spec: [], capabilities: [] };
  listener: TesteeListener | undefined;
  #channel: Channel | undefined;
  #lastId = 0;
  #lastN = 0;
  #fault: DriverFault | undefined;
  #ending = false;
  readonly #pending = new Map<number, Pending>();
  readonly #answered = new Set<number>();
  #stderr: Buffer[] = [];
  #stderrBytes = 0;

  private constructor(private readonly hangMs: number) {}

  /**
   * Starts or reaches a testee and exchanges hello, unless `signal` ends the wait for it.
   * Throws TesteeUnreachable or DriverFault.
   */
  static async start(
    address: TesteeAddress,
    hangMs: number,
    signal?: AbortSignal,
  ): Promise<Testee> {
    const testee = new Testee(hangMs);
    const cutter = new LineCutter(
      MAX_LINE_BYTES,
      (line) => {
        testee.#line(line);
      },
      () => {
        testee.#fail("overlong_line", `printed a line of more than ${MAX_LINE_BYTES} bytes`);
      },
    );
    testee.#channel = await openChannel(address, {
      onData: (chunk) => {
        cutter.push(chunk);
      },
      onStderr: (chunk) => {
        testee.#keepStderr(chunk);
      },
      onEnd: (how) => {
        if (!testee.#ending) testee.#fail("crash", `the testee ${how}`);
      },
    });
    const stop = (): void => void testee.end();
    signal?.addEventListener("abort", stop);
    try {
      signal?.throwIfAborted();
      const reply = await testee.command("hello", { protocol: DRIVER_PROTOCOL });
      const problem = helloProblem(reply);
      if (problem !== undefined) {
        throw testee.#fail("bad_line", `the reply to hello is not valid: ${problem}`);
      }
      testee.hello = reply as unknown as Hello;
      return testee;
    } catch (error) {
      await testee.end();
      throw error instanceof DriverFault ? testee.#withLastWords(error) : error;
    } finally {
      signal?.removeEventListener("abort", stop);
    }
  }

  get fault(): DriverFault | undefined {
    return this.#fault;
  }

  /** The last 64 KiB that the testee wrote to its standard error since `forgetStderr`. */
  get stderr(): string {
    return Buffer.concat(this.#stderr).subarray(-STDERR_BYTES).toString("utf8");
  }

  forgetStderr(): void {
    this.#stderr = [];
    this.#stderrBytes = 0;
  }

  has(capability: string): boolean {
    return this.hello.capabilities.includes(capability);
  }

  /** Sends a command and waits for its reply. Rejects with a DriverFault. */
  async command(cmd: CommandName, args: JsonObject = {}): Promise<JsonObject> {
    if (this.#fault) throw this.#fault;
    // Nothing is read any more: its reply would be waited for in vain.
    if (this.#ending) throw endedByRunner();
    const id = ++this.#lastId;
    const line: JsonObject = { id, cmd, ...args };
    const problem = commandProblem(line);
    if (problem !== undefined)
      throw new Error(`the runner's own ${cmd} command is wrong: ${problem}`);
    return await new Promise((resolve, reject) => {
      const timer = setTimeout(() => {
        this.#fail("hang", `no reply to ${cmd} within ${this.hangMs} ms`);
      }, this.hangMs);
      this.#pending.set(id, { cmd, resolve, reject, timer });
      this.#channel?.write(`${JSON.stringify(line)}\n`);
    });
  }

  /** Ends the process. True where it ignored SIGTERM and had to be killed. */
  async end(): Promise<boolean> {
    this.#ending = true;
    this.#settleAll(this.#fault ?? endedByRunner());
    return (await this.#channel?.end()) === true;
  }

  /** A testee that never got to work often says why on its standard error. */
  #withLastWords(fault: DriverFault): DriverFault {
    const last = this.stderr.trim().split("\n").at(-1) ?? "";
    return last === "" ? fault : new DriverFault(fault.kind, `${fault.message} (${last})`);
  }

  #line(line: string): void {
    if (this.#fault || this.#ending) return;
    const read = readTesteeLine(line);
    switch (read.kind) {
      case "bad":
        this.#fail("bad_line", `a line of the testee ${read.problem}: ${line.slice(0, 200)}`);
        return;
      case "event":
        // The counter is dense for the life of the process, so that a lost line shows.
        if (read.event.n !== this.#lastN + 1) {
          this.#fail("counter_gap", `event n=${read.event.n} came after n=${this.#lastN}`);
          return;
        }
        this.#lastN = read.event.n;
        this.listener?.onEvent(read.event);
        return;
      case "reply":
        this.#reply(read.reply.re, read.reply);
    }
  }

  #reply(
    re: number,
    reply: JsonObject & {
      readonly ok: boolean;
      readonly error?: { readonly code: string; readonly message: string };
    },
  ): void {
    const pending = this.#pending.get(re);
    if (!pending) {
      if (this.#answered.has(re)) this.#fail("duplicate_reply", `command ${re} was answered twice`);
      else this.#fail("unexpected_reply", `a reply names command ${re}, which was never sent`);
      return;
    }
    this.#pending.delete(re);
    this.#answered.add(re);
    clearTimeout(pending.timer);
    if (reply.ok) {
      this.listener?.onReply?.(pending.cmd);
      pending.resolve(reply);
      return;
    }
    const { code = "internal", message = "" } = reply.error ?? {};
    pending.reject(this.#fail("refused", `${pending.cmd} was refused: ${code}: ${message}`));
  }

  #fail(kind: FaultKind, message: string): DriverFault {
    if (this.#fault) return this.#fault;
    const fault = new DriverFault(kind, message);
    this.#fault = fault;
    this.#settleAll(fault);
    this.listener?.onFault(fault);
    return fault;
  }

  #settleAll(fault: DriverFault): void {
    for (const pending of this.#pending.values()) {
      clearTimeout(pending.timer);
      pending.reject(fault);
    }
    this.#pending.clear();
  }

  #keepStderr(chunk: Buffer): void {
    this.#stderr.push(chunk);
    this.#stderrBytes += chunk.length;
    while (this.#stderrBytes - (this.#stderr[0]?.length ?? 0) > STDERR_BYTES) {
      this.#stderrBytes -= this.#stderr.shift()?.length ?? 0;
    }
  }
}
