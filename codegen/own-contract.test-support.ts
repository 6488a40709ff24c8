import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { starterContract } from "./starter-contract.js";

/** A team's contract as `latido init contract` writes it, in a temporary folder, for tests that change it. */
export class OwnContract {
  readonly folder = mkdtempSync(join(tmpdir(), "latido-own-"));
  readonly document = join(this.folder, "my-events.yaml");

  constructor() {
    writeFileSync(this.document, starterContract(this.document));
  }

  read(): string {
    return readFileSync(this.document, "utf8");
  }

  /** Replaces the first occurrence of a text, which must be there; gives the line on which it began, from 1. */
  edit(from: string, to: string): number {
    const text = this.read();
    const offset = text.indexOf(from);
    if (offset === -1) throw new Error(`the starter no longer holds ${from}`);
    writeFileSync(this.document, text.slice(0, offset) + to + text.slice(offset + from.length));
    return text.slice(0, offset).split("\n").length;
  }

  write(file: string, text: string): void {
    writeFileSync(join(this.folder, file), text);
  }

  [Symbol.dispose](): void {
    rmSync(this.folder, { recursive: true, force: true });
  }
}
