import { describe, expect, test, vi } from "vitest";

import {
  type Notice,
  type StateChange,
  UsageError,
} from "../../../generated/typescript/client/index.js";
import { bench, connected } from "./client-bench.js";
import { eventFrame, head } from "./session-probe.js";
import { settle } from "./virtual-clock.js";

describe("the end", () => {
  test("LIB-2, LIB-12: after disconnect no listener is called and no timer is left", async () => {
    const { server, clock, client } = await connected();
    const calls: string[] = [];
    client.on("*", () => void calls.push("event"));
    client.on("*", () => void calls.push("throttled"), { throttleMs: 10 });
    client.onState(({ state }) => calls.push(state));
    client.onNotice(() => calls.push("notice"));
    client.onPresence(() => calls.push("presence"));
    server.last.send(eventFrame(1)).send(eventFrame(2));
    calls.length = 0;
    const ending = client.disconnect("bye");
    expect(calls).toEqual(["closed"]);
    server.last.send(eventFrame(3)).end(1006);
    await ending;
    await clock.elapse(100_000);
    expect(calls).toEqual(["closed"]);
    expect(clock.pending).toBe(0);
    expect(server.last.closedWith).toBe(1000);
    expect(server.connections).toHaveLength(1);
  });

  test("LIB-3: suspend and resume keep every listener", async () => {
    const { server, client } = await connected();
    const seen: number[] = [];
    const states: StateChange["state"][] = [];
    client.on("*", ({ eventId }) => void seen.push(eventId));
    client.onState(({ state }) => states.push(state));
    client.suspend();
    client.resume();
    server.last.accept([head(0)]).send(eventFrame(1));
    expect(seen).toEqual([1]);
    expect(states).toEqual(["suspended", "connecting", "connected"]);
  });

  test("POS-2: what was processed is in the store when disconnect resolves", async () => {
    const saved: number[] = [];
    const positions = {
      load: () => [],
      save: async (changed: readonly { lastEventId: number }[]) => {
        await Promise.resolve();
        saved.push(...changed.map(({ lastEventId }) => lastEventId));
      },
    };
    const { server, client } = await connected({ positions });
    server.last.send(eventFrame(1)).send(eventFrame(2));
    await client.disconnect();
    expect(saved.at(-1)).toBe(2);
  });

  test("LIB-10: a store that cannot be written is told and written again", async () => {
    const save = vi
      .fn(() => undefined)
      .mockImplementationOnce(() => {
        throw new Error("disk full");
      });
    const notices: Notice[] = [];
    const made = bench({ positions: { load: () => [], save } });
    made.client.onNotice((notice) => notices.push(notice));
    const connecting = made.client.connect();
    await settle();
    made.server.last.accept([head(0)]);
    await connecting;
    made.server.last.send(eventFrame(1));
    await settle();
    expect(notices).toEqual([{ kind: "store_failed", problem: "disk full" }]);
    expect(save).toHaveBeenCalledTimes(2);
  });

  test("PRES-22: what a listener asks for waits until the effects before it are performed", async () => {
    const { server, client } = bench();
    client.setPresence({ status: "away" });
    client.onState(({ state }) => {
      if (state === "connected") client.setPresence({ status: "busy" });
    });
    const connecting = client.connect();
    await settle();
    server.last.accept();
    await connecting;
    const shown = server.last.framesOf("PRESENCE_UPDATE").map(({ payload }) => payload.status);
    expect(shown).toEqual(["away", "busy"]);
  });

  test("MSG-23: a messageId in use is a UsageError", async () => {
    const { client } = await connected();
    const messageId = "0b9f6f0e-5d8a-4f6e-9a57-0d6c1f1f2a10";
    void client.send("chat", 1, { messageId });
    await expect(client.send("chat", 2, { messageId })).rejects.toBeInstanceOf(UsageError);
  });

  test("LIB-1: a listener that throws does not stop the others or the session", async () => {
    const { server, client } = await connected();
    const notices: Notice[] = [];
    const states: string[] = [];
    client.onNotice(() => {
      throw new Error("worse");
    });
    client.onNotice((notice) => notices.push(notice));
    client.onState(() => {
      throw new Error("bad listener");
    });
    client.onState(({ state }) => states.push(state));
    server.last.end(1006);
    expect(states).toEqual(["backoff"]);
    expect(notices).toMatchObject([
      { kind: "listener_failed", problem: "bad listener" },
      { kind: "reconnecting" },
    ]);
  });
});
