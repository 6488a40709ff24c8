import type { Contract, Requirement } from "../../codegen/model.js";
import type { Evidence } from "../evidence.js";
import { caseAddress, evidenceAddress, requirementLink } from "../addresses.js";
import { bullets, link, plain } from "../markdown.js";
import type { Types } from "../shape-text.js";

/** All that a page of the reference is rendered from. */
export interface Room {
  readonly contract: Contract;
  readonly types: Types;
  readonly requirements: ReadonlyMap<string, Requirement>;
  readonly evidence: Evidence;
}

export function roomOf(contract: Contract, evidence: Evidence): Room {
  return {
    contract,
    evidence,
    types: new Map(contract.types.map((type) => [type.name, type])),
    requirements: new Map(contract.requirements.map((each) => [each.id, each])),
  };
}

/** Pages by their path below the folder of pages, without `.md`. */
export type Pages = ReadonlyMap<string, string>;

/** Requirements with their sentences; `evidence` leads to the cases and mutants of each. */
export function sentences(ids: readonly string[], room: Room): string {
  return bullets(
    ids.map((id) => {
      const sentence = plain(room.requirements.get(id)?.sentence ?? "");
      return `${requirementLink(id)} ${sentence} (${link("evidence", evidenceAddress(id))})`;
    }),
  );
}

/** The cases that check any of these requirements, each once, with its title. */
export function casesOf(ids: readonly string[], room: Room): string {
  const found = new Set(ids.flatMap((id) => room.evidence.casesOf(id)));
  return bullets(
    [...found].map(({ id, file, title }) => `${link(id, caseAddress(file, id))}: ${plain(title)}`),
  );
}

/** A heading with what stands under it; nothing where nothing does. */
export function section(title: string, ...blocks: readonly string[]): readonly string[] {
  const kept = blocks.filter((block) => block !== "");
  return kept.length === 0 ? [] : [title, ...kept];
}
