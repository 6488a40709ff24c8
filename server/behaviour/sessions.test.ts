import { describe, expect, test } from "vitest";
import type { SessionChange } from "../session-list.js";
import { DEMO, localServer } from "../testing/local-server.js";

describe("sessions, as an embedding application sees them", () => {
  test("are found by user, scope and module", async () => {
    const { server, dial } = await localServer();
    const ana = dial("userId=ana&deviceId=phone").last("CONNECT");
    const ben = dial("userId=ben").last("CONNECT");
    expect(server.sessions()).toEqual([
      {
        sessionId: ana.sessionId,
        userId: "ana",
        deviceId: "phone",
        modules: ["orders", "chat"],
      },
      { sessionId: ben.sessionId, userId: "ben", modules: ["orders", "chat"] },
    ]);
    const users = (query: Parameters<typeof server.sessions>[0]): string[] =>
      server.sessions(query).map(({ userId }) => userId);
    expect(users({ userId: "ben" })).toEqual(["ben"]);
    expect(users({ scope: DEMO })).toEqual(["ana", "ben"]);
    expect(users({ scope: DEMO, module: "chat" })).toEqual(["ana", "ben"]);
    expect(users({ scope: { place: "elsewhere" } })).toEqual([]);
    expect(users({ module: "kitchen" })).toEqual([]);
    expect(users({ userId: "ana", scope: DEMO, module: "orders" })).toEqual(["ana"]);
  });

  test("are told when they begin and end, each once, replaced ones included", async () => {
    const seen: SessionChange[] = [];
    const { dial, server } = await localServer({ onSession: (change) => seen.push(change) });
    const old = dial("userId=ana&deviceId=d&attempt=1");
    dial("userId=ana&deviceId=d&attempt=2");
    old.link?.close(1000);
    const told = seen.map(({ kind, session: { userId, deviceId } }) => [kind, userId, deviceId]);
    expect(told).toEqual([
      ["opened", "ana", "d"],
      ["closed", "ana", "d"],
      ["opened", "ana", "d"],
    ]);
    expect(server.sessions()).toHaveLength(1);
  });

  test("ERR-10 a listener that throws is logged and changes nothing", async () => {
    const fault = new Error("a bug of the application");
    const { dial, failures } = await localServer({
      onSession: () => {
        throw fault;
      },
    });
    expect(dial("userId=ana").types()).toContain("CONNECT");
    expect(failures).toEqual([fault]);
  });

  test("one that was refused is none", async () => {
    const seen: SessionChange[] = [];
    const { dial } = await localServer({ onSession: (change) => seen.push(change) });
    expect(dial("userId=").closeCode).toBe(1002);
    expect(seen).toEqual([]);
  });
});
