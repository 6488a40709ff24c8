import type { Shell } from "./shell.js";

/** What is needed to check the generated package of one language, and how that is done. */
export interface Toolchain {
  /** Name of the language, as `--language` of the generator has it. */
  readonly language: string;
  /** What to install where it is missing, for people. */
  readonly wanted: string;
  /** The program found on this machine, or undefined where it is missing or too old. */
  find(): Promise<Found | undefined>;
  /** The steps in order, with a program that was found. Where the first fails, the others are not tried. */
  steps(found: Found): readonly Step[];
}

/** A program of this machine. */
export interface Found {
  readonly program: string;
  /** For example `3.11.7`. */
  readonly version: string;
}

/** One check; it fails by throwing. */
export interface Step {
  readonly name: string;
  run(shell: Shell): Promise<void>;
}
