import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { afterEach, describe, expect, test } from "vitest";
import { WebSocketServer, type RawData } from "ws";
import { availableTransports } from "../server/testing/available-transports.js";
import type { Job } from "./jobs.js";
import { FrameReader } from "./load/frame-reader.js";
import { MessageLoad } from "./load/messages.js";
import { measure } from "./measure.js";
import { exitCode, resultsText } from "./report.js";
import { spreadOf, verdictOf } from "./ratio.js";

const servers: WebSocketServer[] = [];

afterEach(() => {
  for (const server of servers.splice(0)) server.close();
});

/** An echo that answers the n-th message, from 0, with what `answer` makes of it. */
async function echo(answer: (n: number, data: RawData) => readonly RawData[]): Promise<number> {
  const server = new WebSocketServer({ port: 0, host: "127.0.0.1" });
  servers.push(server);
  server.on("connection", (socket) => {
    let count = 0;
    socket.on("message", (data) => {
      for (const reply of answer(count, data)) socket.send(reply, { binary: false });
      count += 1;
    });
  });
  await once(server, "listening");
  return (server.address() as AddressInfo).port;
}

describe("the load checks every answer", () => {
  const tenth = (n: number): boolean => n % 10 === 9;
  test.each([
    { of: "doubled", answer: (n: number, data: RawData) => (tenth(n) ? [data, data] : [data]) },
    { of: "lost", answer: (n: number, data: RawData) => (tenth(n) ? [] : [data]) },
    {
      of: "cut short",
      answer: (n: number, data: RawData) => [
        tenth(n) ? Buffer.from(data as Buffer).subarray(1) : data,
      ],
    },
  ])("an answer that is $of ends the measurement", async ({ answer }) => {
    const load = await open(await echo(answer));
    const untilWrong = async (): Promise<never> => {
      for (;;) await load.slice(50);
    };
    await expect(untilWrong()).rejects.toThrow(/echo number/);
    load.close();
  });

  test("answers that are right are counted, each once", async () => {
    let seen = 0;
    const port = await echo((_, data) => {
      seen += 1;
      return [data];
    });
    const load = await open(port);
    let counted = 0;
    while (counted <= 8) counted += await load.slice(50);
    load.close();
    expect(counted).toBe(seen);
  });

  function open(port: number): Promise<MessageLoad> {
    return MessageLoad.open({
      port,
      answering: "echo",
      connections: 2,
      inFlight: 4,
      isHeard: false,
    });
  }
});

// Everything is measured against bare uWebSockets.js.
describe.runIf(availableTransports().includes("uws"))("measurement", () => {
  const bars = { title: "tiny", bars: { gate: 0.001, good: 1, excellent: 1 } };
  const messages = { kind: "messages", connections: 2, inFlight: 4 } as const;
  const jobs: readonly Job[] = [
    { name: "messages", ...bars, work: { ...messages, isHeard: false } },
    { name: "messages heard", ...bars, work: { ...messages, isHeard: true } },
    { name: "fan-out", ...bars, work: { kind: "fan-out", subscribers: 5, burst: 3 } },
  ];
  test.each(jobs)("job $name counts the answers of every server", async (job) => {
    const effort = { rounds: 2, sliceMs: 300, warmMs: 0 };
    const cores = { pin: [], lacks: "it is a test" };
    const result = await measure(job, { ...effort, cores, progress: () => undefined });
    expect(result.servers.map(({ name }) => name)).toEqual([
      "bare uWS",
      "latido",
      "bare uWS again",
    ]);
    for (const { answers, microsEach } of result.servers) {
      expect(answers).toBeGreaterThan(0);
      expect(microsEach).toBeGreaterThan(0);
    }
    expect(result.ratio.median).toBeGreaterThan(0);
    expect(resultsText([result])).toContain("bare ÷ latido");
  });
});

describe("verdict", () => {
  const at = (median: number): { median: number; p10: number; p90: number } => ({
    median,
    p10: median,
    p90: median,
  });
  test.each([
    { ratio: 0.25, equal: 1, verdict: "met", code: 0 },
    { ratio: 0.2, equal: 1.1, verdict: "met", code: 0 },
    { ratio: 0.199, equal: 1, verdict: "missed", code: 1 },
    { ratio: 0.3, equal: 0.89, verdict: "inconclusive", code: 3 },
    { ratio: 0.1, equal: 1.11, verdict: "inconclusive", code: 3 },
  ] as const)("$ratio beside equal servers at $equal is $verdict", ({ ratio, equal, ...is }) => {
    const verdict = verdictOf(at(ratio), at(equal), 0.2);
    expect(verdict).toBe(is.verdict);
    expect(exitCode([{ verdict: "met" }, { verdict }])).toBe(is.code);
  });

  test("a spread is the median and the outer tenths", () => {
    const values = [5, 1, 4, 2, 3, 6, 11, 9, 10, 8, 7];
    expect(spreadOf(values)).toEqual({ median: 6, p10: 2, p90: 10 });
    expect(spreadOf([3, 1])).toMatchObject({ median: 2 });
    expect(() => spreadOf([])).toThrow("nothing was measured");
  });
});

test("frames are cut alike wherever the reads end", () => {
  const texts = ["", "a", "x".repeat(125), "y".repeat(126), "z".repeat(70_000)];
  const frames = texts.map((text) => {
    const { length } = text;
    const head = length < 126 ? 2 : length < 65_536 ? 4 : 10;
    const frame = Buffer.alloc(head + length, text);
    frame[0] = 0x81;
    frame[1] = head === 2 ? length : head === 4 ? 126 : 127;
    if (head === 4) frame.writeUInt16BE(length, 2);
    if (head === 10) frame.writeBigUInt64BE(BigInt(length), 2);
    return frame;
  });
  const all = Buffer.concat(frames);
  for (const size of [1, 2, 3, 127, 1_000, all.length]) {
    const got: string[] = [];
    const unexpected = (): never => {
      throw new Error("only texts were sent");
    };
    const reader = new FrameReader({
      text: (bytes, start, end) => got.push(bytes.toString("latin1", start, end)),
      ping: unexpected,
      closed: unexpected,
    });
    const step = size < 10 ? 600 : all.length;
    for (let at = 0; at < Math.min(step, all.length); at += size) {
      const piece = Buffer.from(all.subarray(at, at + size));
      reader.push(piece, piece.length);
    }
    expect(got).toEqual(size < 10 ? texts.slice(0, 4) : texts);
  }
});
