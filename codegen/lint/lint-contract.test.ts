import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { beforeAll, describe, expect, test } from "vitest";

import { buildCodegen } from "../build-codegen.test-support.js";
import { ContractCopy } from "../contract-copy.test-support.js";
import { packageRoot } from "../package-root.js";
import { lintContract } from "./lint-contract.js";
import { askSpectral } from "./spectral.js";

beforeAll(buildCodegen);

/** One mistake a rule of .spectral.yaml, all made in one copy of the contract. */
const MISTAKES = [
  {
    rule: "latido-additional-properties",
    file: "schemas/ping.json",
    from: '  "additionalProperties": true,\n',
    to: "",
    line: 1,
    message: /additionalProperties is not said/u,
  },
  {
    rule: "latido-bounded-integer",
    file: "schemas/connect-query.json",
    from: '"minimum": 1,\n      "maximum": 2147483647',
    to: '"minimum": 1',
    below: -2,
    message: /the integer has no maximum/u,
  },
  {
    rule: "latido-description",
    file: "schemas/client-disconnect.json",
    from: '"description": "For people, at most 256 characters."',
    to: '"default": ""',
    below: -4,
    message: /the schema has no description/u,
  },
  {
    rule: "latido-draft",
    file: "schemas/pong.json",
    from: "http://json-schema.org/draft-07/schema#",
    to: "https://json-schema.org/draft/2020-12/schema",
    line: 1,
    message: /the schema is not of draft-07/u,
  },
  {
    rule: "latido-forbidden-title",
    file: "schemas/connect.json",
    from: '"title": "HeartbeatSettings"',
    to: '"title": "Error"',
    message: /the title Error is taken in some languages/u,
  },
  {
    rule: "latido-holdable-bound",
    file: "schemas/connect-query.json",
    from: '"maximum": 9007199254740991',
    to: '"maximum": 9007199254740992',
    message: /the maximum of an integer is no whole number/u,
  },
  {
    rule: "latido-keyword-value",
    file: "schemas/connect-query.json",
    from: '"maximum": 9007199254740991',
    to: '"maximum": "9007199254740991"',
    message: /maximum is not a number/u,
  },
  {
    rule: "latido-pattern",
    file: "schemas/presence-response.json",
    from: '"description": "How many users are present, 0 to 2147483647."',
    to: '"description": "How many users are present, 0 to 2147483647.", "pattern": "("',
    message: /the pattern is no regular expression/u,
  },
  {
    rule: "latido-property-name",
    file: "schemas/error.json",
    from: '"retryAfterMs": {',
    to: '"constructor": {',
    message: /inherits a member constructor/u,
  },
  {
    rule: "latido-title",
    file: "schemas/presence-update.json",
    from: '"title": "OwnStatus",',
    to: "",
    below: -1,
    message: /no title that can name a type/u,
  },
  {
    rule: "latido-examples",
    file: "schemas/heartbeat.json",
    from: '"type": "heartbeat"',
    to: '"type": "HEARTBEAT"',
    below: -2,
    message: /accepts an example that it should refuse/u,
  },
  {
    rule: "latido-open-enums",
    file: "schemas/full-refresh.json",
    from: '"x-known-values"',
    to: '"enum"',
    message: /a value that a server sends is closed by enum/u,
  },
  {
    rule: "latido-message-names",
    file: "asyncapi.yaml",
    from: "name: PingFrame",
    to: "name: ConnectFrame",
    message: /the name ConnectFrame stands twice/u,
  },
  {
    rule: "latido-requirements",
    file: "asyncapi.yaml",
    from: "    x-requirements: [CONN-21",
    to: "    x-rules: [CONN-21",
    line: undefined,
    message: /the operation names no requirement/u,
  },
  {
    rule: "latido-described",
    file: "asyncapi.yaml",
    from: "    description: The reference server as `npm start` runs it.\n",
    to: "",
    below: -3,
    message: /has no description/u,
  },
] as const;

describe("Spectral with the project's own rules", () => {
  test("finds a mistake against each rule, with its line in the file at fault", async () => {
    using copy = new ContractCopy();
    const places = MISTAKES.map((mistake) => copy.edit(mistake.file, mistake.from, mistake.to));
    const shifted = new Set(["asyncapi.yaml"]);
    const problems = await askSpectral(copy.document);
    MISTAKES.forEach((mistake, index) => {
      const found = problems.filter(
        ({ file, message }) =>
          file === join(copy.folder, mistake.file) && mistake.message.test(message),
      );
      expect(found, mistake.rule).not.toEqual([]);
      if (shifted.has(mistake.file)) return;
      const below = "below" in mistake ? mistake.below : 0;
      const line = "line" in mistake ? mistake.line : places[index]! + below;
      expect(
        found.map((problem) => problem.line),
        mistake.rule,
      ).toContain(line);
    });
  });

  test("covers every own rule of the ruleset", () => {
    const ruleset = readFileSync(join(packageRoot(), ".spectral.yaml"), "utf8");
    const rules = [...ruleset.matchAll(/^ {2}(latido-[\w-]+):$/gmu)].map(([, rule]) => rule);
    expect(MISTAKES.map(({ rule }) => rule).sort()).toEqual(rules.sort());
  });

  test("finds nothing wrong with the project's own contract", async () => {
    expect(await askSpectral(join(packageRoot(), "asyncapi.yaml"))).toEqual([]);
  });
});

describe("npm run lint:contract", () => {
  test("reports a fault once, though two tools find it", async () => {
    using copy = new ContractCopy();
    copy.edit("schemas/full-refresh.json", '"x-known-values"', '"enum"');
    const { problems } = await lintContract(copy.document, join(copy.folder, "schemas"));
    expect(problems).toHaveLength(1);
  });

  test("compares the text with the table, and judges citations", async () => {
    using copy = new ContractCopy();
    const nowhere = ["SYNC", "9999"].join("-");
    copy.edit("spec/protocol.md", "**CONN-2** The client", "**CONN-2** A client");
    mkdirSync(join(copy.folder, "code"));
    writeFileSync(join(copy.folder, "code", "x.ts"), `// CONN-1 and\n// ${nowhere}: never\n`);
    const { problems, citations } = await lintContract(copy.document, join(copy.folder, "code"));
    expect(citations).toBe(2);
    expect(problems.map(({ message }) => message)).toEqual([
      `no requirement has the id ${nowhere}`,
      "CONN-2 does not begin with the sentence of the table",
    ]);
    expect(problems[0]).toMatchObject({ line: 2, column: 4 });
  });

  test("reports a schema that nothing refers to", async () => {
    using copy = new ContractCopy();
    copy.write("schemas/odd.json", copy.read("schemas/ping.json"));
    const { problems } = await lintContract(copy.document, join(copy.folder, "schemas"));
    expect(problems.map(({ message }) => message)).toEqual(["nothing refers to this schema"]);
    expect(problems[0]?.file).toBe(join(copy.folder, "schemas", "odd.json"));
  });

  test("reports a normative text that is not named", async () => {
    using copy = new ContractCopy();
    copy.edit("asyncapi.yaml", "x-protocol: spec/protocol.md", "x-protocol: spec/protokol.md");
    const { problems } = await lintContract(copy.document, join(copy.folder, "schemas"));
    expect(problems.map(({ message }) => message)).toEqual(["x-protocol names no file"]);
  });
});
