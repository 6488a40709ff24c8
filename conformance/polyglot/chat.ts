// A chat between clients of several languages over one server, with lines that break all the time. Every
// line that anyone says must reach everyone once, in one order.

import { Testee } from "../driver/process.js";
import type { DriverEvent } from "../driver/protocol.js";
import { CutLine } from "./cut-line.js";

/** Someone who takes part: a testee of some language. */
export interface Participant {
  /** Unique in the chat, and the user's id. */
  readonly name: string;
  readonly language: string;
  readonly command: readonly string[];
}

/** What one participant saw. */
export interface Account {
  readonly name: string;
  readonly language: string;
  /** Every line in the order of delivery, as `name: number`. */
  readonly heard: readonly string[];
  /** Line to result, of what this participant said. */
  readonly results: ReadonlyMap<string, string>;
  /** How often it dialled. */
  readonly dials: number;
}

export interface ChatOptions {
  /** Address of the server, which takes `chat_message` for the scope {"place":"demo"}. */
  readonly url: string;
  readonly participants: readonly Participant[];
  /** How many lines each one says, at least two. */
  readonly lines: number;
  /** A wait that takes longer is a failure, milliseconds. */
  readonly hangMs: number;
}

const SCOPE = { place: "demo" };

/**
 * Lets everyone say their lines. With each line the connection of one participant breaks, in turn, before
 * the line or right after it: that of the speaker, or of somebody who listens. The last two lines everyone
 * says while no connection comes about, so that they wait in an outbox together.
 */
export async function chat(options: ChatOptions): Promise<readonly Account[]> {
  const { participants, lines } = options;
  const seats: Seat[] = [];
  try {
    for (const participant of participants) seats.push(await Seat.take(participant, options));
    await Promise.all(seats.map((seat) => seat.until("is connected", () => seat.isConnected)));
    for (let line = 1; line <= lines - 2; line += 1) {
      for (const [index, seat] of seats.entries()) {
        const unlucky = seats[(index + line) % seats.length];
        if (line % 2 === 0) await unlucky?.lose();
        await seat.say(line);
        if (line % 2 === 1) await unlucky?.lose();
      }
    }
    for (const seat of seats) await seat.goDown();
    for (const seat of seats) {
      await seat.say(lines - 1);
      await seat.say(lines);
    }
    for (const seat of seats) seat.line.comeUp();
    const all = participants.length * lines;
    await Promise.all(
      seats.map((seat) =>
        seat.until(`has heard ${all} lines and has a result for its own`, () =>
          seat.has(all, lines),
        ),
      ),
    );
    for (const seat of seats) await seat.testee.command("fence");
    return seats.map((seat) => seat.account);
  } finally {
    await Promise.all(seats.map((seat) => seat.leave()));
  }
}

/** What is wrong with a chat, in words; empty: nothing was lost, doubled or out of order. */
export function faultsOf(accounts: readonly Account[], lines: number): readonly string[] {
  const said = accounts.flatMap(({ name }) =>
    Array.from({ length: lines }, (_, index) => `${name}: ${index + 1}`),
  );
  const order = accounts[0]?.heard.join("\n");
  return accounts.flatMap(({ name, language, heard, results }) => {
    const who = `${name} (${language})`;
    const lost = said.filter((line) => !heard.includes(line));
    const doubled = heard.filter((line, index) => heard.indexOf(line) !== index);
    const strange = heard.filter((line) => !said.includes(line));
    const refused = [...results].filter(([, status]) => status !== "accepted");
    const own = heard
      .filter((line) => line.startsWith(`${name}: `))
      .map((line) => Number(line.split(": ")[1]));
    return [
      ...lost.map((line) => `${who} never heard “${line}”`),
      ...doubled.map((line) => `${who} heard “${line}” again`),
      ...strange.map((line) => `${who} heard “${line}”, which nobody said`),
      ...refused.map(([line, status]) => `“${line}” of ${who} was ${status}`),
      ...(results.size === lines ? [] : [`${who} has ${results.size} results for ${lines} lines`]),
      ...(isRising(own) ? [] : [`${who} heard its own lines in another order`]),
      ...(heard.join("\n") === order ? [] : [`${who} heard another order than the first`]),
    ];
  });
}

function isRising(numbers: readonly number[]): boolean {
  return numbers.every((number, index) => index === 0 || number > (numbers[index - 1] ?? 0));
}

/** One participant at its testee. */
class Seat {
  isConnected = false;
  readonly #heard: string[] = [];
  readonly #results = new Map<string, string>();
  readonly #waiting = new Set<() => void>();
  #problem: Error | undefined;

  private constructor(
    readonly participant: Participant,
    readonly testee: Testee,
    readonly line: CutLine,
    readonly hangMs: number,
  ) {}

  static async take(participant: Participant, { url, hangMs }: ChatOptions): Promise<Seat> {
    const { name, command } = participant;
    const line = await CutLine.to(url);
    const testee = await Testee.start({ kind: "command", command, driver: "stdio" }, hangMs);
    const seat = new Seat(participant, testee, line, hangMs);
    testee.listener = {
      onEvent: (event) => {
        seat.#see(event);
      },
      onFault: (fault) => {
        seat.#problem = fault;
        seat.#look();
      },
    };
    await testee.command("case.begin", { case: "polyglot/chat", seed: 1, clock: "real" });
    await testee.command("open", { url: line.url, userId: name, deviceId: `${name}-device` });
    return seat;
  }

  get account(): Account {
    const { name, language } = this.participant;
    const { dials } = this.line;
    return { name, language, heard: this.#heard, results: this.#results, dials };
  }

  async say(number: number): Promise<void> {
    const payload = { from: this.participant.name, number };
    const key = this.#named(number);
    await this.testee.command("send", { key, event: "chat_message", payload, scope: SCOPE });
  }

  /** Its connection breaks, once there is one to break. */
  async lose(): Promise<void> {
    await this.#reconnected();
    this.line.cut();
  }

  /** The same, and every dial fails until its line comes up. */
  async goDown(): Promise<void> {
    await this.#reconnected();
    this.line.goDown();
  }

  async #reconnected(): Promise<void> {
    await this.until("is connected again", () => this.isConnected);
    this.isConnected = false;
  }

  has(lines: number, results: number): boolean {
    return new Set(this.#heard).size >= lines && this.#results.size >= results;
  }

  /** Waits without a clock of its own: every event of the testee is looked at. */
  async until(what: string, holds: () => boolean): Promise<void> {
    await new Promise<void>((resolve, reject) => {
      const timer = setTimeout(() => {
        const { heard, results, dials } = this.account;
        const state = `heard ${heard.length} lines, ${results.size} results, ${dials} dials`;
        end(new Error(`${this.participant.name} never ${what}: ${state}`));
      }, this.hangMs);
      const look = (): void => {
        if (this.#problem !== undefined) end(this.#problem);
        else if (holds()) end();
      };
      const end = (problem?: Error): void => {
        clearTimeout(timer);
        this.#waiting.delete(look);
        if (problem === undefined) resolve();
        else reject(problem);
      };
      this.#waiting.add(look);
      look();
    });
  }

  async leave(): Promise<void> {
    await this.testee.end();
    await this.line.close();
  }

  #see(event: DriverEvent): void {
    switch (event.event) {
      case "state":
        this.isConnected = event.state === "connected";
        break;
      case "delivered": {
        const { from, number } = event.payload as {
          readonly from: string;
          readonly number: number;
        };
        this.#heard.push(`${from}: ${number}`);
        break;
      }
      case "result":
        this.#results.set(String(event.key), String(event.status));
    }
    this.#look();
  }

  #look(): void {
    for (const look of [...this.#waiting]) look();
  }

  #named(number: number): string {
    return `${this.participant.name}: ${number}`;
  }
}
