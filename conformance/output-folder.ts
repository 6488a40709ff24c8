// Folders that a command writes its results to, named by the user.

import { existsSync, mkdirSync, mkdtempSync, rmdirSync, statSync } from "node:fs";
import { dirname, join, resolve } from "node:path";

/**
 * Finds out whether a folder can be written to, or made where it is missing; leaves nothing behind.
 * Permission bits do not tell: they let root write where the platform makes no files.
 * @throws Error of the platform, for `writeFault`
 */
export function checkWritable(folder: string): void {
  const wanted = resolve(folder);
  let nearest = wanted;
  while (!existsSync(nearest)) nearest = dirname(nearest);
  if (!statSync(nearest).isDirectory()) {
    const code = nearest === wanted ? "EEXIST" : "ENOTDIR";
    throw Object.assign(new Error(`${nearest} is no folder`), { code });
  }
  rmdirSync(mkdtempSync(join(nearest, ".latido-")));
}

/**
 * Makes a folder that can be written to, with those above it. Node.js asks for ever where the platform
 * denies that the folder above is there, as below /proc: so that is tried first.
 * @throws Error of the platform, for `writeFault`
 */
export function makeFolder(folder: string): void {
  checkWritable(folder);
  mkdirSync(folder, { recursive: true });
}
