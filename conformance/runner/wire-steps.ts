// Steps that act on a connection, the same in both tiers.

import { setTimeout } from "node:timers/promises";

import type { RawStep, SendStep, StepArguments } from "../cases/case.js";
import { sentFrame } from "../cases/expand.js";
import { isObject, type JsonObject } from "../json.js";
import type { Stage } from "./stage.js";
import { CaseEnd } from "./verdict.js";

function framesOf(step: SendStep): readonly JsonObject[] {
  if (step.frame) return [step.frame];
  return (step.frames ?? []).filter(isObject);
}

export function sendStep(stage: Stage, step: SendStep, as: "server" | "client"): void {
  const direction = as === "server" ? "server-to-client" : "client-to-server";
  const peer = stage.usable(step.on);
  for (const given of framesOf(step)) {
    const frame = sentFrame(given, as);
    const judged = stage.contract.judgeFrame(direction, frame);
    // A frame of ours that breaks the contract unannounced is the runner's own fault.
    if (judged.kind === "invalid" && step.invalid !== true) {
      throw new CaseEnd("error", {
        kind: "suite",
        requirements: [],
        problem: `the case sends an invalid ${String(frame.type)}: ${judged.path} ${judged.problem}`,
        actual: frame,
      });
    }
    peer.sendFrame(frame, step.pieces);
  }
}

export function rawStep(stage: Stage, step: RawStep): void {
  const peer = stage.usable(step.on);
  for (let time = 0; time < (step.times ?? 1); time += 1) {
    if (step.binary !== undefined) peer.sendBinary(Buffer.from(step.binary, "hex"));
    else if (step.bytes !== undefined) peer.sendBytes(Buffer.from(step.bytes, "hex"));
    else if (step.textBytes !== undefined) peer.sendText(Buffer.from(step.textBytes, "hex"));
    else if (step.size !== undefined)
      peer.sendText(Buffer.from((step.fill ?? "x").repeat(step.size)));
    else peer.sendText(Buffer.from(step.text ?? ""));
  }
}

/** Closes, and waits for the other side's answer: what follows finds the connection over. */
export async function endStep(stage: Stage, step: StepArguments["end"]): Promise<void> {
  const peer = stage.usable(step.on);
  peer.close(step.code, step.reason ?? "");
  await peer.reached(stage.hangMs);
}

export function dropStep(stage: Stage, step: StepArguments["drop"]): void {
  stage.usable(step.on).drop();
}

/** With `forMs` the silence itself is the provocation: it lasts so long and ends. */
export async function stallStep(stage: Stage, step: StepArguments["stall"]): Promise<void> {
  const peer = stage.usable(step.on);
  peer.stall(step.off !== true);
  if (step.forMs === undefined) return;
  await setTimeout(step.forMs);
  peer.stall(false);
}

export function pongStep(stage: Stage, step: StepArguments["pong"]): void {
  stage.usable(step.on).pong();
}
