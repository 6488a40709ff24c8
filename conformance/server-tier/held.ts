// The server of one profile in the hands of a run: at an address, or as a process that can be ended.

import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";

import type { ServerSignal } from "../cases/case.js";
import { givenSettings, type Profile } from "../profiles/profile.js";
import { SETTINGS_PLACEHOLDER, type ServerSubject } from "./subject.js";
import { startServer, type Exit, type ServerTarget, type StartedServer } from "./target.js";
import { secretMint } from "./tokens.js";

/** How long a process may take to be gone after its connections broke. */
export const DEATH_MS = 2_000;

export interface HeldServer {
  /** Where it is now; a restart may change it. */
  readonly target: ServerTarget;
  readonly stderr: () => string;
  /** Whether the suite may end it. */
  readonly isOwn: boolean;
  /** How its process ended, now or within so long, where it did so by itself and nobody was told. Asking forgets it. */
  unseenEnd(withinMs: number): Promise<Exit | undefined>;
  /** Told when its process ends; `asked` says whether the suite wanted that. */
  onExit: ((exit: Exit, asked: boolean) => void) | undefined;
  /** Sends a signal, and does not wait. */
  signal(name: ServerSignal): void;
  restart(by: ServerSignal): Promise<void>;
  /** Waits for one that was told to end, and starts one that has ended. Throws ServerUnreachable. */
  revive(): Promise<void>;
  end(): Promise<void>;
}

/** Makes sure that there is a server with the settings of the profile. Throws ServerUnreachable. */
export async function holdServer(subject: ServerSubject, profile: Profile): Promise<HeldServer> {
  if (subject.kind === "command") return await OwnServer.start(subject, profile);
  const nothing = (): Promise<void> => Promise.resolve();
  return {
    target: { ...credentials(profile, subject.target), ...subject.target },
    stderr: () => "",
    isOwn: false,
    unseenEnd: () => Promise.resolve(undefined),
    onExit: undefined,
    signal: () => undefined,
    restart: nothing,
    revive: nothing,
    end: nothing,
  };
}

/** What the profile's settings give to the suite, unless the user gave it. */
function credentials(
  { settings }: Profile,
  given: Pick<ServerTarget, "apiKey" | "mint">,
): Pick<ServerTarget, "apiKey" | "mint"> {
  const { mode, secret } = settings.auth;
  const apiKey = given.apiKey ?? settings.apiKey;
  const own = secret === undefined ? undefined : secretMint(secret);
  const mint = mode === "jwt" ? (given.mint ?? own) : undefined;
  return { ...(apiKey === undefined ? {} : { apiKey }), ...(mint === undefined ? {} : { mint }) };
}

class OwnServer implements HeldServer {
  readonly isOwn = true;
  onExit: HeldServer["onExit"];
  #started: StartedServer | undefined;
  #last: StartedServer | undefined;
  #asked = false;
  #unseenEnd: Exit | undefined;

  private constructor(
    private readonly launch: () => Promise<StartedServer>,
    private readonly forget: () => void,
  ) {}

  static async start(
    subject: Extract<ServerSubject, { kind: "command" }>,
    profile: Profile,
  ): Promise<OwnServer> {
    const { event } = subject;
    const folder = mkdtempSync(join(tmpdir(), "latido-settings-"));
    const file = join(folder, `${profile.name}.json`);
    writeFileSync(file, `${JSON.stringify(givenSettings(profile), undefined, 2)}\n`, {
      mode: 0o600,
    });
    const command = subject.command.map((each) => each.replaceAll(SETTINGS_PLACEHOLDER, file));
    const over = { event, ...credentials(profile, subject) };
    const server = new OwnServer(
      () => startServer(command, over, subject.readyMs),
      () => {
        rmSync(folder, { recursive: true, force: true });
      },
    );
    try {
      await server.revive();
    } catch (error) {
      server.forget();
      throw error;
    }
    return server;
  }

  get target(): ServerTarget {
    if (!this.#last) throw new Error("the server was never started");
    return this.#last.target;
  }

  readonly stderr = (): string => this.#last?.stderr() ?? "";

  async revive(): Promise<void> {
    if (this.#started && this.#asked) await this.#started.stop();
    if (this.#started) return;
    const started = await this.launch();
    this.#asked = false;
    this.#started = started;
    this.#last = started;
    void started.exited.then((exit) => {
      if (this.#started === started) this.#started = undefined;
      if (this.onExit) this.onExit(exit, this.#asked);
      else if (!this.#asked) this.#unseenEnd = exit;
    });
  }

  async unseenEnd(withinMs: number): Promise<Exit | undefined> {
    if (this.#started && withinMs > 0) {
      await Promise.race([this.#started.exited, setTimeout(withinMs, undefined, { ref: false })]);
    }
    const end = this.#unseenEnd;
    this.#unseenEnd = undefined;
    return end;
  }

  signal(name: ServerSignal): void {
    this.#asked = true;
    this.#started?.signal(name);
  }

  async restart(by: ServerSignal): Promise<void> {
    this.#asked = true;
    await this.#started?.stop(by);
    await this.revive();
  }

  async end(): Promise<void> {
    this.#asked = true;
    await this.#started?.stop();
    this.forget();
  }
}
