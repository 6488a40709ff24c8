import type { Step } from "./driver.js";
import type { SessionEffect } from "./effects.js";
import type { SessionInput } from "./inputs.js";

const HIDDEN = "[token]";

/** A step without its tokens (AUTH-20). */
export function withoutTokens(step: Step): Step {
  return { ...step, input: hideInInput(step.input), effects: step.effects.map(hideInEffect) };
}

function hideInInput(input: SessionInput): SessionInput {
  return input.type === "token" ? { ...input, token: HIDDEN } : input;
}

function hideInEffect(effect: SessionEffect): SessionEffect {
  if (effect.type === "open" && effect.token !== undefined) return { ...effect, token: HIDDEN };
  if (effect.type !== "send" || !effect.text.startsWith('{"type":"TOKEN_REFRESH"')) return effect;
  const frame = JSON.parse(effect.text) as Readonly<Record<string, unknown>>;
  return { ...effect, text: JSON.stringify({ ...frame, token: HIDDEN }) };
}
