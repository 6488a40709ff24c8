import type { Requirement } from "../model.js";
import type { Problem } from "../problem.js";

/** Where a citation counts as a trial of the requirement: a test beside its source, or a case of the suite. */
const TRIALS = /\.test\.ts$|\/conformance\/cases\/[^/]+\.yaml$/u;

/** True for a file whose citations say that a requirement is tried there. */
export function isTrial(file: string): boolean {
  return TRIALS.test(file.replaceAll("\\", "/"));
}

/**
 * Reports each requirement that no test and no case cites. One that cannot be observed is `review`, and
 * says in its `reason` why; the loader insists on that.
 */
export function checkCoverage(
  requirements: readonly Requirement[],
  tried: ReadonlySet<string>,
  place: { readonly file: string; readonly lineOf: (index: number) => number },
): readonly Problem[] {
  return requirements.flatMap(({ id, observable }, index) => {
    if (observable === "review" || tried.has(id)) return [];
    return [
      {
        ...{ file: place.file, line: place.lineOf(index), column: 1 },
        message: `no test and no case cites ${id}`,
        advice: "cite it where it is tried, or set observable: review with a reason",
      },
    ];
  });
}
