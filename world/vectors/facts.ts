import { type ClientFact, placeOf } from "../client-facts.js";
import type { Fact, WireFrame } from "../history.js";
import type { WorldPlan } from "../plan.js";
import { type SeenPresence, showPresence } from "../seen-presence.js";
import type { SessionInput } from "../sessions.js";
import type { Trace, VectorEffect, VectorStep, WorldVector } from "./vector.js";

/** Virtual time 0 of a world, by a clock that is right. */
const START = 1_760_000_000_000;

interface Numbered {
  readonly n: number;
  readonly facts: readonly Fact[];
}

/**
 * The history of a recorded world as its traces tell it: what came out of the sessions is taken from their
 * effects alone, so that a judge of this list judges the traces.
 */
export function factsOf(vector: WorldVector, plan: WorldPlan): readonly Fact[] {
  const told = [...vector.facts.map(({ n, fact }) => ({ n, facts: [fact] }))];
  const last = new Map<number, readonly Fact[]>();
  for (const trace of vector.traces) {
    const { facts, presence } = factsOfTrace(trace, plan);
    told.push(...facts.map(({ n, facts: some }) => ({ n, facts: [...some] })));
    last.set(trace.head.client, presence);
  }
  return [
    ...told.sort((one, other) => one.n - other.n).flatMap(({ facts }) => facts),
    ...[...last.values()].flat(),
  ];
}

function factsOfTrace(
  { head, steps }: Trace,
  plan: WorldPlan,
): { readonly facts: readonly Numbered[]; readonly presence: readonly Fact[] } {
  const { client, life, settings } = head;
  const error = plan.clients[client]?.clockErrorMs ?? 0;
  const positions = settings.positions.map(({ stream, epoch, lastEventId }) => ({
    stream,
    epoch,
    eventId: lastEventId,
  }));
  const seen: SeenPresence = new Map();
  const began: Fact = { fact: "started", at: 0, client, life, positions };
  const facts = steps.map((step): Numbered => {
    const of = { at: step.now - START - error, client, life };
    return {
      n: step.n,
      facts: factsOfStep(step, seen).map((fact) => ({ ...fact, ...of })),
    };
  });
  const presence = [...seen].map(([group, members]): Fact => ({
    fact: "presenceSeen",
    at: plan.endAt,
    client,
    life,
    group,
    members,
  }));
  return { facts: [{ n: head.n, facts: [began] }, ...facts], presence };
}

function factsOfStep({ input, effects }: VectorStep, seen: SeenPresence): readonly ClientFact[] {
  return [...factsOfInput(input), ...effects.flatMap((effect) => factsOfEffect(effect, seen))];
}

function factsOfInput(input: SessionInput): readonly ClientFact[] {
  switch (input.type) {
    case "frame": {
      const frame = frameOf(input.text);
      if (frame === undefined) return [];
      return [{ fact: "frameIn", generation: input.generation, frame }];
    }
    case "ended":
      return [{ fact: "ended", generation: input.generation, code: input.code }];
    case "signal":
      return [{ fact: "signalled" }];
    case "suspend":
      return [{ fact: "suspended" }];
    case "disconnect":
      return [{ fact: "disconnected" }];
    case "connect":
    case "resume":
      return [{ fact: "resumed" }];
    case "send": {
      const { mark } = input.payload as { readonly mark: string };
      return [{ fact: "sent", messageId: input.messageId, mark }];
    }
    case "setPresence":
      return [{ fact: "presenceSet", status: input.status }];
    case "handled": {
      const { stream, epoch, eventId } = input;
      return [{ fact: "handled", stream, epoch, eventId }];
    }
    case "reloaded":
    case "reloadFailed": {
      const { stream, reloadId, type } = input;
      return [{ fact: "reloadEnded", stream, reloadId, failed: type === "reloadFailed" }];
    }
    case "opened":
    case "token":
    case "tokenFailed":
    case "messageStored":
    case "tick":
      return [];
  }
}

function factsOfEffect(effect: VectorEffect, seen: SeenPresence): readonly ClientFact[] {
  switch (effect.type) {
    case "open":
      return [{ fact: "dialled", generation: effect.generation }];
    case "send":
      return [{ fact: "frameOut", generation: effect.generation, frame: effect.frame }];
    case "deliver": {
      const { stream, epoch, eventId, payload } = effect.event;
      const { mark } = payload as { readonly mark: string };
      return [{ fact: "delivered", stream, epoch, eventId, mark }];
    }
    case "reload": {
      const { stream, epoch, lastEventId: eventId, reason } = effect.refresh;
      const { reloadId } = effect;
      return [{ fact: "reloadBegan", stream, epoch, eventId, reloadId, reason }];
    }
    case "storePosition": {
      const { stream, epoch, lastEventId: eventId } = effect.position;
      return [{ fact: "stored", stream, epoch, eventId }];
    }
    case "settle":
      return [settled(effect)];
    case "refuse": {
      const { messageId, refusal } = effect;
      return [{ fact: "settled", messageId, status: "failed", reason: refusal.why }];
    }
    case "state":
      return [{ fact: "state", ...effect.state }];
    case "presence":
      showPresence(seen, effect.presence);
      return [];
    case "close":
    case "requestToken":
    case "storeMessage":
    case "forgetMessage":
    case "notice":
      return [];
  }
}

function settled({
  messageId,
  result,
}: Extract<VectorEffect, { readonly type: "settle" }>): ClientFact {
  const { status } = result;
  switch (status) {
    case "accepted":
      return { fact: "settled", messageId, status, place: placeOf(result) };
    case "failed":
      return { fact: "settled", messageId, status, reason: result.reason };
    case "unknown_outcome": {
      const { kept } = result;
      return { fact: "settled", messageId, status, ...(kept === undefined ? {} : { kept }) };
    }
  }
}

/** Undefined for what is no frame at all, as unreliable servers send it. */
function frameOf(text: string): WireFrame | undefined {
  try {
    const value = JSON.parse(text) as Partial<WireFrame>;
    return typeof value.type === "string" ? (value as WireFrame) : undefined;
  } catch {
    return undefined;
  }
}
