// Hostile peers, several at a time: each sends a batch, checks every answer, and dials again.

import { loadContract } from "../../conformance/contract.js";
import { member } from "../../conformance/json.js";
import { Connection, type Target } from "../wire/connection.js";
import { Batches, batchText, fits, OF_FORM, type Batch } from "./batch.js";

export interface AttackOptions {
  readonly target: Target;
  readonly seed: number;
  /** At least so many frames are sent. */
  readonly frames: number;
  /** Peers at a time. */
  readonly peers: number;
  /** Names the peers of this attack apart from those of another. */
  readonly name: string;
  /** Told how many frames were sent since the last call. */
  readonly onSent?: (frames: number) => void;
}

export interface AttackReport {
  readonly frames: number;
  readonly connections: number;
  readonly bytes: number;
  readonly closes: Readonly<Record<string, number>>;
  /** Answers that the contract does not give; the first few. */
  readonly faults: readonly string[];
}

/** Limits that the server announces by default, which the oracle judges by. */
const BOUNDS = { frameBytes: 65_536, payloadBytes: 32_768, metadataBytes: 4_096 };
const HANG_MS = 15_000;
const MOST_FAULTS = 3;
const ABNORMAL = 1006;

export async function attack(options: AttackOptions): Promise<AttackReport> {
  const { target, seed, peers, name, onSent } = options;
  const batches = new Batches(loadContract(), BOUNDS, seed);
  const closes: Record<string, number> = {};
  const faults: string[] = [];
  let frames = 0;
  let connections = 0;
  let bytes = 0;
  const run = async (peer: number): Promise<void> => {
    while (frames < options.frames && faults.length < MOST_FAULTS) {
      const batch = batches.next();
      const count = batch.frames.length + (batch.damage === undefined ? 0 : 1);
      frames += count;
      bytes += batch.bytes.length;
      connections += 1;
      const { code, fault } = await tried(target, batch, `userId=${name}-${peer}`);
      closes[code] = (closes[code] ?? 0) + 1;
      if (fault !== undefined) {
        const where = `batch ${batch.index} of attack ${name} with seed ${seed}`;
        faults.push(`${where}: ${fault}\n${batchText(batch)}`);
      }
      onSent?.(count);
    }
  };
  await Promise.all(Array.from({ length: peers }, (_, peer) => run(peer)));
  return { frames, connections, bytes, closes, faults };
}

interface Outcome {
  readonly code: number | "dropped";
  readonly fault: string | undefined;
}

/** One batch on a connection of its own. */
async function tried(target: Target, batch: Batch, query: string): Promise<Outcome> {
  const connection = new Connection(target, { query });
  const codes: string[] = [];
  const seen = { connect: false };
  const answered = new Promise<void>((resolve) => {
    connection.onPong = resolve;
  });
  connection.onText = (text) => {
    if (text.includes('"type":"CONNECT"')) {
      seen.connect = true;
      connection.write(batch.bytes);
      if (batch.ends === undefined) connection.ping();
    } else if (text.includes('"type":"ERROR"')) {
      const code = String(member(JSON.parse(text), "code"));
      if (OF_FORM.has(code)) codes.push(code);
    }
  };
  const end = await within(HANG_MS, connection.closed, answered);
  const unfit = fits(batch, codes, typeof end === "number" ? end : undefined)
    ? undefined
    : `answered ${codes.join(", ") || "nothing"}`;
  if (end === "hung") {
    connection.drop();
    return { code: "dropped", fault: `no end within ${HANG_MS} ms after ${codes.length} ERRORs` };
  }
  if (typeof end === "number") {
    // A reset may overtake what was written before it.
    const isRight = batch.ends?.includes(end) === true || (batch.ends && end === ABNORMAL);
    const fault = isRight ? (end === ABNORMAL ? undefined : unfit) : `closed with ${end}`;
    return { code: end, fault: seen.connect ? fault : `closed with ${end} before CONNECT` };
  }
  return { code: await damaged(connection, batch), fault: unfit };
}

/** The peer goes on with bytes that are no message, and breaks off where the server need not. */
async function damaged(connection: Connection, { damage }: Batch): Promise<number | "dropped"> {
  if (damage === undefined) return "dropped";
  connection.write(damage.bytes);
  if (damage.isHalf) {
    connection.drop();
    return "dropped";
  }
  const end = await within(HANG_MS, connection.closed);
  connection.drop();
  return typeof end === "number" ? end : "dropped";
}

async function within(
  limitMs: number,
  closed: Promise<number>,
  answered?: Promise<void>,
): Promise<number | "answered" | "hung"> {
  let timer: NodeJS.Timeout | undefined;
  const hang = new Promise<"hung">((resolve) => {
    timer = setTimeout(resolve, limitMs, "hung");
  });
  const all: Promise<number | "answered" | "hung">[] = [closed, hang];
  if (answered) all.push(answered.then(() => "answered"));
  try {
    return await Promise.race(all);
  } finally {
    clearTimeout(timer);
  }
}
