// Every profile on the reference server, and what the suite does with tokens and keys.

import { beforeAll, describe, expect, it } from "vitest";

import { loadContract } from "../contract.js";
import { buildReference } from "../mutants/build.js";
import { loadProfiles } from "../profiles/profile.js";
import { runServer } from "./run.js";
import { caseOf, faulty } from "./run.test-support.js";

const contract = loadContract();
const profiles = [...loadProfiles().values()];
let bundle = "";

beforeAll(async () => {
  bundle = await buildReference("server");
});

describe("profiles", () => {
  it.each(profiles.map((profile) => [profile.name, profile] as const))(
    "%s names timers and limits of spec/policy.yaml",
    (_name, { settings }) => {
      const defaults = contract.defaults();
      for (const section of ["timers", "limits"] as const) {
        for (const name of Object.keys(settings[section] ?? {})) {
          expect(defaults[section]).toHaveProperty(name);
        }
      }
    },
  );

  it("are what the reference server can be started with, and what the canary lives in", async () => {
    const run = await runServer({
      cases: profiles.map(({ name }) =>
        caseOf(`conn/${name}`, [{ dial: {} }, { fence: {} }], { profile: name }),
      ),
      contract,
      seed: 1,
      hangMs: 30_000,
      repeat: (id) => id,
      subject: {
        kind: "command",
        command: [process.execPath, bundle, "--config", "{settings}"],
        event: "chat_message",
      },
    });
    expect(run.cases.map((each) => [each.id, each.verdict, each.failure?.problem])).toEqual(
      profiles.map(({ name }) => [`conn/${name}`, "pass", undefined]),
    );
  });
});

describe("tokens and keys", () => {
  const TOKENS = caseOf(
    "auth/tokens",
    [
      { token: { as: "other", user: "$user", expiresInMs: 5_000 } },
      { dial: { user: "$user", token: "$other", via: "protocol" } },
      { dial: { user: "$user", token: "$other", via: "query" } },
      { dial: { token: { fault: "wrong_key" }, connected: false } },
      { expect: { closed: true, with: { code: 4500 } } },
      { dial: { token: false, connected: false } },
      { expect: { closed: true, with: { code: 4500 } } },
      { token: { as: "fresh", user: "$user" } },
      { send: { on: "c2", frame: { type: "TOKEN_REFRESH", token: "$fresh" } } },
      { expect: { on: "c2", frame: "TOKEN_REFRESHED" } },
    ],
    { profile: "jwt", needs: ["token"] },
  );

  it("are made for every dial, and stand in no result", async () => {
    const run = await runServer({
      cases: [TOKENS],
      contract,
      seed: 1,
      hangMs: 30_000,
      repeat: (id) => id,
      subject: {
        kind: "command",
        command: [process.execPath, bundle, "--config", "{settings}"],
        event: "chat_message",
      },
    });
    expect(run.cases.map((each) => [each.verdict, each.failure?.problem])).toEqual([
      ["pass", undefined],
    ]);
    const text = JSON.stringify(run);
    expect(text).toContain("TOKEN_REFRESH");
    expect(text).not.toContain("eyJ");
    expect(text).not.toContain("only-for-conformance");
  });

  it.each([
    ["blabs", "in the frame X"],
    ["logs", "on its standard error"],
  ])(
    "AUTH-20: a server that %s a token fails, and the report does not repeat it",
    async (fault, where) => {
      const run = await runServer({
        cases: [
          caseOf("auth/quiet", [{ dial: {} }, { fence: {} }], {
            profile: "jwt",
            unwatched: ["frames_valid", "first_frame"],
          }),
        ],
        contract,
        seed: 1,
        hangMs: 30_000,
        repeat: (id) => id,
        subject: faulty(fault, "{settings}"),
      });
      expect(run.cases[0]?.failure).toMatchObject({
        requirements: ["AUTH-20"],
        problem: `the server gave a token away ${where}`,
      });
      expect(JSON.stringify(run)).not.toContain("eyJ");
    },
  );
});
