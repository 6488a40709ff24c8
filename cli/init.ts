import { existsSync, statSync, writeFileSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { Command } from "commander";
import { starterContract } from "../codegen/starter-contract.js";
import { writeFault } from "../conformance/platform-fault.js";
import type { Terminal } from "./terminal.js";
import { UsageError } from "./usage-error.js";

/** `latido init`: files to begin with. */
export function initCommand(terminal: Terminal): Command {
  return new Command("init")
    .description("write a file to begin with")
    .helpCommand(false)
    .addCommand(
      new Command("contract")
        .description("write a commented contract of your own events, on top of the protocol")
        .argument("<file>", "the AsyncAPI document to write, for example my-events.yaml")
        .action((file: string) => {
          initContract(file, terminal);
        }),
    );
}

function initContract(file: string, terminal: Terminal): void {
  if (!/\.ya?ml$/u.test(file)) {
    throw new UsageError(`${file} does not end in .yaml; name a YAML file, such as my-events.yaml`);
  }
  if (existsSync(file)) throw new UsageError(`${file} is there already; name another file`);
  const folder = dirname(resolve(file));
  if (!existsSync(folder) || !statSync(folder).isDirectory()) {
    throw new UsageError(`there is no folder ${folder}; make it first`);
  }
  try {
    writeFileSync(file, starterContract(file), { flag: "wx" });
  } catch (error) {
    throw new UsageError(`cannot write ${file}: ${writeFault(error)}`);
  }
  terminal.out(`wrote ${file}

Next:
  npx latido generate --contract ${file} --language typescript --output client
  npx latido serve --contract ${file}

--language python and --language go make packages for those.
`);
}
