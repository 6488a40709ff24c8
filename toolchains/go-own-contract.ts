import { copyFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { generatePackage } from "../codegen/generate-package.js";
import { starterContract } from "../codegen/starter-contract.js";
import type { Shell } from "./shell.js";

/** What is asked of a module of a team's own contract. */
export interface OwnContractTrial {
  readonly root: string;
  readonly program: string;
  readonly gofmt: string;
  readonly staticcheck: string;
  /** A shell in a folder. */
  readonly shellIn: (folder: string) => Shell;
}

/** What the starter lacks: members by which a type holds itself. */
const RECURSIVE = `        replaces: { $ref: "#/components/schemas/OrderCreated" }
        parts: { type: array, items: { $ref: "#/components/schemas/OrderCreated" } }
        note:
`;

/** Generates the module of the contract that `latido init contract` writes, lints it, and uses its typed events. */
export async function tryOwnContract(trial: OwnContractTrial): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), "latido-go-own-"));
  try {
    const contract = join(folder, "my-events.yaml");
    writeFileSync(contract, starterContract(contract).replace("        note:\n", RECURSIVE));
    const output = join(folder, "module");
    await generatePackage({ contract, language: "go", output });
    const uses = join(folder, "uses");
    mkdirSync(uses);
    writeFileSync(join(uses, "go.mod"), GO_MOD);
    copyFileSync(join(output, "go.sum"), join(uses, "go.sum"));
    const test = join(trial.root, "toolchains/go/testdata/own-contract/contract_test.go");
    copyFileSync(test, join(uses, "contract_test.go"));
    const differing = await trial.shellIn(folder).run(trial.gofmt, ["-l", "."]);
    for (const each of [output, uses]) {
      await trial.shellIn(each).run(trial.program, ["vet", "./..."]);
      await trial.shellIn(each).run(trial.staticcheck, ["-checks", "all", "./..."]);
    }
    await trial.shellIn(uses).run(trial.program, ["test", "-race", "./..."]);
    return differing;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

const GO_MOD = `module example.test/uses

go 1.24

require github.com/latido/latido-go v0.0.0

require github.com/coder/websocket v1.8.15 // indirect

replace github.com/latido/latido-go => ../module
`;
