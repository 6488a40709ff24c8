// Every MUST is observed by a case, or says in spec/requirements.yaml why no case can.

import { describe, expect, it } from "vitest";

import { loadContract } from "../contract.js";
import { readCaseFiles } from "./load.js";

const { requirements } = loadContract();
const musts = [...requirements.values()].filter(({ level }) => level.startsWith("MUST"));

/** Role of a case → requirements that a case of that role names, with its steps. */
function cited(role: "client" | "server"): ReadonlySet<string> {
  const own = readCaseFiles().filter((each) => each.role === role);
  return new Set(
    own.flatMap((each) => [
      ...each.requirements,
      ...each.steps.flatMap((step) => step.requirement ?? []),
    ]),
  );
}

const byClient = cited("client");
const byServer = cited("server");

/** What binds both sides is observed on each: a run against either has something to say of it. */
function isObserved({ id, role }: { readonly id: string; readonly role: string }): boolean {
  return (role === "server" || byClient.has(id)) && (role === "client" || byServer.has(id));
}

describe("the cases", () => {
  it("observe every MUST that does not say why none can", () => {
    const missing = musts
      .filter((each) => each.observable !== "review" && !isObserved(each))
      .map((each) => each.id);
    expect(missing).toEqual([]);
  });

  it("are not named by a MUST that says that none can be", () => {
    const both = musts.filter(
      ({ id, observable }) => observable === "review" && (byClient.has(id) || byServer.has(id)),
    );
    expect(both.map((each) => each.id)).toEqual([]);
  });
});
