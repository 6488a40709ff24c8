import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import ts from "typescript";
import { afterAll, describe, expect, test } from "vitest";

import { readContract } from "../../contract.js";
import type { Shape } from "../../model.js";
import { packageRoot } from "../../package-root.js";
import { emitMessages } from "./messages.js";

const root = packageRoot();
const { contract } = readContract(join(root, "asyncapi.yaml"));
const folder = mkdtempSync(join(tmpdir(), "latido-types-"));

afterAll(() => {
  rmSync(folder, { recursive: true });
});

const TIMESTAMP = 'timestamp: "2026-03-01T12:00:00.000Z"';

describe("messages.ts", () => {
  test("a switch on the type of a server frame is exhaustive", () => {
    const types = typesOf("server");
    expect(errorsIn(switchOver("ServerFrame", types))).toEqual([]);
    expect(errorsIn(switchOver("ServerFrame", types.slice(1))).join()).toMatch(/'never'/u);
  });

  test("a switch on the type of a client frame is exhaustive", () => {
    const types = typesOf("client");
    expect(errorsIn(switchOver("ClientFrame", types))).toEqual([]);
    expect(errorsIn(switchOver("ClientFrame", types.slice(1))).join()).toMatch(/'never'/u);
  });

  test.each([
    ["a value of an open enum that a newer peer sends", `const x: RefreshReason = "from_2099";`],
    ["a known value of an open enum", `const x: RefreshReason = "overflow";`],
    ["a value of a closed enum", `const x: OwnStatus = "away";`],
    ["an optional member left out", `const x: PongFrame = { type: "pong", ${TIMESTAMP} };`],
    ["any payload", `const x: MessageFrame["payload"] = [null, { deep: 1 }];`],
    ["any timestamp of a client", `const x: HeartbeatFrame = { type: "HEARTBEAT", timestamp: 7 };`],
    ["a scope", `const x: Scope = { place: "demo" };`],
    ["a frame of an unknown type", UNKNOWN],
  ])("accepts %s", (_, text) => {
    expect(errorsIn(text)).toEqual([]);
  });

  test.each([
    ["an unknown value of a closed enum", `const x: OwnStatus = "asleep";`],
    ["a misspelt member", `const x: HeartbeatFrame = { type: "HEARTBEAT", timestmp: 7 };`],
    ["a missing member", `const x: AckFrame = { type: "ACK" };`],
    [
      "an optional member set to undefined",
      `const x: ClientDisconnectFrame = { type: "DISCONNECT", reason: undefined };`,
    ],
    ["a change of a frame", `declare const x: PongFrame; x.timestamp = "";`],
    ["a change of a list", `declare const x: AckFrame; x.streams.push();`],
    ["a change of a scope", `declare const x: Scope; x["place"] = "";`],
  ])("refuses %s", (_, text) => {
    expect(errorsIn(text)).toHaveLength(1);
  });
});

describe("names in messages.ts", () => {
  test("a letter behind a digit stays small, where the type is declared and where it is a member", async () => {
    const text: Shape = { kind: "string" };
    const order: Shape = {
      kind: "object",
      fields: [
        {
          name: "size",
          required: true,
          description: "",
          shape: { kind: "reference", name: "V1x" },
        },
      ],
      open: true,
    };
    const typed = (name: string, shape: Shape) => ({ name, description: "", source: "", shape });
    const types = [typed("V1x", text), typed("Order2go", order)];
    const messages = await emitMessages({ ...contract, types });
    expect(messages).toMatch(/export type V1x = string;/u);
    expect(messages).toMatch(/export interface Order2go \{\s+readonly size: V1x;/u);
  });
});

const UNKNOWN = `
  declare const answer: Decoded<ServerFrame>;
  if (answer.kind === "unknown") {
    const type: string = answer.type;
    const more: unknown = answer.value["more"];
    void type; void more;
  }
`;

function typesOf(sender: "client" | "server"): readonly string[] {
  return contract.frames.filter((frame) => frame.sender === sender).map(({ type }) => type);
}

function switchOver(union: string, types: readonly string[]): string {
  const cases = types.map((type) => `case ${JSON.stringify(type)}: return frame.type;`).join("\n");
  return `export function f(frame: ${union}): string {
    switch (frame.type) {
      ${cases}
      default: { const never: never = frame; return never; }
    }
  }`;
}

/** Type errors of a text that may use every name of messages.ts. */
function errorsIn(text: string): readonly string[] {
  const file = join(folder, "sample.ts");
  const names = [
    ...contract.types.map(({ name }) => name),
    "ServerFrame",
    "ClientFrame",
    "Decoded",
  ];
  const messages = join(root, "generated/typescript/messages.js");
  writeFileSync(
    file,
    `import type { ${names.join(", ")} } from ${JSON.stringify(messages)};\n${text}\nexport {};`,
  );
  const program = ts.createProgram([file], {
    strict: true,
    exactOptionalPropertyTypes: true,
    noUncheckedIndexedAccess: true,
    module: ts.ModuleKind.NodeNext,
    moduleResolution: ts.ModuleResolutionKind.NodeNext,
    target: ts.ScriptTarget.ES2023,
    lib: ["lib.es2023.d.ts"],
    types: [],
    noEmit: true,
  });
  return ts
    .getPreEmitDiagnostics(program)
    .map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, " "));
}
