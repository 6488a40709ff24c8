/** A mutant of another language cannot be tried here; that says nothing about the suite. */
export class ToolchainMissing extends Error {
  constructor(
    readonly language: string,
    readonly wanted: string,
  ) {
    super(`${language} is not here: ${wanted} is missing`);
  }
}
