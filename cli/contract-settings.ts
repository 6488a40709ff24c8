import { readContract } from "../codegen/contract.js";
import { eventChecks } from "../codegen/event-checks.js";
import type { EventContract, ServerOptions } from "../server/index.js";
import { existsSync, statSync } from "node:fs";
import { UsageError } from "./usage-error.js";

/**
 * The events of a team's own contract, for the server.
 * @throws UsageError when there is no such document, ContractError with a line for each problem in it
 */
export function readEvents(file: string): EventContract {
  if (!existsSync(file)) {
    throw new UsageError(
      `contract names no file: ${file}; \`latido init contract ${file}\` writes one`,
    );
  }
  if (!statSync(file).isFile()) {
    throw new UsageError(`contract is not a file: ${file}; name an AsyncAPI document`);
  }
  return eventChecks(readContract(file).contract);
}

/**
 * The demo's events and modules give way to those of a contract; what somebody wrote stays.
 * @param sources where each setting came from
 */
export function ofContract(
  contract: EventContract,
  options: ServerOptions,
  sources: ReadonlyMap<string, string>,
): ServerOptions {
  const isDemo = (path: string): boolean => sources.get(path) === "the demo";
  const { events, auth, ...others } = options;
  const modules = [...new Set(Object.values(contract).map(({ module }) => module))].sort();
  return {
    ...others,
    ...(events === undefined || isDemo("events") ? {} : { events }),
    auth: auth.mode === "none" && isDemo("auth.modules") ? { ...auth, modules } : auth,
  };
}
