// A case of the driven tier as it is seen when the client delivers an event twice.

import type { CaseResult } from "../runner/verdict.js";
import type { Entry } from "../transcript.js";
import { failedCase } from "./sample.test-support.js";

const ORDERS = '{"module":"orders","scope":{"place":"demo"}}';
const position = (eventId: number): object => ({ stream: ORDERS, epoch: "e1", eventId });

const toTestee = { from: "runner" } as const;
const fromTestee = { from: "testee" } as const;
const wire = { lane: "wire", on: "c1", kind: "frame" } as const;
const report = { lane: "driver", kind: "report" } as const;
const command = { kind: "command", lane: "driver", ...toTestee } as const;

const event = { ...wire, ...toTestee, name: "EVENT", value: { type: "EVENT", ...position(1) } };
const delivered = { ...report, ...fromTestee, name: "delivered", value: position(1) };

const SCENE: readonly Omit<Entry, "index" | "atMs">[] = [
  { ...command, name: "case.begin", value: { seed: 1 } },
  { ...command, name: "open", value: { url: "ws://127.0.0.1:1/" } },
  { lane: "wire", kind: "dial", ...fromTestee, value: { path: "/" } },
  {
    ...wire,
    ...toTestee,
    name: "CONNECT",
    value: { type: "CONNECT", streams: [{ stream: ORDERS, epoch: "e1", lastEventId: 0 }] },
  },
  ...Array.from({ length: 10 }, () => event),
  { ...wire, ...fromTestee, name: "HEARTBEAT", value: { type: "HEARTBEAT" } },
  delivered,
  { ...command, lane: "clock", name: "clock.advance", value: { ms: 50 } },
  delivered,
  { ...command, name: "case.end", value: {} },
];

export function sceneCase(): CaseResult {
  return failedCase(
    "stream/in-order-and-once",
    {
      kind: "monitor",
      monitor: "dense_delivery",
      problem: "an event was delivered that is not beyond the last one",
      expected: "eventId 2",
      actual: position(1),
      step: 1,
      entry: SCENE.length - 2,
    },
    {
      title: "Events are delivered in order and once",
      transcript: SCENE.map((each, index) => ({ ...each, index, atMs: index / 2 })),
      stderr: "warning: something\n",
      looksLike: "client/no-dedup",
    },
  );
}
