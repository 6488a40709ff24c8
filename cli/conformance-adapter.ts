// `latido conformance doctor` and `init`: for those who write an adapter.

import { Command, InvalidArgumentError } from "commander";

import {
  diagnose,
  starterLanguages,
  starterText,
  writeStarter,
  type DoctorFlags,
} from "../conformance/index.js";

function milliseconds(text: string): number {
  const value = Number(text);
  if (/^[1-9][0-9]*$/u.test(text) && value <= 600_000) return value;
  throw new InvalidArgumentError("it must be a whole number from 1 to 600000.");
}

export function doctorCommand(): Command {
  return new Command("doctor")
    .description("check in seconds whether an adapter speaks the driver protocol")
    .argument("[command...]", "the adapter's command, after --")
    .option("--driver <channel>", "stdio or fd:3", "stdio")
    .option("--attach <address>", "use an adapter that listens at tcp://host:port")
    .option("--hang-ms <ms>", "how long to wait for what must come (default 3000)", milliseconds)
    .option("--json", "print the findings as JSON")
    .addHelpText("after", "\nExit codes: 0 fit to be judged, 1 a problem, 2 wrong use.")
    .action(async (command: string[], flags: DoctorFlags) => {
      process.exitCode = await diagnose(command, flags);
    });
}

export function initCommand(): Command {
  return new Command("init")
    .description("write a working adapter to begin with")
    .argument("<language>", starterLanguages().join(" or "))
    .argument("[folder]", "where to write it; nothing is overwritten", "latido-adapter")
    .action((language: string, folder: string) => {
      const names = writeStarter(language, folder);
      process.stdout.write(`${starterText(folder, names)}\n`);
    });
}
