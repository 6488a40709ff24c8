import { copyFileSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import type { Shell } from "./shell.js";

const FOLDER = "toolchains/python/own-contract";

/**
 * Makes the package of a contract with awkward names and payloads, as a team would, and holds it to the
 * checks that the plain package passes: nothing of it is ever formatted or corrected by hand. Then types
 * must allow what uses.py does, and nothing that misuses.py does.
 */
export async function tryOwnContract(shell: Shell, root: string, bin: string): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), "latido-python-own-"));
  try {
    const latido = ["bin/latido.js", "generate", "--contract", `${FOLDER}/events.yaml`];
    const as = ["--language", "python", "--package", "awkward-shop", "--output", folder];
    await shell.run(process.execPath, [...latido, ...as]);
    const used = ["uses.py", "misuses.py"].map((name) => {
      const copy = join(folder, "src", name);
      copyFileSync(join(root, FOLDER, name), copy);
      return copy;
    });
    await shell.run(join(bin, "ruff"), ["format", "--check", "--no-cache", folder]);
    await shell.run(join(bin, "ruff"), ["check", "--quiet", "--no-cache", folder]);
    await shell.run(join(bin, "mypy"), [
      ...["--config-file", join(folder, "pyproject.toml"), "--no-error-summary"],
      ...["--cache-dir", join(root, ".toolchains", "cache", "mypy-own")],
      ...[join(folder, "src", "awkward_shop"), ...used],
    ]);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
