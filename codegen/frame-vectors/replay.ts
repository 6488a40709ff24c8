import { describeDifference, firstDifference } from "../../conformance/vectors/first-difference.js";
import type { Json } from "../contract/json.js";
import type { Contract, Sender } from "../model.js";
import type { FrameVector } from "./frame-vectors.js";
import { knownMembers } from "./known-members.js";

/** What a decoder of frames answers. */
export type Decoded =
  | { readonly kind: "frame"; readonly frame: unknown }
  | { readonly kind: "unknown" }
  | { readonly kind: "invalid"; readonly path: string };

export type Decode = (from: Sender, text: string) => Decoded;

/** What a decoder takes otherwise than a vector says, in one line that names it; undefined: they agree. */
export function disagreement(
  contract: Contract,
  vector: FrameVector,
  decode: Decode,
): string | undefined {
  const { name, from, frame: text } = vector;
  const answer = decode(from, text); // may not throw, whatever it is
  if (vector.verdict === "either") return undefined;
  const expected = {
    verdict: vector.verdict,
    ...("value" in vector ? { value: vector.value } : {}),
    ...("path" in vector ? { path: vector.path } : {}),
  };
  const found = firstDifference(expected, told(contract, from, answer));
  return found === undefined ? undefined : `${name}, ${describeDifference(found)}`;
}

function told(contract: Contract, from: Sender, answer: Decoded): unknown {
  switch (answer.kind) {
    case "unknown":
      return { verdict: "unknown" };
    case "invalid":
      return { verdict: "invalid", path: answer.path };
    case "frame": {
      const value = answer.frame as Json & { readonly type: string };
      const frame = contract.frames.find(
        ({ sender, type }) => sender === from && type === value.type,
      );
      if (frame === undefined) return { verdict: "valid", value };
      return { verdict: "valid", value: knownMembers(contract, frame.name, value) };
    }
  }
}
