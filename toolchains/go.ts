import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";

import { tryOwnContract } from "./go-own-contract.js";
import { CommandFailure, makeShell } from "./shell.js";
import type { Shell } from "./shell.js";
import type { Found, Step, Toolchain } from "./toolchain.js";
import { tryRandomContractsInGo } from "./try-random-contracts.js";

const MODULE = "github.com/latido/latido-go";

const PACKAGE = "generated/go";

/** Modules with Go of the repository, beside the package; those that do not exist are left out. */
const OWN_MODULES = ["codegen/runtime-tests/go", "conformance/testees/go"];

/** Go of the repository without modules of its own, which whoever uses it gives it. */
const LOOSE = ["conformance/starters/go", "conformance/polyglot/exchange"];

/** The module of the tools, whose go.mod and go.sum hold their exact versions. */
const TOOLS = "toolchains/go";

/** Where what is built stands, so that nothing is left beside the sources. */
const KEPT = ".toolchains/go";

/** Oldest Go that the tools can be built with; the package itself wants less. */
const OLDEST = [1, 26] as const;

/** What a program does that fetched the module: decode, refuse, encode. */
const TRIAL = `package main

import (
	"errors"
	"log"

	_ "github.com/latido/latido-go"
	"github.com/latido/latido-go/protocol"
)

func main() {
	frame, err := protocol.DecodeClientFrame([]byte(\`{"type":"ACK","streams":[{"stream":"s","epoch":"e","lastEventId":1.0}]}\`))
	ack, ok := frame.(*protocol.AckFrame)
	if err != nil || !ok || ack.Streams[0].LastEventID != 1 {
		log.Fatalf("an ACK became %v, %v", frame, err)
	}
	var refusal *protocol.DecodeError
	_, err = protocol.DecodeClientFrame([]byte(\`{"type":"ACK","streams":[]}\`))
	if !errors.As(err, &refusal) || refusal.Path != "/streams" {
		log.Fatalf("an ACK without streams gave %v", err)
	}
	text, err := protocol.EncodeFrame(ack)
	if err != nil || string(text) != \`{"type":"ACK","streams":[{"stream":"s","epoch":"e","lastEventId":1}]}\` {
		log.Fatalf("an ACK was written as %s, %v", text, err)
	}
}
`;

/** The toolchain of the Go module: the Go of this machine, and tools of exact versions under .toolchains/go. */
export function go(root: string): Toolchain {
  const own = OWN_MODULES.filter((folder) => existsSync(join(root, folder, "go.mod")));
  const modules = [PACKAGE, ...own];
  const kept = (name: string) => join(root, KEPT, name);
  return {
    language: "go",
    wanted:
      `Go ${OLDEST.join(".")} or later, or 1.21 or later that may fetch it, with a C compiler for the race ` +
      "detector (Debian: apt-get install golang-go gcc libc6-dev; where that Go is older, the one of go.dev)",
    find: () => findGo(root),
    steps: ({ program, version }): readonly Step[] => {
      // Every command runs the Go that was found, also where a module would do with an older one.
      const environment = { GOTOOLCHAIN: `go${version}`, GOWORK: "off" };
      const shellIn = (folder: string) => makeShell({ folder: resolve(root, folder), environment });
      const inEach = (run: (shell: Shell) => Promise<unknown>) => async () => {
        for (const folder of modules) await run(shellIn(folder));
      };
      return [
        {
          name: "tools",
          run: async () => {
            for (const folder of [TOOLS, ...modules])
              await shellIn(folder).run(program, ["mod", "download"]);
            const tools = shellIn(TOOLS);
            const staticcheck = "honnef.co/go/tools/cmd/staticcheck";
            await tools.run(program, ["build", "-o", kept("staticcheck"), staticcheck]);
            await tools.run(program, ["build", "-o", kept("pack"), "./pack"]);
          },
        },
        {
          name: "format",
          run: async () => {
            const shell = shellIn(".");
            const gofmt = await gofmtOf(shell, program);
            const loose = LOOSE.filter((folder) => existsSync(join(root, folder)));
            const sources = [...modules, TOOLS, ...loose];
            refuse(await shell.run(gofmt, ["-l", ...sources]));
          },
        },
        { name: "vet", run: inEach((shell) => shell.run(program, ["vet", "./..."])) },
        {
          name: "staticcheck",
          run: inEach((shell) => shell.run(kept("staticcheck"), ["-checks", "all", "./..."])),
        },
        {
          name: "tidy",
          run: async () => {
            await shellIn(PACKAGE).run(program, ["mod", "tidy", "-diff"]);
          },
        },
        { name: "tests", run: inEach((shell) => shell.run(program, ["test", "-race", "./..."])) },
        { name: "package", run: () => tryModule(root, program, kept("pack"), environment) },
        {
          name: "own contract",
          run: async () => {
            const gofmt = await gofmtOf(shellIn("."), program);
            const staticcheck = kept("staticcheck");
            refuse(await tryOwnContract({ root, program, gofmt, staticcheck, shellIn }));
          },
        },
        { name: "random contracts", run: () => tryRandomContractsInGo(program, shellIn) },
        ...driven(root, program, shellIn, kept),
      ];
    },
  };
}

async function gofmtOf(shell: Shell, program: string): Promise<string> {
  return join((await shell.run(program, ["env", "GOROOT"])).trim(), "bin", "gofmt");
}

/** The files that gofmt would change are a failure. */
function refuse(differing: string): void {
  if (differing !== "") throw new CommandFailure("gofmt", "would change", differing);
}

/** Go, with the C compiler that its race detector needs; a Go that may fetch a newer one does so here. */
async function findGo(root: string): Promise<Found | undefined> {
  const shell = makeShell({
    folder: join(root, TOOLS),
    environment: { GOTOOLCHAIN: "auto", GOWORK: "off" },
  });
  try {
    const [told = "", cgo] = (await shell.run("go", ["env", "GOVERSION", "CGO_ENABLED"])).split(
      "\n",
    );
    const [, version = "", major = "0", minor = "0"] = /^go((\d+)\.(\d+)[^ ]*)/u.exec(told) ?? [];
    const isOld =
      Number(major) < OLDEST[0] || (Number(major) === OLDEST[0] && Number(minor) < OLDEST[1]);
    return isOld || cgo !== "1" ? undefined : { program: "go", version };
  } catch (error) {
    if (error instanceof CommandFailure) return undefined;
    throw error;
  }
}

/** Packs the module as a proxy serves it, and uses it from a module that fetches it there. */
async function tryModule(
  root: string,
  program: string,
  pack: string,
  environment: Readonly<Record<string, string>>,
): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), "latido-go-"));
  try {
    const shell = makeShell({ folder: root, environment });
    const version = `v${versionOf(root)}`;
    const proxy = join(folder, "proxy");
    await shell.run(pack, [join(root, PACKAGE), MODULE, version, proxy]);
    const trial = join(folder, "trial");
    mkdirSync(trial);
    writeFileSync(join(trial, "go.mod"), "module example.test/trial\n\ngo 1.24\n");
    writeFileSync(join(trial, "main.go"), TRIAL);
    // What the module depends on comes from this machine's cache; the module itself does not.
    const cache = (await shell.run(program, ["env", "GOMODCACHE"])).trim();
    const alone = makeShell({
      folder: trial,
      environment: {
        ...environment,
        GOPROXY: `file://${proxy},file://${join(cache, "cache", "download")}`,
        GOMODCACHE: join(folder, "cache"),
        GOFLAGS: "-mod=mod -modcacherw",
        GOSUMDB: "off",
      },
    });
    await alone.run(program, ["get", `${MODULE}@${version}`]);
    await alone.run(program, ["run", "."]);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Version of the contract, which is that of the module. */
function versionOf(root: string): string {
  const text = readFileSync(join(root, "asyncapi.yaml"), "utf8");
  const version = /^ {2}version: "?(\d+\.\d+\.\d+)/mu.exec(text)?.[1];
  if (version === undefined) throw new Error("asyncapi.yaml has no version");
  return version;
}

/** The driven tier of the suite against the testee, where there is one. */
function driven(
  root: string,
  program: string,
  shellIn: (folder: string) => Shell,
  kept: (name: string) => string,
): readonly Step[] {
  const testee = "conformance/testees/go";
  if (!existsSync(join(root, testee, "go.mod"))) return [];
  return [
    {
      name: "conformance",
      run: async (shell) => {
        await shellIn(testee).run(program, ["build", "-o", kept("testee"), "."]);
        const command = [join(root, "bin", "latido.js"), "conformance", "client", "--"];
        await shell.run(process.execPath, [...command, kept("testee")]);
      },
    },
  ];
}
