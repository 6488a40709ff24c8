// The verb on servers and clients that have one fault: the report names the one frame, as small as it gets.

import { describe, expect, it } from "vitest";

import { loadCases } from "../cases/load.js";
import { loadContract } from "../contract.js";
import { runDriven } from "../driven/run.js";
import { editNamed, type Edit } from "../mutants/bank.js";
import { buildEdited } from "../mutants/build.js";
import type { Failure } from "../runner/verdict.js";
import { runServer } from "../server-tier/run.js";
import { caseOf } from "../server-tier/run.test-support.js";

const common = { contract: loadContract(), seed: 3, hangMs: 5_000, repeat: (id: string) => id };

function edit(name: string, find: string, replace: string): Edit {
  const file = "server/decode.ts";
  return {
    name,
    role: "server",
    language: "typescript",
    requirements: [],
    file,
    find,
    replace,
    why: "a test",
  };
}

async function ofServer(fault: Edit): Promise<Failure | undefined> {
  const command = [process.execPath, await buildEdited(fault)];
  const run = await runServer({
    ...common,
    cases: [caseOf("err/hostile", [{ hostile: { count: 400 } }])],
    subject: { kind: "command", command, event: "chat_message" },
  });
  return run.cases[0]?.failure;
}

describe("hostile frames to a server", () => {
  it.each([
    [
      edit(
        "server/hostile-type",
        'if (decoded.kind === "unknown") return { name: "frame:unknown", type: decoded.type };',
        'if (decoded.kind === "unknown") return { name: "frame:invalid", code: "invalid_message", problem: "type" };',
      ),
      {
        requirements: ["FRAME-10"],
        expected: "ERROR unknown_type",
        actual: "ERROR invalid_message",
      },
      /: \{"type":"[^,]*\}$/u,
    ],
    [
      edit(
        "server/hostile-bytes",
        "if (data.byteLength > maxBytes) return OVERSIZE;",
        "if (data.byteLength > maxBytes + 1) return OVERSIZE;",
      ),
      { requirements: ["FRAME-21"], expected: "close 1009", actual: "served" },
      /65537 bytes/u,
    ],
    [
      edit("server/hostile-silence", "    return INVALID_JSON; // ERR-3", "    return TEXT_PING;"),
      { requirements: ["ERR-3"], expected: "ERROR invalid_json", actual: "served" },
      /hostile frame \d+ \(json/u,
    ],
    [
      edit(
        "server/hostile-crash",
        "if (isBinary) return BINARY;",
        "if (isBinary) process.exit(9);",
      ),
      { kind: "driver", fault: "crash" },
      /ended with code 9/u,
    ],
  ])("$name: the one frame is named", async (fault, failure, problem) => {
    const found = await ofServer(fault);
    expect(found).toMatchObject(failure);
    expect(found?.problem).toMatch(problem);
  });
});

describe("hostile frames to a client", () => {
  it.each([
    ["client/unknown-type-ends-it", "FRAME-8", /\(unknown; |\(enum; |\(deep; |\(example; /u],
    ["client/broken-frame-ends-it", "FRAME-27", /hostile frame \d+ \(/u],
  ])("%s is caught at the frame that it minds", async (name, requirement, problem) => {
    const run = await runDriven({
      ...common,
      cases: loadCases().filter(({ id }) => id === "frame/hostile-frames"),
      testee: {
        kind: "command",
        command: [process.execPath, await buildEdited(editNamed(name))],
        driver: "stdio",
      },
      target: name,
    });
    expect(run.cases[0]?.failure).toMatchObject({ kind: "forbidden", requirements: [requirement] });
    expect(run.cases[0]?.failure?.problem).toMatch(problem);
  });
});
