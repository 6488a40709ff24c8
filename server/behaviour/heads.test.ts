import { describe, expect, test } from "vitest";
import { VirtualClock } from "../clock.js";
import { memoryStore } from "../stores/memory.js";
import type { EventLog } from "../stores/store.js";
import { localServer, ORDERS, type LocalServer, type Peer } from "../testing/local-server.js";
import { wrapped } from "../testing/wrapped.js";

/** Two instances of one store; fan-out never reaches the second, nor does a read of the log until `release`. */
async function deafInstance(): Promise<{
  one: LocalServer;
  two: LocalServer;
  clock: VirtualClock;
  asked: () => number;
  release: () => Promise<void>;
}> {
  const clock = new VirtualClock();
  const store = memoryStore({ clock });
  let asked = 0;
  let open = (): void => undefined;
  const opened = new Promise<void>((resolve) => (open = resolve));
  const deaf: Partial<EventLog> = {
    subscribe: () => () => undefined,
    heads: (streams) => {
      asked += 1;
      return store.log.heads(streams);
    },
    readAfter: async (...question) => {
      await opened;
      return store.log.readAfter(...question);
    },
  };
  const one = await localServer({ clock, store });
  const two = await localServer({ clock, store: { ...store, log: wrapped(store.log, deaf) } });
  const release = async (): Promise<void> => {
    open();
    for (let turn = 0; turn < 10; turn += 1) await Promise.resolve();
    clock.settle();
  };
  return { one, two, clock, asked: () => asked, release };
}

/** The heads in the answer to a HEARTBEAT of now. */
function listed(peer: Peer): unknown {
  peer.send({ type: "HEARTBEAT" });
  return peer.last("HEARTBEAT_ACK").streams;
}

describe("heads in HEARTBEAT_ACK", () => {
  test("POS-11 POS-12 they come from the log, at most headsCacheMs old, not from fan-out", async () => {
    const { one, two, clock, asked } = await deafInstance();
    const peer = two.dial("userId=a");
    expect(listed(peer)).toBeUndefined();
    const before = asked();
    await one.publish("order_created", 1);
    clock.advance(4_900);
    listed(peer);
    expect(asked()).toBe(before); // what the log said is not too old yet
    clock.advance(100);
    const { stream, epoch } = peer.head(ORDERS);
    expect(listed(peer)).toEqual([{ stream, epoch, lastEventId: 1 }]);
    expect(asked()).toBe(before + 1);
    expect(peer.of("EVENT")).toEqual([]);
  });

  test("POS-13 a head is repeated until what is beyond was written to the session", async () => {
    const { one, two, release } = await deafInstance();
    const peer = two.dial("userId=a");
    await one.publish("order_created", 1);
    await one.publish("order_created", 2);
    const { stream, epoch } = peer.head(ORDERS);
    const head = [{ stream, epoch, lastEventId: 2 }];
    for (let beat = 0; beat < 3; beat += 1) {
      expect(listed(peer)).toEqual(head);
      peer.idle(1_000);
    }
    await release();
    expect(peer.last("SYNC").events.map(({ eventId }) => eventId)).toEqual([1, 2]);
    expect(listed(peer)).toBeUndefined();
  });
});
