import { join } from "node:path";

import { describe, expect, test } from "vitest";

import * as tables from "../../../generated/typescript/tables.js";
import { readContract } from "../../contract.js";
import { packageRoot } from "../../package-root.js";
import { camelCase } from "../names.js";

const { contract } = readContract(join(packageRoot(), "asyncapi.yaml"));
const { policy } = contract;

describe("tables.ts", () => {
  test.each(policy.closeCodes)("RECON-20: $code has the rule of the policy", (row) => {
    const { code, name, reconnect } = row;
    expect(tables.closeRule(code)).toEqual({ code, name, reconnect });
    expect(Object.entries(tables.CLOSE_CODES)).toContainEqual([camelCase(name), code]);
  });

  test.each([
    [4042, "backoff"],
    [4142, "token"],
    [4777, "stop"],
    [4999, "stop"],
    [4242, "backoff"],
    [3000, "backoff"],
    [1014, "backoff"],
    [0, "backoff"],
  ])("RECON-27: the unknown code %i is followed by %s", (code, reconnect) => {
    expect(tables.closeRule(code)).toEqual({ code, name: "unknown", reconnect });
  });

  test("hold every timer and every limit with its bounds", () => {
    const numbers = ({ default: standard, min, max }: (typeof policy.timers)[number]) => ({
      default: standard,
      ...(min === undefined ? {} : { min }),
      ...(max === undefined ? {} : { max }),
    });
    expect(tables.TIMERS).toEqual(
      Object.fromEntries(policy.timers.map((row) => [row.name, numbers(row)])),
    );
    expect(tables.LIMITS).toEqual(
      Object.fromEntries(policy.limits.map((row) => [row.name, numbers(row)])),
    );
  });

  test("hold the pattern of every text", () => {
    expect(Object.keys(tables.PATTERNS)).toContain("MessageId");
    for (const { name, shape } of contract.types) {
      if (shape.kind !== "string" || shape.pattern === undefined) continue;
      expect(tables.PATTERNS).toHaveProperty(name, shape.pattern);
    }
  });

  test("list the known values of every enum", () => {
    expect(tables.KNOWN_REFRESH_REASONS).toContain("history_expired");
    expect(tables.KNOWN_PRESENCE_STATUSES).toEqual(["online", "away", "busy"]);
    expect([...tables.KNOWN_ERROR_CODES].sort()).toEqual(Object.keys(tables.ERROR_CODES).sort());
  });

  test("hold every transition of the machines, and no other", () => {
    const machines = [tables.CLIENT_CONNECTION, tables.CLIENT_STREAM, tables.SERVER_CONNECTION];
    contract.machines.forEach((machine, index) => {
      const moves = machines[index]!.moves as Readonly<
        Record<string, Readonly<Record<string, readonly tables.Move<string>[]>>>
      >;
      const rows = Object.entries(moves).flatMap(([from, inputs]) =>
        Object.entries(inputs).flatMap(([input, list]) =>
          list.map((move) => ({ from, input, ...move })),
        ),
      );
      const wanted = machine.transitions.map(({ requirements: _, ...row }) => row);
      expect(rows).toHaveLength(wanted.length);
      expect(rows).toEqual(expect.arrayContaining(wanted));
    });
  });
});
