import { describe, expect, test } from "vitest";

import type {
  PresenceDiffFrame,
  PresenceStateFrame,
} from "../../../generated/typescript/messages.js";
import { SessionProbe } from "./session-probe.js";

const GROUP = "demo";
const SCOPE = { place: "demo" };

function state(version: number, users: readonly string[], more: Partial<PresenceStateFrame> = {}) {
  return {
    type: "PRESENCE_STATE",
    group: GROUP,
    scope: SCOPE,
    epoch: "p1",
    version,
    members: users.map((userId) => ({ userId, status: "online" })),
    memberCount: users.length,
    ...more,
  } as const;
}

function diff(baseVersion: number, version: number, more: Partial<PresenceDiffFrame> = {}) {
  return {
    type: "PRESENCE_DIFF",
    group: GROUP,
    epoch: "p1",
    baseVersion,
    version,
    updates: [{ userId: `u${version}`, status: "away" }],
    leaves: [],
    memberCount: version,
    ...more,
  } as const;
}

function members(probe: SessionProbe): string[] {
  return [...(probe.session.groups.get(GROUP)?.members.keys() ?? [])];
}

function questions(probe: SessionProbe): string[] {
  return probe.sentOf("REQUEST_PRESENCE").flatMap(({ groups }) => [...groups]);
}

describe("peers", () => {
  test("PRES-6: a state replaces everything, whatever its version", () => {
    const probe = new SessionProbe()
      .connect()
      .frame(state(9, ["a", "b"]))
      .frame(state(3, ["c"]));
    expect(members(probe)).toEqual(["c"]);
    probe.frame(diff(3, 4));
    expect(members(probe)).toEqual(["c", "u4"]);
  });

  test.each([
    ["PRES-7: follows", 5, 6, true, 0],
    ["PRES-7: begins before the known version", 2, 6, true, 0],
    ["PRES-8: is at the known version", 4, 5, false, 0],
    ["PRES-8: is below it", 2, 4, false, 0],
    ["PRES-9: leaves a hole", 6, 7, false, 1],
  ])("%s", (_, base, version, applied, asked) => {
    const probe = new SessionProbe()
      .connect()
      .frame(state(5, ["a"]))
      .frame(diff(base, version));
    expect(members(probe)).toEqual(applied ? ["a", `u${version}`] : ["a"]);
    expect(questions(probe)).toHaveLength(asked);
  });

  test("PRES-9: a diff of another epoch, or of an unknown group, is asked about", () => {
    const probe = new SessionProbe().connect().frame(state(5, ["a"]));
    probe.frame(diff(5, 6, { epoch: "p2" })).frame(diff(1, 2, { group: "other" }));
    expect(members(probe)).toEqual(["a"]);
    expect(questions(probe)).toEqual([GROUP, "other"]);
  });

  test("PRES-10: one question for a group at a time, asked again after 10 s at the earliest", () => {
    const probe = new SessionProbe().connect().frame(state(5, ["a"]));
    probe.frame(diff(7, 8)).frame(diff(8, 9));
    expect(questions(probe)).toHaveLength(1);
    for (let second = 1; second < 10; second += 1) probe.elapse(1_000).frame({ type: "pong" });
    probe.frame(diff(9, 10)).elapse(999);
    expect(questions(probe)).toHaveLength(1);
    probe.elapse(1);
    expect(questions(probe)).toHaveLength(2);
    probe.frame(state(12, ["z"])).frame(diff(12, 13));
    expect(members(probe)).toEqual(["z", "u13"]);
  });

  test("PRES-7: leaves go, updates come, the count is the server's", () => {
    const probe = new SessionProbe().connect().frame(state(1, ["a", "b"], { truncated: true }));
    probe.frame(diff(1, 2, { leaves: ["a"], memberCount: 1_500 }));
    expect(probe.session.groups.get(GROUP)).toMatchObject({ memberCount: 1_500, truncated: true });
    expect(members(probe)).toEqual(["b", "u2"]);
    expect(probe.last("presence").presence).toEqual({
      kind: "diff",
      group: GROUP,
      scope: SCOPE,
      updates: [{ userId: "u2", status: "away" }],
      leaves: ["a"],
      memberCount: 1_500,
    });
  });

  test("FRAME-12: an unknown status reaches the application", () => {
    const probe = new SessionProbe().connect().frame(state(1, []));
    probe.frame(diff(1, 2, { updates: [{ userId: "a", status: "in_a_meeting" }] }));
    expect(probe.session.groups.get(GROUP)?.members.get("a")?.status).toBe("in_a_meeting");
  });

  test("PRES-13: a new connection trusts no version of the old one", () => {
    const probe = new SessionProbe()
      .connect()
      .frame(state(5, ["a"]))
      .reopen()
      .accept();
    probe.forget().frame(diff(5, 6));
    expect(members(probe)).toEqual(["a"]);
    expect(questions(probe)).toEqual([GROUP]);
    probe.frame(state(6, ["a", "c"])).frame(diff(6, 7));
    expect(members(probe)).toEqual(["a", "c", "u7"]);
  });

  test("PRES-13: a group whose state never comes again is asked for, and then is gone", () => {
    const probe = new SessionProbe()
      .connect()
      .frame(state(5, ["a"]))
      .reopen()
      .accept()
      .forget();
    for (let second = 0; second < 45; second += 1) probe.elapse(1_000).frame({ type: "pong" });
    expect(questions(probe)).toEqual([GROUP, GROUP, GROUP]);
    expect(probe.last("presence").presence).toEqual({ kind: "gone", group: GROUP, scope: SCOPE });
    expect(probe.session.groups.size).toBe(0);
  });

  test("PRES-7, PRES-13: after TOKEN_REFRESHED, which ends no connection, the known versions go on", () => {
    const probe = new SessionProbe().connect().frame(state(5, ["a"]));
    probe.frame({
      type: "TOKEN_REFRESHED",
      token: { expiresInMs: 900_000, refreshLeadMs: 60_000 },
      modules: [],
      streams: [],
    });
    probe.frame(diff(5, 6));
    expect(members(probe)).toEqual(["a", "u6"]);
    for (let second = 0; second < 60; second += 1) probe.elapse(1_000).frame({ type: "pong" });
    expect(questions(probe)).toEqual([]); // the diff has shown that the group is still the session's
  });

  test("LIB-16: a state tells group, scope, members and count", () => {
    const probe = new SessionProbe()
      .connect()
      .frame(state(5, ["a"], { memberCount: 2, truncated: true }));
    expect(probe.last("presence").presence).toEqual({
      kind: "state",
      group: GROUP,
      scope: SCOPE,
      members: [{ userId: "a", status: "online" }],
      memberCount: 2,
      truncated: true,
    });
  });
});
