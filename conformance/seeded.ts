import { createHash } from "node:crypto";

/** A seed of 32 bits for one case, from the seed of the run. */
export function caseSeed(runSeed: number, caseId: string): number {
  return createHash("sha256").update(`${runSeed}/${caseId}`).digest().readUInt32BE(0);
}

/** A UUID that a seed and a name fix, so that a repeated run sends the same bytes. */
export function seededUuid(seed: number, name: string): string {
  const hex = createHash("sha256").update(`uuid/${seed}/${name}`).digest("hex");
  const variant = ((Number.parseInt(hex.slice(16, 18), 16) & 0x3f) | 0x80).toString(16);
  return [
    hex.slice(0, 8),
    hex.slice(8, 12),
    `4${hex.slice(13, 16)}`,
    `${variant}${hex.slice(18, 20)}`,
    hex.slice(20, 32),
  ].join("-");
}

export function randomSeed(): number {
  return Math.floor(Math.random() * 2 ** 32);
}
