import { createHash } from "node:crypto";
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { tryOwnContract } from "./python-own-contract.js";
import { CommandFailure, makeShell } from "./shell.js";
import type { Shell } from "./shell.js";
import type { Found, Step, Toolchain } from "./toolchain.js";
import { tryRandomContractsInPython } from "./try-random-contracts.js";

/** Says its version where it is new enough and can make environments; ends with 1 where not. */
const PROBE =
  "import sys, venv, ensurepip; " +
  "print('.'.join(map(str, sys.version_info[:3]))); sys.exit(sys.version_info < (3, 11))";

/** What an installed package must do: import, decode, refuse. */
const TRIAL = `
import latido
frame = latido.decode_client_frame('{"type":"ACK","streams":[{"stream":"s","epoch":"e","lastEventId":1.0}]}')
assert isinstance(frame, latido.AckFrame) and frame.streams[0].last_event_id == 1, frame
try:
    latido.decode_client_frame('{"type":"ACK","streams":[]}')
except latido.DecodeError as error:
    assert error.path == "/streams", error.path
else:
    raise AssertionError("an ACK without streams was taken")
`;

/** Folders with Python of the repository, beside the package; those that do not exist are left out. */
const OWN_FOLDERS = [
  "codegen/runtime-tests/python",
  "conformance/testees/python",
  "conformance/starters/python",
];

const PACKAGE = "generated/python";

/** Where what the tools keep stands, so that nothing is left beside the sources. */
const KEPT = ".toolchains";

/** The toolchain of the Python package: an environment of exact versions under .toolchains/python. */
export function python(root: string): Toolchain {
  const environment = join(root, KEPT, "python");
  const bin = (name: string) => join(environment, "bin", name);
  const own = OWN_FOLDERS.filter((folder) => existsSync(join(root, folder)));
  const sources = [PACKAGE, ...own];
  const tool =
    (name: string, ...args: readonly string[]) =>
    async (shell: Shell) => {
      await shell.run(bin(name), args);
    };
  const cache = (name: string) => join(root, KEPT, "cache", name);
  return {
    language: "python",
    wanted: "Python 3.11 or later with venv (Debian: apt-get install python3 python3-venv)",
    find: () => findPython(root),
    steps: (found): readonly Step[] => [
      { name: "environment", run: (shell) => prepare(shell, root, environment, found) },
      {
        name: "format",
        run: tool("ruff", "format", "--check", "--cache-dir", cache("ruff"), ...sources),
      },
      {
        name: "lint",
        run: tool("ruff", "check", "--quiet", "--cache-dir", cache("ruff"), ...sources),
      },
      {
        name: "types",
        run: tool(
          ...["mypy", "--config-file", `${PACKAGE}/pyproject.toml`, "--no-error-summary"],
          ...["--cache-dir", cache("mypy"), `${PACKAGE}/src/latido`, ...own],
        ),
      },
      {
        name: "tests",
        run: tool(
          ...["python", "-B", "-m", "pytest", "-q", "-p", "no:cacheprovider"],
          ...["--rootdir", OWN_FOLDERS[0] ?? "", OWN_FOLDERS[0] ?? ""],
        ),
      },
      { name: "package", run: (shell) => tryPackage(shell, root, environment, found) },
      {
        name: "own contract",
        run: (shell) => tryOwnContract(shell, root, join(environment, "bin")),
      },
      { name: "random contracts", run: () => tryRandomContractsInPython(root, bin("python")) },
      ...driven(root, bin("python")),
    ],
  };
}

async function findPython(root: string): Promise<Found | undefined> {
  const shell = makeShell({ folder: root });
  for (const program of ["python3", "python", "python3.13", "python3.12", "python3.11"]) {
    try {
      return { program, version: (await shell.run(program, ["-c", PROBE])).trim() };
    } catch (error) {
      if (!(error instanceof CommandFailure)) throw error;
    }
  }
  return undefined;
}

/** Makes the environment anew when what it was made from has changed. */
async function prepare(
  shell: Shell,
  root: string,
  environment: string,
  { program, version }: Found,
): Promise<void> {
  const requirements = join(root, "toolchains", "python", "requirements.txt");
  const stamp = createHash("sha256").update(readFileSync(requirements)).update(version);
  const wanted = `${stamp.digest("hex")}\n`;
  const made = join(environment, "made-from");
  if (!existsSync(made) || readFileSync(made, "utf8") !== wanted) {
    rmSync(environment, { recursive: true, force: true });
    await shell.run(program, ["-m", "venv", environment]);
    const pip = join(environment, "bin", "pip");
    const quietly = ["install", "--quiet", "--disable-pip-version-check", "--no-input"];
    await shell.run(pip, [...quietly, "--require-hashes", "-r", requirements]);
    writeFileSync(made, wanted);
  }
  // The package is found where it is generated, without a copy that could be old.
  writeFileSync(
    join(sitePackages(environment), "latido-sources.pth"),
    `${join(root, PACKAGE, "src")}\n`,
  );
}

function sitePackages(environment: string): string {
  const library = join(environment, "lib");
  const [version = ""] = readdirSync(library).filter((name) => name.startsWith("python"));
  return join(library, version, "site-packages");
}

/** Builds both distributables, installs the wheel in an environment of its own and uses it there. */
async function tryPackage(
  shell: Shell,
  root: string,
  environment: string,
  { program }: Found,
): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), "latido-python-"));
  try {
    const bin = join(environment, "bin");
    const built = join(folder, "built");
    mkdirSync(built);
    const build = ["-B", "-m", "build", "--no-isolation", "--outdir", built];
    await shell.run(join(bin, "python"), [...build, join(root, PACKAGE)]);
    const wheel = readdirSync(built).find((name) => name.endsWith(".whl")) ?? "";
    const fresh = join(folder, "fresh");
    await shell.run(program, ["-m", "venv", "--without-pip", fresh]);
    const pip = ["--python", join(fresh, "bin", "python"), "install", "--quiet", "--no-deps"];
    await shell.run(join(bin, "pip"), [...pip, "--no-index", join(built, wheel)]);
    // What the package depends on comes from the pinned environment; the package itself does not.
    writeFileSync(join(sitePackages(fresh), "pinned.pth"), `${sitePackages(environment)}\n`);
    await shell.run(join(fresh, "bin", "python"), ["-I", "-B", "-c", TRIAL]);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** The doctor against what `init python` writes, and the driven tier of the suite against the testee. */
function driven(root: string, interpreter: string): readonly Step[] {
  const judged = [
    { name: "starter", verb: "doctor", adapter: "starters/python/adapter.py" },
    { name: "conformance", verb: "client", adapter: "testees/python/main.py" },
  ].map(({ adapter, ...rest }) => ({ ...rest, adapter: join(root, "conformance", adapter) }));
  return judged.flatMap(({ name, verb, adapter }) => {
    if (!existsSync(adapter)) return [];
    const command = [join(root, "bin", "latido.js"), "conformance", verb, "--"];
    const run = async (shell: Shell): Promise<void> => {
      await shell.run(process.execPath, [...command, interpreter, adapter]);
    };
    return [{ name, run }];
  });
}
