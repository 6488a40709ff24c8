// The verb `hostile` before a server: each frame gets the answer that the contract gives it, and no other.

import type { HostileStep } from "../cases/case.js";
import { sentFrame } from "../cases/expand.js";
import { isObject, member, numberOr } from "../json.js";
import type { Peer } from "../adversary/peer.js";
import type { Stage } from "../runner/stage.js";
import type { Failure } from "../runner/verdict.js";
import type { Entry } from "../transcript.js";
import { answerText, frameText, type Answer, type HostileFrame } from "./frame.js";
import { HostileFrames } from "./frames.js";
import type { Bounds } from "./oracle.js";
import { shrunk } from "./shrink.js";

/** The tenth closes the connection (ERR-6): another is dialled before. */
const MOST_VIOLATIONS = 8;

const HURRIED_MS = 300;

const OF_FORM = new Set(["invalid_json", "invalid_message", "unknown_type", "payload_too_large"]);

/** What a case's server was told to be, and how it is dialled. */
export interface HostileServer {
  /** Opens a connection of this name that has its CONNECT. */
  readonly dial: (name: string) => Promise<void>;
  readonly metadataBytes: number;
}

class Attacker {
  #dials = 0;
  #peer: Peer | undefined;
  #violations = 0;
  /** HEARTBEAT_ACKs that are still to come. */
  #beats = 0;
  /** How long an answer may take. */
  #patienceMs: number;

  constructor(
    private readonly stage: Stage,
    private readonly server: HostileServer,
  ) {
    this.#patienceMs = stage.hangMs;
  }

  /** One frame has failed: what follows only makes it smaller, and need not wait for long. */
  hurry(): void {
    this.#patienceMs = Math.min(this.#patienceMs, HURRIED_MS);
  }

  async fresh(): Promise<Peer> {
    await this.#peer?.finish();
    const name = `hostile${(this.#dials += 1)}`;
    await this.server.dial(name);
    this.#violations = 0;
    this.#beats = 0;
    this.#peer = this.stage.peer(name);
    return this.#peer;
  }

  async finish(): Promise<void> {
    await this.#peer?.finish();
  }

  /** The limits that the last connection was told. */
  bounds(): Bounds {
    const connect = member(this.stage.variables.get(this.#peer?.name ?? ""), "connect");
    const limits = member(connect, "limits");
    return {
      frameBytes: numberOr(member(limits, "maxFrameBytes"), 65_536),
      payloadBytes: numberOr(member(limits, "maxPayloadBytes"), 32_768),
      metadataBytes: this.server.metadataBytes,
    };
  }

  /** Sends one and waits for what comes of it: undefined where that is right. */
  async tried(frame: HostileFrame): Promise<Answer | undefined> {
    const isSpent = this.#violations >= MOST_VIOLATIONS || this.#peer?.usable !== true;
    const peer = isSpent ? await this.fresh() : (this.#peer ?? (await this.fresh()));
    const from = this.stage.transcript.entries.length;
    if (frame.binary) peer.sendBinary(frame.data);
    else peer.sendText(frame.data, frame.pieces);
    const answer = await this.#answer(peer, frame, from);
    if (answer.kind === "error" && answer.code !== "unknown_type") this.#violations += 1;
    return frame.answers.some((each) => same(each, answer)) ? undefined : answer;
  }

  async #answer(peer: Peer, frame: HostileFrame, from: number): Promise<Answer> {
    const mayBeServed = frame.answers.some(({ kind }) => kind === "served");
    const isOurs = ({ index, on }: Entry): boolean => index >= from && on === peer.name;
    if (mayBeServed && isHeartbeat(frame)) this.#beats += 1;
    if (!mayBeServed) {
      await this.#next((entry) => isOurs(entry) && (isRefusal(entry) || entry.kind === "closed"));
    }
    if (frame.answers[0]?.kind !== "closed") await this.#fence(peer);
    const seen = this.stage.transcript.entries.filter(isOurs);
    const end = seen.find(({ kind }) => kind === "closed");
    if (end) return { kind: "closed", code: numberOr(member(end.value, "code"), 1006) };
    const refusal = seen.find(isRefusal);
    if (!refusal) return { kind: "served" };
    return { kind: "error", code: String(member(refusal.value, "code")) };
  }

  async #fence(peer: Peer): Promise<void> {
    if (!peer.usable) {
      await peer.reached(this.stage.hangMs);
      return;
    }
    peer.sendFrame(sentFrame({ type: "HEARTBEAT" }, "client"));
    for (this.#beats += 1; this.#beats > 0; this.#beats -= 1) {
      const found = await this.#next(
        (entry) =>
          entry.on === peer.name &&
          (entry.kind === "closed" || (entry.from === "testee" && entry.name === "HEARTBEAT_ACK")),
      );
      if (found?.name !== "HEARTBEAT_ACK") return;
      this.stage.transcript.take(found);
    }
  }

  async #next(accepts: (entry: Entry) => boolean): Promise<Entry | undefined> {
    return await this.stage.transcript.next(accepts, this.#patienceMs);
  }
}

function isRefusal({ from, name, value }: Entry): boolean {
  return from === "testee" && name === "ERROR" && OF_FORM.has(String(member(value, "code")));
}

function isHeartbeat({ data }: HostileFrame): boolean {
  try {
    const value: unknown = JSON.parse(data.toString("utf8"));
    return isObject(value) && value.type === "HEARTBEAT";
  } catch {
    return false;
  }
}

function same(one: Answer, other: Answer): boolean {
  if (one.kind === "error") return other.kind === "error" && other.code === one.code;
  if (one.kind === "closed") return other.kind === "closed" && other.code === one.code;
  return one.kind === other.kind;
}

/** Sends `count` frames; the first that is answered wrongly ends the case, made as small as it gets. */
export async function hostileToServer(
  stage: Stage,
  step: HostileStep,
  server: HostileServer,
): Promise<void> {
  const before = stage.current;
  const attacker = new Attacker(stage, server);
  await attacker.fresh();
  const frames = new HostileFrames({
    contract: stage.contract,
    direction: "client-to-server",
    seed: stage.seed,
    bounds: attacker.bounds(),
    ...(step.kinds === undefined ? {} : { kinds: step.kinds }),
  });
  const sent: HostileFrame[] = [];
  for (let index = 0; index < step.count; index += 1) {
    const frame = frames.next();
    sent.push(frame);
    const answer = await attacker.tried(frame);
    if (answer) throw stage.failed(await explained(attacker, frames, frame, answer, index));
  }
  await attacker.finish();
  stage.current = before;
}

async function explained(
  attacker: Attacker,
  frames: HostileFrames,
  frame: HostileFrame,
  answer: Answer,
  index: number,
): Promise<Failure> {
  let last = answer;
  attacker.hurry();
  const fails = async (candidate: HostileFrame): Promise<boolean> => {
    await attacker.fresh();
    const again = await attacker.tried(candidate);
    if (again) last = again;
    return again !== undefined;
  };
  const isAlone = await fails(frame);
  const { kind, pieces, what } = frame;
  const rejudged = (data: Buffer): HostileFrame | undefined =>
    frames.judged({ data, binary: false, what, loose: false }, kind, pieces);
  const smallest = isAlone ? await shrunk(frame, rejudged, fails) : frame;
  const alone = isAlone
    ? ""
    : `, but not alone on a fresh connection: what was sent before it matters`;
  return {
    kind: "mismatch",
    requirements: [frame.requirement],
    problem: `hostile frame ${index + 1} (${kind}; ${what}) was answered wrongly${alone}: ${frameText(smallest)}`,
    expected: smallest.answers.map(answerText).join(" or "),
    actual: answerText(last),
  };
}
