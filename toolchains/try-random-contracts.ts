import { copyFileSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { exported } from "../codegen/emitters/go/text.js";
import { generatePackage } from "../codegen/generate-package.js";
import { disagreements, RandomContract, SEEDS } from "./random-contract.js";
import { CommandFailure, makeShell } from "./shell.js";
import type { Shell } from "./shell.js";

/** Makes the package of a contract, gives it every payload, and gives what it answered, one a line. */
type Decide = (random: RandomContract, output: string, verdicts: string) => Promise<string>;

/** Holds the packages of a language to what ajv says of payloads that chance wrote. */
async function tryRandomContracts(language: string, decide: Decide): Promise<void> {
  for (const seed of SEEDS) {
    using random = new RandomContract(seed);
    const output = join(random.folder, "package");
    await generatePackage({ contract: random.document, language, output });
    const verdicts = join(random.folder, "verdicts.jsonl");
    random.write(verdicts);
    const found = disagreements(random.verdicts, await decide(random, output, verdicts));
    if (found.length === 0) continue;
    throw new CommandFailure(`payloads of seed ${seed}`, "are taken otherwise", found.join("\n"));
  }
}

/** With the Python of an environment that has what the package needs. */
export async function tryRandomContractsInPython(root: string, python: string): Promise<void> {
  const program = join(root, "toolchains/python/random-contract/decide.py");
  await tryRandomContracts("python", async ({ folder }, output, verdicts) => {
    const shell = makeShell({ folder, environment: { PYTHONPATH: join(output, "src") } });
    return shell.run(python, ["-B", program, verdicts]);
  });
}

/** With a Go, which also looks at the code itself. */
export async function tryRandomContractsInGo(
  go: string,
  shellIn: (folder: string) => Shell,
): Promise<void> {
  await tryRandomContracts("go", async ({ folder, contract }, output, verdicts) => {
    const uses = join(folder, "uses");
    mkdirSync(uses);
    writeFileSync(join(uses, "go.mod"), GO_MOD);
    copyFileSync(join(output, "go.sum"), join(uses, "go.sum"));
    const names = (contract.application?.events ?? []).map(({ payload }) => payload);
    writeFileSync(join(uses, "main.go"), programFor(names));
    await shellIn(output).run(go, ["vet", "./..."]);
    return shellIn(uses).run(go, ["run", ".", verdicts]);
  });
}

const GO_MOD = `module example.test/uses

go 1.24

require github.com/latido/latido-go v0.0.0

require github.com/coder/websocket v1.8.15 // indirect

replace github.com/latido/latido-go => ../package
`;

function programFor(names: readonly string[]): string {
  const cases = names.map(
    (name) =>
      `\tcase ${JSON.stringify(name)}:\n\t\t_, err = protocol.Decode${exported(name)}([]byte(text))\n`,
  );
  return `package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log"
	"os"

	"github.com/latido/latido-go/protocol"
)

func main() {
	file, err := os.Open(os.Args[1])
	if err != nil {
		log.Fatal(err)
	}
	verdicts := json.NewDecoder(file)
	for {
		var v struct{ Payload, Text string }
		if err := verdicts.Decode(&v); errors.Is(err, io.EOF) {
			return
		} else if err != nil {
			log.Fatal(err)
		}
		fmt.Println(taken(v.Payload, v.Text))
	}
}

func taken(payload, text string) bool {
	var err error
	switch payload {
${cases.join("")}	default:
		log.Fatalf("%s is no payload", payload)
	}
	return err == nil
}
`;
}
