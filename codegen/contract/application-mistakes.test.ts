import { describe, expect, test } from "vitest";

import { readContract } from "../contract.js";
import { OwnContract } from "../own-contract.test-support.js";
import { ContractError, formatProblem } from "../problem.js";
import type { Problem } from "../problem.js";
import { DOCUMENT_MISTAKES } from "./application-document-mistakes.test-support.js";
import { SCHEMA_MISTAKES } from "./application-schema-mistakes.test-support.js";

describe("a wrong contract of a team's events", () => {
  test.each([...DOCUMENT_MISTAKES, ...SCHEMA_MISTAKES])(
    "$title",
    ({ from, to, and, below = 0, at, message, advice }) => {
      using contract = new OwnContract();
      const edited = contract.edit(from, to);
      if (and !== undefined) contract.edit(...and);
      const problems = problemsOf(contract);
      const found = problems.find((problem) => message.test(problem.message));
      expect(found, problems.map((problem) => formatProblem(problem)).join("\n")).toMatchObject({
        file: contract.document,
        line: at === undefined ? edited + below : lineOf(contract.read(), at),
        advice: expect.stringMatching(advice) as string,
      });
    },
  );

  test("what latido init contract writes is right", () => {
    using contract = new OwnContract();
    const { application } = readContract(contract.document).contract;
    expect(application?.events).toMatchObject([
      { name: "chat_message", module: "chat", sentByClients: true, payload: "ChatMessage" },
      { name: "order_created", module: "orders", sentByClients: false, payload: "OrderCreated" },
    ]);
  });

  test.each([
    ["an optional member", '{ $ref: "#/components/schemas/OrderCreated" }'],
    ["a list", '{ type: array, items: { $ref: "#/components/schemas/OrderCreated" } }'],
    [
      "free members",
      '{ title: Parts, type: object, additionalProperties: { $ref: "#/components/schemas/OrderCreated" } }',
    ],
  ])("a type may hold itself through %s", (_, member) => {
    using contract = new OwnContract();
    contract.edit("        note:\n", `        next: ${member}\n        note:\n`);
    expect(readContract(contract.document).contract.application?.events).toHaveLength(2);
  });

  test("a payload may stand in a file of its own, and use types of the protocol", () => {
    using contract = new OwnContract();
    contract.edit('$ref: "#/components/schemas/OrderCreated"', '$ref: "order.json"');
    const schema = { title: "Order", type: "object", properties: { id: { type: "string" } } };
    contract.write("order.json", JSON.stringify(schema));
    const { application, types } = readContract(contract.document).contract;
    expect(application?.events[1]?.payload).toBe("Order");
    expect(types.find(({ name }) => name === "Order")?.source).toBe("order.json");
  });
});

function problemsOf(contract: OwnContract): readonly Problem[] {
  try {
    readContract(contract.document);
  } catch (error) {
    if (error instanceof ContractError) return error.problems;
    throw error;
  }
  throw new Error("the contract was accepted");
}

function lineOf(text: string, part: string): number {
  const offset = text.indexOf(part);
  if (offset === -1) throw new Error(`the contract does not hold ${part}`);
  return text.slice(0, offset).split("\n").length;
}
