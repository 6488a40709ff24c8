import { describe, expect, test } from "vitest";
import { LIMITS } from "../../generated/typescript/tables.js";
import { DEMO, localServer } from "../testing/local-server.js";
import { UsageError } from "../usage-error.js";

const most = LIMITS.payloadBytes.default;
const LOOP: unknown[] = [];
LOOP.push(LOOP);

describe("publish of an embedded server", () => {
  test.each([
    ["over the limit", "x".repeat(most), /^publish: payload is over 32768 bytes$/],
    ["over it by its bytes alone", "ñ".repeat(most / 2), /payload is over 32768 bytes$/],
    ["nested too deeply", JSON.parse(`${"[".repeat(15_000)}${"]".repeat(15_000)}`), /is no JSON/],
    ["that holds itself", LOOP, /is no JSON/],
    ["of a number that JSON does not have", 1n, /payload is no JSON/],
    ["that is a function", () => 1, /payload is no JSON/],
  ])("refuses a payload %s", async (_what, payload, says) => {
    const { dial, server } = await localServer();
    const peer = dial("userId=a");
    const published = server.publish({ event: "order_created", payload, scopes: [DEMO] });
    await expect(published).rejects.toThrow(says);
    await expect(published).rejects.toBeInstanceOf(UsageError);
    expect(peer.of("EVENT")).toEqual([]);
  });

  test("takes a payload of just the limit", async () => {
    const { dial, publish } = await localServer();
    const peer = dial("userId=a");
    await publish("order_created", "x".repeat(most - 2));
    expect(peer.of("EVENT")).toHaveLength(1);
  });
});
