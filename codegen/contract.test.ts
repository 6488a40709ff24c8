import { readFileSync } from "node:fs";
import { join } from "node:path";

import { describe, expect, test } from "vitest";

import { ContractCopy } from "./contract-copy.test-support.js";
import { loadContract, readContract } from "./contract.js";
import { packageRoot } from "./package-root.js";
import { ContractError } from "./problem.js";
import type { Problem } from "./problem.js";

/** One small edit that makes the contract wrong, and the one line that must say so. */
interface Mistake {
  readonly title: string;
  readonly file: string;
  readonly from: string;
  readonly to: string;
  /** Lines between the beginning of the edit and the place that is named. */
  readonly below?: number;
  readonly message: RegExp;
  readonly advice: RegExp;
}

/** Ids that no requirement has, put together so that no search for citations finds them. */
const NOWHERE = ["CONN", "2100"].join("-");
const FOREIGN = ["ACK", "2000"].join("-");

const MISTAKES: readonly Mistake[] = [
  {
    title: "a $ref to no file",
    file: "schemas/sync.json",
    from: '"$ref": "event.json"',
    to: '"$ref": "events.json"',
    message: /\$ref names no file: events\.json/u,
    advice: /name a file of the contract/u,
  },
  {
    title: "a $ref to no definition",
    file: "schemas/sync.json",
    from: "shared.json#/definitions/Epoch",
    to: "shared.json#/definitions/Epok",
    message: /\$ref leads nowhere: shared\.json#\/definitions\/Epok/u,
    advice: /write one of .*#\/definitions\/Epoch\b/u,
  },
  {
    title: "a $ref of the AsyncAPI document to no file",
    file: "asyncapi.yaml",
    from: "schemas/sync.json",
    to: "schemas/synk.json",
    message: /\$ref names no file: schemas\/synk\.json/u,
    advice: /name a file of the contract/u,
  },
  {
    title: "a $ref of the AsyncAPI document to no message",
    file: "asyncapi.yaml",
    from: '      connect:\n        $ref: "#/components/messages/connect"',
    to: '      connect:\n        $ref: "#/components/messages/conect"',
    below: 1,
    message: /\$ref leads nowhere/u,
    advice: /#\/components\/messages\/connect/u,
  },
  {
    title: "a requirement id that stands twice",
    file: "spec/requirements.yaml",
    from: "- id: CONN-2\n",
    to: "- id: CONN-1\n",
    message: /requirement CONN-1 stands twice/u,
    advice: /the other is on line \d+/u,
  },
  {
    title: "a frame type that stands twice in one direction",
    file: "schemas/sync.json",
    from: '"const": "SYNC"',
    to: '"const": "EVENT"',
    message: /two frames of the server have the type EVENT/u,
    advice: /write another const; schemas\/event\.json has this one/u,
  },
  {
    title: "a close code that stands twice",
    file: "spec/policy.yaml",
    from: "- code: 1002\n",
    to: "- code: 1001\n",
    message: /close code 1001 stands twice/u,
    advice: /keep one; the other is on line \d+/u,
  },
  {
    title: "an error code that stands twice",
    file: "spec/policy.yaml",
    from: "- code: invalid_json\n",
    to: "- code: payload_too_large\n",
    message: /error code payload_too_large stands twice/u,
    advice: /keep one/u,
  },
  {
    title: "a close code without a reconnect rule",
    file: "spec/policy.yaml",
    from: "    reconnect: stop_if_asked\n",
    to: "",
    below: -2,
    message: /close code 1000 has no reconnect rule/u,
    advice: /one of stop, stop_if_asked, backoff/u,
  },
  {
    title: "a reconnect rule that no client knows",
    file: "spec/policy.yaml",
    from: "reconnect: stop_if_asked",
    to: "reconnect: maybe",
    message: /reconnect is not one of/u,
    advice: /stop, stop_if_asked, backoff/u,
  },
  {
    title: "a valid example that its schema refuses",
    file: "schemas/connect-query.json",
    from: '"heartbeatMs": 15000',
    to: '"heartbeatMs": 0',
    below: -5,
    message: /refuses its own example: \/heartbeatMs must be >= 1/u,
    advice: /correct the example or the schema/u,
  },
  {
    title: "an invalid example that its schema accepts",
    file: "schemas/heartbeat.json",
    from: '"type": "heartbeat"',
    to: '"type": "HEARTBEAT"',
    below: -2,
    message: /accepts an example that it should refuse/u,
    advice: /or the bound that it should break/u,
  },
  {
    title: "an invalid example that is refused elsewhere",
    file: "schemas/heartbeat.json",
    from: '"path": "/type"',
    to: '"path": "/timestamp"',
    message: /refused at "\/type", not at its path/u,
    advice: /write "path": "\/type"/u,
  },
  {
    title: "a schema without an invalid example",
    file: "schemas/ping.json",
    from: '"x-invalid-examples"',
    to: '"x-examples"',
    message: /the schema has no x-invalid-examples/u,
    advice: /write at least one/u,
    below: -Infinity,
  },
  {
    title: "a keyword that codegen does not know",
    file: "schemas/sync.json",
    from: '"type": "boolean",',
    to: '"type": "boolean", "format": "odd",',
    message: /the keyword format is not supported beside type boolean/u,
    advice: /teach codegen this keyword first/u,
  },
  {
    title: "oneOf",
    file: "schemas/ping.json",
    from: '"type": "object",',
    to: '"type": "object", "oneOf": [],',
    message: /the keyword oneOf is not supported/u,
    advice: /write only type, properties/u,
  },
  {
    title: "a list of types",
    file: "schemas/sync.json",
    from: '"type": "boolean"',
    to: '"type": ["boolean", "string"]',
    message: /this type is not supported/u,
    advice: /write one of string, integer/u,
  },
  {
    title: "an integer without a maximum",
    file: "schemas/connect-query.json",
    from: '"minimum": 1,\n      "maximum": 2147483647',
    to: '"minimum": 1',
    below: -2,
    message: /the integer has no maximum/u,
    advice: /write a maximum of at most 2\^53-1/u,
  },
  {
    title: "an integer beyond 2^53-1",
    file: "schemas/connect-query.json",
    from: '"maximum": 9007199254740991',
    to: '"maximum": 1e300',
    message: /the integer has no maximum/u,
    advice: /write a maximum of at most 2\^53-1/u,
  },
  {
    title: "a schema without a title",
    file: "schemas/connect.json",
    from: '"title": "HeartbeatSettings",',
    to: "",
    below: -1,
    message: /no title that can name a type/u,
    advice: /write a title in PascalCase/u,
  },
  {
    title: "a forbidden title",
    file: "schemas/connect.json",
    from: '"title": "HeartbeatSettings"',
    to: '"title": "Error"',
    message: /the title Error is taken in some languages/u,
    advice: /write a longer one/u,
  },
  {
    title: "two types of one name",
    file: "schemas/connect.json",
    from: '"title": "HeartbeatSettings"',
    to: '"title": "AckSettings"',
    message: /two types are called AckSettings/u,
    advice: /give it a title of its own; schemas\/connect\.json#/u,
    below: NaN,
  },
  {
    title: "a property without a description",
    file: "schemas/client-disconnect.json",
    from: '"description": "For people, at most 256 characters."',
    to: '"default": ""',
    below: -4,
    message: /the schema has no description/u,
    advice: /with the unit and the bounds/u,
  },
  {
    title: "additionalProperties left open",
    file: "schemas/ping.json",
    from: '  "additionalProperties": true,\n',
    to: "",
    below: -Infinity,
    message: /additionalProperties is not said/u,
    advice: /true \(receivers ignore unknown members\) or false/u,
  },
  {
    title: "a property that every object inherits",
    file: "schemas/client-disconnect.json",
    from: '"reason": {',
    to: '"constructor": {',
    message: /inherits a member constructor/u,
    advice: /write another name/u,
  },
  {
    title: "a required member that is not described",
    file: "schemas/ping.json",
    from: '"required": ["type"]',
    to: '"required": ["type", "tipe"]',
    message: /required names no property/u,
    advice: /write one of type, timestamp/u,
  },
  {
    title: "another draft",
    file: "schemas/ping.json",
    from: "http://json-schema.org/draft-07/schema#",
    to: "https://json-schema.org/draft/2020-12/schema",
    message: /the schema is not of draft-07/u,
    advice: /draft-07/u,
  },
  {
    title: "a keyword with a wrong value",
    file: "schemas/connect-query.json",
    from: '"minLength": 1',
    to: '"minLength": -1',
    message: /not a draft-07 schema/u,
    advice: /correct the keyword's value/u,
  },
  {
    title: "a closed enum in a server frame",
    file: "schemas/full-refresh.json",
    from: '"x-known-values"',
    to: '"enum"',
    message: /RefreshReason is sent by the server, yet closed by enum/u,
    advice: /write x-known-values instead/u,
  },
  {
    title: "a closed enum in an HTTP answer",
    file: "schemas/health-response.json",
    from: '"x-known-values"',
    to: '"enum"',
    message: /HealthStatus is sent by the server, yet closed by enum/u,
    advice: /write x-known-values instead/u,
  },
  {
    title: "a requirement id in the AsyncAPI document that does not exist",
    file: "asyncapi.yaml",
    from: "x-requirements: [CONN-21,",
    to: `x-requirements: [${NOWHERE},`,
    message: new RegExp(`no requirement has the id ${NOWHERE}`, "u"),
    advice: /write the id of a row/u,
  },
  {
    title: "a requirement id in the policy that does not exist",
    file: "spec/policy.yaml",
    from: "requirement: [",
    to: `requirement: [${NOWHERE}, `,
    message: new RegExp(`no requirement has the id ${NOWHERE}`, "u"),
    advice: /or add the row/u,
  },
  {
    title: "a requirement id in the machines that does not exist",
    file: "spec/lifecycle.yaml",
    from: "requirement: [",
    to: `requirement: [${NOWHERE}, `,
    message: new RegExp(`no requirement has the id ${NOWHERE}`, "u"),
    advice: /or add the row/u,
  },
  {
    title: "an operation without a requirement",
    file: "asyncapi.yaml",
    from: "    x-requirements: [CONN-21",
    to: "    x-rules: [CONN-21",
    below: NaN,
    message: /the operation names no requirement/u,
    advice: /write x-requirements/u,
  },
  {
    title: "a requirement id outside its area",
    file: "spec/requirements.yaml",
    from: "- id: CONN-2\n",
    to: `- id: ${FOREIGN}\n`,
    message: new RegExp(`${FOREIGN} is not an id of the area CONN`, "u"),
    advice: /as in CONN-1/u,
  },
  {
    title: "a transition from an unknown state",
    file: "spec/lifecycle.yaml",
    from: "from: idle",
    to: "from: iddle",
    message: /the state iddle is not declared/u,
    advice: /write one of idle, connecting/u,
  },
  {
    title: "a transition by an unknown input",
    file: "spec/lifecycle.yaml",
    from: "input: connect\n",
    to: "input: conect\n",
    message: /the input conect is not declared/u,
    advice: /write one of connect, /u,
  },
  {
    title: "a machine input named after no frame",
    file: "spec/lifecycle.yaml",
    from: "    inputs:\n",
    to: '    inputs:\n      "frame:CONECT": { description: CONNECT arrived. }\n',
    below: 1,
    message: /no frame of the peer has the type CONECT/u,
    advice: /one of CONNECT, HEARTBEAT_ACK/u,
  },
  {
    title: "a state that no transition leads to",
    file: "spec/lifecycle.yaml",
    from: "    states:\n",
    to: "    states:\n      limbo: { description: Nowhere. }\n",
    below: 1,
    message: /no transition leads to the state limbo/u,
    advice: /add the transition that leads here/u,
  },
  {
    title: "a final state that is left again",
    file: "spec/lifecycle.yaml",
    from: "    transitions:\n",
    to: "    transitions:\n      - { from: closed, input: connect, to: idle, effects: [] }\n",
    below: NaN,
    message: /the final state closed is left again/u,
    advice: /remove final: true, or the transition/u,
  },
  {
    title: "a number announced where CONNECT has none",
    file: "spec/policy.yaml",
    from: "announcedIn: heartbeat.intervalMs",
    to: "announcedIn: heartbeat.interval",
    message: /announced in heartbeat\.interval, which CONNECT does not have/u,
    advice: /heartbeat\.intervalMs/u,
  },
  {
    title: "a default outside its bounds",
    file: "spec/policy.yaml",
    from: "default: 10000",
    to: "default: 0",
    message: /the default is outside its own bounds/u,
    advice: /between min and max/u,
  },
  {
    title: "an error code that ERROR does not list",
    file: "schemas/error.json",
    from: '"window_exceeded",',
    to: "",
    message: /ERROR does not list the code window_exceeded/u,
    advice: /x-known-values of schemas\/error\.json/u,
    below: NaN,
  },
  {
    title: "a message that is not named as its payload",
    file: "asyncapi.yaml",
    from: "name: ConnectFrame",
    to: "name: Connect",
    message: /not named as its payload/u,
    advice: /write name: ConnectFrame/u,
  },
  {
    title: "a route whose body is no schema",
    file: "asyncapi.yaml",
    from: "response: healthResponse",
    to: "response: health",
    message: /response names no schema of components\/schemas/u,
    advice: /healthResponse/u,
  },
  {
    title: "JSON with a comma too many",
    file: "schemas/ping.json",
    from: '"title": "PingFrame",',
    to: '"title": "PingFrame",,',
    message: /this is not valid JSON/u,
    advice: /correct the JSON syntax here/u,
  },
  {
    title: "JSON with a member twice",
    file: "schemas/ping.json",
    from: '"title": "PingFrame",',
    to: '"title": "PingFrame", "title": "PingFrame",',
    message: /this is not valid JSON: Map keys must be unique/u,
    advice: /correct the JSON syntax here/u,
  },
  {
    title: "invalid YAML",
    file: "spec/policy.yaml",
    from: "closeCodes:\n",
    to: "closeCodes: [\n",
    message: /this is not valid YAML/u,
    advice: /correct the YAML syntax here/u,
    below: NaN,
  },
  {
    title: "a companion file that is not there",
    file: "asyncapi.yaml",
    from: "x-policy: spec/policy.yaml",
    to: "x-policy: spec/polizy.yaml",
    message: /the file spec\/polizy\.yaml is missing/u,
    advice: /add it, or correct the path/u,
  },
  {
    title: "a companion file that is not named",
    file: "asyncapi.yaml",
    from: "x-policy: spec/policy.yaml\n",
    to: "",
    message: /x-policy is missing/u,
    advice: /write x-policy: the path/u,
    below: NaN,
  },
];

describe("a wrong contract stops generation with file, line and what to write instead", () => {
  test.each(MISTAKES)("$title", ({ file, from, to, below = 0, message, advice }) => {
    using copy = new ContractCopy();
    const line = copy.edit(file, from, to) + (Number.isFinite(below) ? below : 0);
    const problems = problemsOf(copy);
    const found = problems.find((problem) => message.test(problem.message));
    expect(found, problems.map((problem) => problem.message).join("\n")).toBeDefined();
    expect(found?.advice).toMatch(advice);
    if (Number.isNaN(below)) return;
    expect(found?.file).toBe(join(copy.folder, file));
    expect(found?.line).toBe(Number.isFinite(below) ? line : 1);
    expect(found?.column).toBeGreaterThan(0);
  });

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

function errorOf(copy: ContractCopy): ContractError {
  try {
    readContract(copy.document);
  } catch (error) {
    if (error instanceof ContractError) return error;
    throw error;
  }
  throw new Error("the contract was accepted");
}

function problemsOf(copy: ContractCopy): readonly Problem[] {
  return errorOf(copy).problems;
}
