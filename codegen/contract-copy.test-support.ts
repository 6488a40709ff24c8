import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { packageRoot } from "./package-root.js";

/** The project's own contract in a temporary folder, for tests that break one thing in it. */
export class ContractCopy {
  readonly folder = mkdtempSync(join(tmpdir(), "latido-contract-"));
  readonly document = join(this.folder, "asyncapi.yaml");

  constructor() {
    for (const part of ["asyncapi.yaml", "schemas", "spec"]) {
      cpSync(join(packageRoot(), part), join(this.folder, part), { recursive: true });
    }
  }

  read(file: string): string {
    return readFileSync(join(this.folder, file), "utf8");
  }

  /** Replaces the first occurrence of a text, which must be there; gives the line on which it began, from 1. */
  edit(file: string, from: string, to: string): number {
    const text = this.read(file);
    const offset = text.indexOf(from);
    if (offset === -1) throw new Error(`${file} no longer holds ${from}`);
    writeFileSync(
      join(this.folder, file),
      text.slice(0, offset) + to + text.slice(offset + from.length),
    );
    return text.slice(0, offset).split("\n").length;
  }

  /** The line, from 1, on which the last occurrence of a text begins; a text of one brace is the document. */
  lineOf(file: string, text: string): number {
    const whole = this.read(file);
    const offset = text === "{" ? whole.indexOf(text) : whole.lastIndexOf(text);
    if (offset === -1) throw new Error(`${file} does not hold ${text}`);
    return whole.slice(0, offset).split("\n").length;
  }

  write(file: string, text: string): void {
    writeFileSync(join(this.folder, file), text);
  }

  remove(file: string): void {
    rmSync(join(this.folder, file));
  }

  [Symbol.dispose](): void {
    rmSync(this.folder, { recursive: true, force: true });
  }
}
