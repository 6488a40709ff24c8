import { describe, expect, it } from "vitest";

import { loadContract } from "../contract.js";
import { HOSTILE_KINDS, type HostileFrame } from "./frame.js";
import { CLIENT_KINDS, HostileFrames } from "./frames.js";
import { Oracle } from "./oracle.js";

const contract = loadContract();
const bounds = { frameBytes: 65_536, payloadBytes: 32_768, metadataBytes: 4_096 };
const SERVERS = "client-to-server";
const CLIENTS = "server-to-client";

function some(count: number, direction: typeof SERVERS | typeof CLIENTS, seed = 1): HostileFrame[] {
  const frames = new HostileFrames({ contract, direction, seed, bounds });
  return Array.from({ length: count }, () => frames.next());
}

describe("hostile frames", () => {
  it("are the same for the same seed, and others for another", () => {
    const texts = (seed: number): readonly string[] =>
      some(60, SERVERS, seed).map(({ data, pieces }) => `${pieces} ${data.toString("hex")}`);
    expect(texts(1)).toEqual(texts(1));
    expect(texts(1)).not.toEqual(texts(2));
  });

  it("come in every kind, for every frame of a client, in one piece and in several", () => {
    const frames = some(2_000, SERVERS);
    expect(new Set(frames.map(({ kind }) => kind))).toEqual(new Set(HOSTILE_KINDS));
    for (const type of ["MESSAGE", "ACK", "REQUEST_SYNC", "TOKEN_REFRESH", "PRESENCE_UPDATE"]) {
      expect(frames.filter(({ what }) => what.startsWith(`${type} /`)).length).toBeGreaterThan(20);
    }
    expect(frames.some(({ pieces }) => pieces > 1)).toBe(true);
    expect(new Set(some(500, CLIENTS).map(({ kind }) => kind))).toEqual(new Set(CLIENT_KINDS));
  });

  it("reach every place of every schema that has a bound, and its invalid examples", () => {
    const what = new Set(some(6_000, SERVERS).map((each) => each.what));
    expect(what).toContain("MESSAGE /messageId has 37 characters");
    expect(what).toContain("ACK /streams/0/lastEventId is -1");
    expect(what).toContain("REQUEST_SYNC /streams has 257 elements");
    expect(what).toContain("TOKEN_REFRESH /token is missing");
    expect(what).toContain("PRESENCE_UPDATE / is an invalid example of its schema");
    expect(what).toContain("MESSAGE /scope/place has 129 characters");
  });

  it("that go to a client break its contract, and never only by their timestamp", () => {
    for (const { data, answers } of some(1_000, CLIENTS)) {
      expect(answers).toEqual([{ kind: "ignored" }]);
      expect(data.length).toBeLessThan(1_048_576);
    }
  });
});

describe("what the contract answers", () => {
  const oracle = new Oracle(contract, SERVERS, bounds);
  const of = (data: Buffer, binary = false): string => {
    const [answer] = oracle.judge({ data, binary, pieces: 1 })?.answers ?? [];
    return answer?.kind === "error"
      ? answer.code
      : String(answer?.kind === "closed" ? answer.code : answer?.kind);
  };
  const message = (payload: unknown, messageId = "0b9f6f0e-5d8a-4f6e-9a57-0d6c1f1f2a10"): string =>
    JSON.stringify({ type: "MESSAGE", messageId, event: "chat_message", payload });

  it.each([
    ["{", "invalid_json"],
    ["", "invalid_json"],
    ["[]", "invalid_message"],
    ['{"type":7}', "invalid_message"],
    ['{"type":"EVENT"}', "unknown_type"],
    ['{"type":"ACK","streams":[]}', "invalid_message"],
    ['{"type":"HEARTBEAT","timestamp":[],"later":1}', "served"],
    ["ping", "served"],
    ['{"type":"DISCONNECT"}', "1000"],
    [message("x".repeat(40_000)), "payload_too_large"],
    [message(1, "no-uuid"), "invalid_message"],
    [message("x".repeat(70_000)), "1009"],
  ])("to %.40s is %s", (text, answer) => {
    expect(of(Buffer.from(text))).toBe(answer);
  });

  it("to a binary message is 1003, and to one that is no UTF-8 1007", () => {
    expect(of(Buffer.from("{}"), true)).toBe("1003");
    expect(of(Buffer.from("ff", "hex"))).toBe("1007");
  });
});
