// The adapter of the TypeScript client: driver protocol version 1 over standard input and output.
// It uses the client's public interface only, and expects nothing of it.

import { LineCutter } from "../../driver/lines.js";
import { packageVersion } from "../../package-root.js";
import {
  Life,
  type OpenArguments,
  type SendArguments,
  type SettleArguments,
  type World,
} from "./life.js";
import { Disk } from "./stores.js";
import { VirtualClock } from "./virtual-clock.js";

const CAPABILITIES = [
  "suspend",
  "resume",
  "restart",
  "token",
  "settle",
  "signal",
  "statistics",
  "clock.advance",
];
const MAX_LINE_BYTES = 1024 * 1024;

interface OpenCommand extends OpenArguments {
  readonly positions?: Parameters<typeof Disk.empty>[0];
  readonly outbox?: "memory" | "persistent";
}

interface AdvanceArguments {
  readonly ms: number;
  readonly asleep?: boolean;
}

/** mulberry32: the same seed gives the same choices. */
function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let value = Math.imul(state ^ (state >>> 15), 1 | state);
    value = (value + Math.imul(value ^ (value >>> 7), 61 | value)) ^ value;
    return ((value ^ (value >>> 14)) >>> 0) / 2 ** 32;
  };
}

function print(value: object): void {
  process.stdout.write(`${JSON.stringify(value)}\n`);
}

/** Promise chains between the socket and the application are a few turns long. */
async function caughtUp(): Promise<void> {
  for (let turn = 0; turn < 6; turn += 1) {
    await new Promise((resolve) => {
      setImmediate(resolve);
    });
  }
}

class Adapter {
  #n = 0;
  #lives: Life[] = [];
  #disk = Disk.empty([]);
  #settings: OpenArguments | undefined;
  #token: string | null = null;
  #clock: VirtualClock | undefined;
  #random = Math.random;

  async perform(cmd: string, args: object): Promise<object> {
    switch (cmd) {
      case "hello":
        return {
          implementation: "latido-typescript",
          version: packageVersion(),
          language: "typescript",
          spec: ["1.0"],
          capabilities: CAPABILITIES,
        };
      case "case.begin":
        this.#begin(args as { readonly seed: number; readonly clock?: string });
        return {};
      case "open":
        this.#open(args as OpenCommand);
        return {};
      case "send":
        this.#life.send(args as SendArguments);
        return {};
      case "presence":
        this.#life.client.setPresence(args as Parameters<Life["client"]["setPresence"]>[0]);
        return {};
      case "close":
        await this.#life.client.disconnect();
        return {};
      case "suspend":
        this.#life.client.suspend();
        return {};
      case "resume":
        this.#life.client.resume();
        return {};
      case "restart":
        this.#restart();
        return {};
      case "token":
        this.#token = (args as { readonly token: string | null }).token;
        return {};
      case "settle":
        this.#life.settle(args as SettleArguments);
        return {};
      case "signal":
        this.#life.client.signal((args as { readonly signal: "online" | "visible" }).signal);
        return {};
      case "statistics":
        this.#life.reportStatistics();
        return {};
      case "clock.advance": {
        const { ms, asleep = false } = args as AdvanceArguments;
        await this.#clock?.advance(ms, asleep);
        return {};
      }
      case "fence":
        await caughtUp();
        return {};
      case "case.end":
        await Promise.all(this.#lives.map((life) => life.die()));
        this.#lives = [];
        return {};
      default:
        throw new Error(`unsupported command ${cmd}`);
    }
  }

  get #life(): Life {
    const life = this.#lives.at(-1);
    if (!life) throw new Error("no client is open");
    return life;
  }

  get #world(): World {
    return {
      disk: this.#disk,
      clock: this.#clock,
      random: this.#random,
      token: () => this.#token,
      report: (event, fields) => {
        print({ n: (this.#n += 1), event, ...fields });
      },
    };
  }

  #begin({ seed, clock }: { readonly seed: number; readonly clock?: string }): void {
    this.#random = seeded(seed);
    this.#clock = clock === "virtual" ? new VirtualClock() : undefined;
  }

  #open({ positions = [], outbox = "memory", ...settings }: OpenCommand): void {
    this.#disk = Disk.empty(positions, outbox === "persistent");
    this.#settings = settings;
    this.#token = settings.token ?? null;
    this.#live();
  }

  #restart(): void {
    this.#disk = this.#disk.freeze();
    void this.#life.die();
    this.#live();
  }

  #live(): void {
    if (!this.#settings) throw new Error("no client was open before");
    const life = new Life(this.#settings, this.#world);
    this.#lives.push(life);
    life.connect();
  }
}

interface Command {
  readonly id: number;
  readonly cmd: string;
}

const adapter = new Adapter();
let work = Promise.resolve();

async function answer({ id, cmd, ...args }: Command): Promise<void> {
  try {
    print({ re: id, ok: true, ...(await adapter.perform(cmd, args)) });
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    const code = message.startsWith("unsupported") ? "unsupported" : "internal";
    print({ re: id, ok: false, error: { code, message } });
  }
}

const cutter = new LineCutter(
  MAX_LINE_BYTES,
  (line) => {
    const command = JSON.parse(line) as Command;
    work = work.then(() => answer(command));
  },
  () => {
    process.exitCode = 1;
  },
);
process.stdin.on("data", (chunk: Buffer) => {
  cutter.push(chunk);
});
process.stdin.on("end", () => {
  process.exit();
});
