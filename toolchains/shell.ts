import { spawn } from "node:child_process";

/** How a command is run. */
export interface RunOptions {
  /** Folder that it runs in. */
  readonly folder: string;
  /** Variables beside those of this process. */
  readonly environment?: Readonly<Record<string, string>>;
}

/** Runs the commands of a step. */
export interface Shell {
  /**
   * Runs a command to its end and gives what it wrote to standard output.
   *
   * @throws CommandFailure when it cannot be started or ends with another code than 0.
   */
  run(command: string, args: readonly string[]): Promise<string>;
}

/** A command that failed, with all that it wrote. */
export class CommandFailure extends Error {
  override readonly name = "CommandFailure";

  constructor(
    readonly command: string,
    readonly because: string,
    readonly output: string,
  ) {
    super(`${command} ${because}`);
  }
}

/** A shell that runs commands one after the other, without one of the operating system between. */
export function makeShell({ folder, environment = {} }: RunOptions): Shell {
  return {
    run: (command, args) =>
      new Promise((resolve, reject) => {
        const child = spawn(command, args, {
          cwd: folder,
          env: { ...process.env, ...environment },
          stdio: ["ignore", "pipe", "pipe"],
        });
        let told = "";
        let all = "";
        child.stdout.setEncoding("utf8").on("data", (text: string) => {
          told += text;
          all += text;
        });
        child.stderr.setEncoding("utf8").on("data", (text: string) => {
          all += text;
        });
        const shown = [command, ...args].join(" ");
        child.on("error", (error) => {
          reject(new CommandFailure(shown, `could not be started: ${error.message}`, all));
        });
        child.on("close", (code, signal) => {
          if (code === 0) resolve(told);
          else reject(new CommandFailure(shown, `ended with ${signal ?? code ?? "?"}`, all));
        });
      }),
  };
}
