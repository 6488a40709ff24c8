// Every MUST is observed by a case, or says in spec/requirements.yaml why no case can.

import { describe, expect, it } from "vitest";

import { loadContract } from "../contract.js";
import { readCaseFiles } from "./load.js";

/** MUSTs that still wait for their case. This list only ever shrinks. */
const WAITING: ReadonlySet<string> = new Set([
  "CONN-6",
  "STREAM-18",
  "MSG-17",
  "MSG-18",
  "LIMIT-9",
  "AUTH-2",
  "AUTH-3",
  "AUTH-4",
  "AUTH-5",
  "AUTH-6",
  "AUTH-7",
  "AUTH-10",
  "AUTH-11",
  "AUTH-12",
  "AUTH-13",
  "AUTH-15",
  "AUTH-16",
  "AUTH-18",
  "PRES-20",
  "PRES-27",
  "PRES-28",
  "PRES-29",
  "HTTP-4",
  "HTTP-5",
]);

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

/** What binds both sides is observed where a case of either observes it. */
function isObserved({ id, role }: { readonly id: string; readonly role: string }): boolean {
  return (role !== "server" && byClient.has(id)) || (role !== "client" && byServer.has(id));
}

describe("the cases", () => {
  it("observe every MUST that does not say why none can", () => {
    const missing = musts
      .filter((each) => each.observable !== "review" && !isObserved(each))
      .map((each) => each.id);
    expect(missing.filter((id) => !WAITING.has(id))).toEqual([]);
  });

  it("are waited for by no MUST that has one, or needs none", () => {
    const settled = [...WAITING].filter((id) => {
      const found = requirements.get(id);
      return !found || found.observable === "review" || isObserved(found);
    });
    expect(settled).toEqual([]);
  });

  it("are not named by a MUST that says that none can be", () => {
    const both = musts.filter((each) => each.observable === "review" && isObserved(each));
    expect(both.map((each) => each.id)).toEqual([]);
  });
});
