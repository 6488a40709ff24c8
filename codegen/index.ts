export { readContract, loadContract } from "./contract.js";
export type { LoadedContract } from "./contract.js";
export { generatePackage } from "./generate-package.js";
export type { GenerateOptions, GenerateResult } from "./generate-package.js";
export { LANGUAGE_NAMES } from "./languages.js";
export { ContractError, UsageError } from "./problem.js";
export type { Problem } from "./problem.js";
export { renderFile } from "./render.js";
export type { Drift } from "./tree.js";
