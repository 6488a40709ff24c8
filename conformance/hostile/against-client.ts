// The verb `hostile` before a client: it drops each frame, stays connected, and nothing comes of it.

import type { HostileStep } from "../cases/case.js";
import type { Stage } from "../runner/stage.js";
import type { Entry } from "../transcript.js";
import { frameText } from "./frame.js";
import { HostileFrames } from "./frames.js";

/** Frames that a client sends of its own accord, whatever it receives. */
const UNASKED = new Set(["HEARTBEAT", "ping"]);

/** What may not follow a frame that is to be ignored. */
function isEffect({ from, kind, name }: Entry): boolean {
  if (from !== "testee") return false;
  if (kind === "report") return name !== "notice" && name?.startsWith("x-") !== true;
  return kind === "closed" || kind === "dial" || (kind === "frame" && !UNASKED.has(name ?? ""));
}

export async function hostileToClient(stage: Stage, step: HostileStep): Promise<void> {
  const peer = stage.usable(step.on);
  const frames = new HostileFrames({
    contract: stage.contract,
    direction: "server-to-client",
    seed: stage.seed,
    bounds: { frameBytes: 65_536, payloadBytes: 32_768, metadataBytes: 4_096 },
    ...(step.kinds === undefined ? {} : { kinds: step.kinds }),
  });
  // Whatever is still under way comes before the first of them.
  await stage.fence();
  for (let index = 0; index < step.count; index += 1) {
    const frame = frames.next();
    const from = stage.transcript.entries.length;
    peer.sendText(frame.data, frame.pieces);
    await stage.fence();
    const effect = stage.transcript.entries.find((entry) => entry.index >= from && isEffect(entry));
    if (!effect) continue;
    throw stage.failed({
      kind: "forbidden",
      requirements: [frame.requirement],
      problem: `hostile frame ${index + 1} (${frame.kind}; ${frame.what}) had an effect: ${frameText(frame)}`,
      expected: "no effect: the frame is ignored",
      actual: { [effect.kind]: effect.name ?? effect.kind, ...asValue(effect) },
    });
  }
}

function asValue({ value }: Entry): { readonly value?: unknown } {
  return value === undefined ? {} : { value };
}
