// Lets people come in with their tokens, and prints after each act what each of them saw.

import { createClient, type ClientOptions } from "../client/client/index.js";
import { Screen } from "../devices/screen.js";
import type { Heard } from "../devices/texts.js";
import { tokenOf, type Person, type Role } from "../people.js";

export class Stage {
  readonly #screens: Screen[] = [];
  readonly #roles = new Map<string, Role>();
  #acts = 0;

  /** @param secret key of the tokens */
  constructor(
    private readonly secret: string,
    private readonly print: (line: string) => void,
  ) {}

  /** Connects somebody to the server at this address. */
  async enter(person: Person, url: string, options: Partial<ClientOptions> = {}): Promise<Screen> {
    const { userId, role } = person;
    const token = async (): Promise<string> => await tokenOf(person, this.secret);
    const screen = new Screen(userId, createClient({ url, userId, token, ...options }));
    this.#screens.push(screen);
    this.#roles.set(userId, role);
    await screen.client.connect();
    return screen;
  }

  /** A token for somebody who brings a program of their own. */
  async admit(person: Person): Promise<string> {
    this.#roles.set(person.userId, person.role);
    return await tokenOf(person, this.secret);
  }

  roleOf(userId: string): Role | undefined {
    return this.#roles.get(userId);
  }

  /** Plays an act, then prints who saw what. */
  async act(title: string, play: () => Promise<void>): Promise<void> {
    await play();
    this.print(`${this.#acts++ === 0 ? "" : "\n"}${title}`);
    for (const screen of this.#screens) {
      for (const { place, text } of screen.takeLines()) {
        this.print(`  ${screen.name.padEnd(8)}${place.padEnd(12)}${text}`);
      }
    }
  }

  async close(): Promise<void> {
    await Promise.all(
      this.#screens.map(async ({ client }) => {
        await client.disconnect();
      }),
    );
  }
}

/** Resolves when each of them has received one more event of this name. */
export async function allHear(event: Heard, ...screens: readonly Screen[]): Promise<void> {
  await Promise.all(
    screens.map(async (screen) => {
      await screen.heard(event);
    }),
  );
}
