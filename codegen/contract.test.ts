import { readFileSync } from "node:fs";
import { join } from "node:path";

import { describe, expect, test } from "vitest";

import { ContractCopy } from "./contract-copy.test-support.js";
import { loadContract, readContract } from "./contract.js";
import { errorOf, problemsOf } from "./mistake.test-support.js";
import { packageRoot } from "./package-root.js";
import { ContractError } from "./problem.js";

describe("a wrong contract stops generation with file, line and what to write instead", () => {
  test("a mistake alone is one line, and names the place as a compiler does", () => {
    using copy = new ContractCopy();
    const line = copy.edit("spec/policy.yaml", "reconnect: stop_if_asked", "reconnect: maybe");
    const error = errorOf(copy);
    expect(error.message).not.toContain("\n");
    const place = `${join(copy.folder, "spec/policy.yaml")}:${String(line)}:5: `;
    expect(error.message.startsWith(place)).toBe(true);
  });

  test("several mistakes are several lines, in order of file and line", () => {
    using copy = new ContractCopy();
    copy.edit("spec/policy.yaml", "reconnect: stop_if_asked", "reconnect: maybe");
    copy.edit("spec/policy.yaml", "- code: 1002\n", "- code: 1001\n");
    copy.edit("schemas/ping.json", '"title": "PingFrame",', '"title": "PingFrame", "oneOf": [],');
    const lines = errorOf(copy).message.split("\n");
    expect(lines).toHaveLength(3);
    expect(lines[0]).toContain("ping.json:3:");
    expect(lines[1]).toContain("policy.yaml:");
  });

  test("an empty table of requirements is reported", () => {
    using copy = new ContractCopy();
    copy.write("spec/requirements.yaml", "[]\n");
    expect(problemsOf(copy)).toContainEqual(
      expect.objectContaining({ message: "no requirement is listed" }),
    );
  });

  test("a missing schema is named where it is referred to", () => {
    using copy = new ContractCopy();
    copy.remove("schemas/pong.json");
    expect(problemsOf(copy)).toMatchObject([{ message: "$ref names no file: schemas/pong.json" }]);
  });

  test("a missing AsyncAPI document is named", () => {
    using copy = new ContractCopy();
    copy.remove("asyncapi.yaml");
    expect(problemsOf(copy)).toMatchObject([{ message: "the file is missing" }]);
  });

  test("what only @asyncapi/parser knows is reported with its line", async () => {
    using copy = new ContractCopy();
    const line = copy.edit(
      "asyncapi.yaml",
      "  title: Latido\n",
      "  title: Latido\n  colour: red\n",
    );
    const error: unknown = await loadContract(copy.document).catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(ContractError);
    const [problem] = (error as ContractError).problems;
    expect(problem?.message).toMatch(/@asyncapi\/parser refuses this: .*colour/u);
    expect(Math.abs((problem?.line ?? 0) - line)).toBeLessThanOrEqual(1);
  });
});

describe("the project's own contract", () => {
  test("is right, also for @asyncapi/parser", async () => {
    const { contract, inputs } = await loadContract(join(packageRoot(), "asyncapi.yaml"));
    expect(contract.frames.map(({ sender, type }) => `${sender} ${type}`)).toContain(
      "server CONNECT",
    );
    expect(contract.bodies.map(({ name }) => name)).toContain("PublishRequest");
    expect([...inputs.keys()]).toContain("spec/policy.yaml");
  });

  test("is plain data", () => {
    const { contract } = readContract(join(packageRoot(), "asyncapi.yaml"));
    expect(JSON.parse(JSON.stringify(contract))).toEqual(contract);
  });

  test("is read with every schema that it names", () => {
    const { inputs } = readContract(join(packageRoot(), "asyncapi.yaml"));
    const document = readFileSync(join(packageRoot(), "asyncapi.yaml"), "utf8");
    for (const name of document.match(/schemas\/[\w-]+\.json/gu) ?? []) {
      expect([...inputs.keys()]).toContain(name);
    }
  });
});
