import { describe, expect, test } from "vitest";

import { CHAT, EPOCH, head, ORDERS, SessionProbe } from "./session-probe.js";

function at(lastEventId: number, stream = ORDERS, epoch = EPOCH): object {
  return { stream, epoch, lastEventId };
}

describe("positions", () => {
  test("POS-3, POS-4: without a position a stream begins at its first head, stored at once", () => {
    const probe = new SessionProbe().connect([head(41, { ackedEventId: 3 })]);
    expect(probe.stored()).toEqual([at(41)]);
    expect(probe.asked()).toEqual([]);
  });

  test.each([
    ["POS-5: acked begins where this device acknowledged", "acked", 30, [at(30)]],
    ["POS-5: acked without a value begins like earliest", "acked", undefined, [at(0)]],
    ["POS-6: earliest asks from 0", "earliest", 30, [at(0)]],
  ] as const)("%s", (_, startFrom, ackedEventId, asked) => {
    const acked = ackedEventId === undefined ? {} : { ackedEventId };
    const probe = new SessionProbe({ startFrom }).connect([head(41, acked)]);
    expect(probe.asked()).toEqual(asked);
  });

  test("POS-6: earliest asks nothing of an empty stream", () => {
    const probe = new SessionProbe({ startFrom: "earliest" }).connect([head(0)]);
    expect(probe.asked()).toEqual([]);
  });

  test.each(["latest", "acked", "earliest"] as const)(
    "POS-7: a stored position wins over startFrom %s",
    (startFrom) => {
      const positions = [{ stream: ORDERS, epoch: EPOCH, lastEventId: 12 }];
      const probe = new SessionProbe({ startFrom, positions });
      probe.connect([head(41, { ackedEventId: 20 })]);
      expect(probe.asked()).toEqual([at(12)]);
      expect(probe.stored()).toEqual([]);
    },
  );

  test("POS-1: the position survives a reconnect", () => {
    const probe = new SessionProbe()
      .connect([head(5)])
      .event(6)
      .event(7);
    probe.reopen().accept([head(9)]);
    expect(probe.asked()).toEqual([at(7)]);
  });

  test("POS-2: a position is stored when its handler has finished, not before", () => {
    const probe = new SessionProbe().connect([head(5)]).forget();
    probe.prompt = false;
    probe.event(6);
    expect(probe.stored()).toEqual([]);
    probe.handled(6);
    expect(probe.stored()).toEqual([at(6)]);
  });

  test("POS-1, POS-2: what was delivered is not delivered again while its handler runs", () => {
    const probe = new SessionProbe().connect([head(5)]);
    probe.prompt = false;
    probe
      .event(6)
      .reopen()
      .accept([head(7)]);
    expect(probe.asked()).toEqual([at(6)]);
    probe.page(5, [6, 7]);
    expect(probe.delivered()).toEqual([6]);
  });
});

describe("acknowledgement", () => {
  test("ACK-1, ACK-2: an ACK follows the handler by maxDelayMs at the latest", () => {
    const probe = new SessionProbe().connect([head(5)]);
    probe.prompt = false;
    probe.event(6).elapse(2_000);
    expect(probe.acked()).toEqual([]);
    probe.handled(6).elapse(999);
    expect(probe.acked()).toEqual([]);
    probe.elapse(1);
    expect(probe.acked()).toEqual([at(6)]);
  });

  test("ACK-4: one ACK covers all streams, with the highest processed id of each", () => {
    const probe = new SessionProbe().connect([head(0), head(0, { stream: CHAT })]);
    probe.event(1).event(1, { stream: CHAT }).event(2).elapse(1_000);
    expect(probe.sentOf("ACK")).toHaveLength(1);
    expect(probe.acked()).toEqual([at(2), at(1, CHAT)]);
  });

  test("ACK-3: enough processed events are acknowledged at once", () => {
    const probe = new SessionProbe().connect([head(0)], {
      ack: { maxDelayMs: 1_000, maxPending: 3 },
    });
    probe.event(1).event(2);
    expect(probe.acked()).toEqual([]);
    probe.event(3);
    expect(probe.acked()).toEqual([at(3)]);
    probe.event(4).elapse(999);
    expect(probe.acked()).toEqual([at(3)]);
    probe.elapse(1);
    expect(probe.acked()).toEqual([at(3), at(4)]);
  });

  test("ACK-9: what the server lacks is acknowledged after CONNECT", () => {
    const probe = new SessionProbe()
      .connect([head(5)])
      .event(6)
      .event(7);
    probe.reopen().accept([head(7, { ackedEventId: 6 })]);
    expect(probe.acked()).toEqual([at(7)]);
  });

  test("ACK-9: a handler that ended without a connection is acknowledged by the next", () => {
    const probe = new SessionProbe().connect([head(5)]);
    probe.prompt = false;
    probe
      .event(6)
      .end()
      .handled(6)
      .elapse(10_000)
      .open()
      .accept([head(6)]);
    expect(probe.acked()).toEqual([at(6)]);
  });

  test.each([
    ["knows it", head(7, { ackedEventId: 7 })],
    ["knows more", head(9, { ackedEventId: 8 })],
    ["has another epoch", head(7, { epoch: "e2" })],
  ])("ACK-9: nothing is acknowledged that the server %s", (_, announced) => {
    const probe = new SessionProbe()
      .connect([head(5)])
      .event(6)
      .event(7)
      .elapse(1_000)
      .forget();
    probe.reopen().accept([announced]);
    expect(probe.acked()).toEqual([]);
  });

  test("ACK-9: nor what was processed without a connection and is known all the same", () => {
    const probe = new SessionProbe().connect([head(5)]);
    probe.prompt = false;
    probe
      .event(6)
      .end()
      .handled(6)
      .elapse(10_000)
      .open()
      .accept([head(6, { ackedEventId: 6 })]);
    expect(probe.elapse(1_000).acked()).toEqual([]);
  });

  test("ACK-2: an ACK waits for no connection that is over", () => {
    const probe = new SessionProbe().connect([head(5)]).event(6);
    const more = { retryAfterMs: 60_000, spreadMs: 0 };
    probe.frame({ type: "DISCONNECT", code: 1013, reason: "", reconnect: true, ...more }).end(1013);
    expect(probe.session.deadline).toBe(probe.now + 60_000);
  });

  test("ACK-4: a stream that is no longer the session's is not acknowledged", () => {
    const probe = new SessionProbe().connect([head(5), head(0, { stream: CHAT })]);
    probe
      .event(6)
      .event(1, { stream: CHAT })
      .frame({
        type: "TOKEN_REFRESHED",
        token: { expiresInMs: 60_000, refreshLeadMs: 1_000 },
        modules: [],
        streams: [head(1, { stream: CHAT })],
      });
    expect(probe.elapse(1_000).acked()).toEqual([at(1, CHAT)]);
  });

  test("ACK-9: a stored position was processed", () => {
    const positions = [{ stream: ORDERS, epoch: EPOCH, lastEventId: 12 }];
    const probe = new SessionProbe({ positions }).connect([head(12, { ackedEventId: 7 })]);
    expect(probe.acked()).toEqual([at(12)]);
  });

  test("ACK-1: a position that only began at the head is not acknowledged", () => {
    const probe = new SessionProbe().connect([head(41)]).elapse(1_000);
    probe
      .reopen()
      .accept([head(41)])
      .elapse(1_000);
    expect(probe.acked()).toEqual([]);
  });

  test("ACK-2: suspend and disconnect acknowledge first", () => {
    for (const type of ["suspend", "disconnect"] as const) {
      const probe = new SessionProbe()
        .connect([head(5)])
        .event(6)
        .input({ type });
      expect(probe.acked()).toEqual([at(6)]);
      expect(probe.sent().at(-1)?.type).toBe("DISCONNECT");
    }
  });
});
