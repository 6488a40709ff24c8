import type { Contract, Requirement } from "../model.js";
import { breaksClients, breaksServers } from "./change.js";
import type { Break, Change } from "./change.js";

/**
 * Compares the requirements and the machines. What a side must newly do breaks its old copies; what it no longer
 * must do breaks the old copies of the other.
 *
 * @param rises whether the new protocol announces a later version, which alone binds to newer requirements
 */
export function compareRules(old: Contract, now: Contract, rises: boolean): readonly Change[] {
  const changes: Change[] = [];
  for (const was of old.requirements) {
    const is = now.requirements.find(({ id }) => id === was.id);
    const subject = `requirement ${was.id}`;
    if (is === undefined) {
      changes.push({ subject, change: `${was.level} removed`, breaks: dropped(was) });
      continue;
    }
    if (was.role !== is.role || was.level !== is.level) {
      const change = `${was.level} of ${was.role} → ${is.level} of ${is.role}`;
      changes.push({ subject, change, breaks: moved(was, is) });
    } else if (was.sentence !== is.sentence) {
      const note = "an id keeps its meaning";
      changes.push({ subject, change: "worded anew", breaks: [], note });
    }
  }
  const known = new Set(old.requirements.map(({ id }) => id));
  for (const requirement of now.requirements.filter(({ id }) => !known.has(id))) {
    const { id, level, role, since } = requirement;
    const change = `${level} of ${role} added`;
    if (rises && binds(requirement)) {
      const note = `binds only peers that claim ${since}`;
      changes.push({ subject: `requirement ${id}`, change, breaks: [], note });
    } else changes.push({ subject: `requirement ${id}`, change, breaks: demanded(requirement) });
  }
  return [...changes, ...compareMachines(old, now)];
}

function binds({ level }: Requirement): boolean {
  return level === "MUST" || level === "MUST NOT";
}

function demanded(requirement: Requirement): readonly Break[] {
  if (!binds(requirement)) return [];
  const { role } = requirement;
  const clients = breaksClients("an old client does not do what a new server may count on");
  const servers = breaksServers("an old server does not do what a new client may count on");
  return [...(role === "server" ? [] : [clients]), ...(role === "client" ? [] : [servers])];
}

function dropped(requirement: Requirement): readonly Break[] {
  if (!binds(requirement)) return [];
  const { role } = requirement;
  const clients = breaksClients("an old client counts on what a new server need not do");
  const servers = breaksServers("an old server counts on what a new client need not do");
  return [...(role === "client" ? [] : [clients]), ...(role === "server" ? [] : [servers])];
}

function moved(was: Requirement, is: Requirement): readonly Break[] {
  const flips = was.level !== is.level && (was.level + is.level).includes("NOT");
  if (was.role === is.role && binds(was) === binds(is) && !flips) return [];
  return [...dropped(was), ...demanded(is)];
}

/** The machines say inside what the requirements say from outside: only those can break a peer. */
function compareMachines(old: Contract, now: Contract): readonly Change[] {
  const names = new Set([...old.machines, ...now.machines].map(({ name }) => name));
  return [...names].flatMap((name) => {
    const was = old.machines.find((machine) => machine.name === name);
    const is = now.machines.find((machine) => machine.name === name);
    if (JSON.stringify(was) === JSON.stringify(is)) return [];
    const change = was === undefined ? "added" : is === undefined ? "removed" : "changed";
    const note = "the requirements judge what a peer sees of it";
    return [{ subject: `machine ${name}`, change, breaks: [], note }];
  });
}
