import type { Contract } from "../model.js";
import { UsageError } from "../problem.js";
import { compareBodies } from "./bodies.js";
import { breaksClients, breaksServers } from "./change.js";
import type { Change } from "./change.js";
import { compareEvents } from "./events.js";
import { compareFrames } from "./frames.js";
import { comparePolicy } from "./policy.js";
import { compareRules } from "./rules.js";
import { TypeComparison } from "./types.js";

/**
 * All that changed between two contracts, and which pairs of peers each change breaks. The application that
 * publishes events counts as part of its server: both are deployed together.
 *
 * @throws UsageError when one is the protocol itself and the other builds on it.
 */
export function compareContracts(old: Contract, now: Contract): readonly Change[] {
  if ((old.application === undefined) !== (now.application === undefined)) {
    const which = old.application === undefined ? "first" : "second";
    const text = `the ${which} contract is the protocol itself, the other builds on it`;
    throw new UsageError(`${text}; name two of the same kind`);
  }
  const rises = isLater(old.protocolVersion, now.protocolVersion);
  const types = new TypeComparison(old, now);
  const events =
    old.application === undefined || now.application === undefined
      ? []
      : compareEvents(old.application, now.application, types);
  const changes = [
    ...compareVersions(old, now),
    ...events,
    ...compareFrames(old, now, types, rises),
    ...compareBodies(old, now, types),
  ];
  return [
    ...changes,
    ...types.changes(),
    ...comparePolicy(old.policy, now.policy),
    ...compareRules(old, now, rises),
  ];
}

function compareVersions(old: Contract, now: Contract): readonly Change[] {
  const changes: Change[] = [];
  if (old.subprotocol !== now.subprotocol) {
    const why = "neither speaks the other's subprotocol: closed with 4504 (CONN-11)";
    const change = `${old.subprotocol} → ${now.subprotocol}`;
    changes.push({ subject: "subprotocol", change, breaks: apart(why) });
  }
  if (old.bearerPrefix !== now.bearerPrefix) {
    const change = `${old.bearerPrefix} → ${now.bearerPrefix}`;
    changes.push({ subject: "bearer prefix", change, breaks: apart("the token is not found") });
  }
  if (old.protocolVersion !== now.protocolVersion) {
    const change = `${old.protocolVersion} → ${now.protocolVersion}`;
    const isMajor = majorOf(old.protocolVersion) !== majorOf(now.protocolVersion);
    const breaks = isMajor ? apart("the client closes with 4504 and stops (CONN-28)") : [];
    changes.push({ subject: "protocol version", change, breaks });
  }
  return changes;
}

function apart(why: string): Change["breaks"] {
  return [breaksClients(why), breaksServers(why)];
}

/** A later minor number of the same major one. */
function isLater(old: string, now: string): boolean {
  const [was, is] = [old, now].map((version) => Number(version.split(".")[1] ?? 0));
  return majorOf(old) === majorOf(now) && (is ?? 0) > (was ?? 0);
}

function majorOf(version: string): string {
  return version.split(".")[0] ?? "";
}
