import type { Application, ApplicationEvent } from "../model.js";
import { breaksClients, breaksServers } from "./change.js";
import type { Change } from "./change.js";
import type { TypeComparison } from "./types.js";

/** Compares the events of two applications, and hands their payloads to the comparison of types. */
export function compareEvents(
  old: Application,
  now: Application,
  types: TypeComparison,
): readonly Change[] {
  const gone = old.events.filter(({ name }) => now.events.every((event) => event.name !== name));
  const come = now.events.filter(({ name }) => old.events.every((event) => event.name !== name));
  const renamed = new Map<ApplicationEvent, ApplicationEvent>();
  for (const event of gone) {
    const taken = [...renamed.values()];
    const other = come.find((each) => !taken.includes(each) && isSame(event, each, types));
    if (other !== undefined) renamed.set(event, other);
  }
  const changes: Change[] = [];
  for (const event of old.events) {
    const next = renamed.get(event) ?? now.events.find(({ name }) => name === event.name);
    if (next === undefined) changes.push(removed(event));
    else changes.push(...compareEvent(event, next, types));
  }
  const names = [...renamed.values()];
  return [...changes, ...come.filter((event) => !names.includes(event)).map(added)];
}

/** A renamed event keeps its module, its rights and its payload. */
function isSame(a: ApplicationEvent, b: ApplicationEvent, types: TypeComparison): boolean {
  if (a.module !== b.module || a.sentByClients !== b.sentByClients) return false;
  return types.same({ old: a.payload, new: b.payload });
}

function compareEvent(
  old: ApplicationEvent,
  now: ApplicationEvent,
  types: TypeComparison,
): readonly Change[] {
  const subject = `event ${now.name}`;
  const changes: Change[] = [];
  if (old.name !== now.name) changes.push(renamed(old, now));
  if (old.module !== now.module) {
    const change = `module ${old.module} → ${now.module}`;
    const breaks = [
      breaksClients(`a token that grants ${old.module} no longer brings the event`),
      breaksServers(`a token that grants ${now.module} does not bring the event yet`),
    ];
    changes.push({ subject, change, breaks });
  }
  if (old.sentByClients !== now.sentByClients) {
    const change = now.sentByClients ? "clients may now send it" : "clients may no longer send it";
    const breaks = now.sentByClients
      ? [breaksServers("an old server answers it with ERROR unsupported_event")]
      : [breaksClients("a new server answers it with ERROR unsupported_event")];
    changes.push({ subject, change, breaks });
  }
  const flow = { peer: "client", root: subject, withheld: false } as const;
  const pair = { old: old.payload, new: now.payload };
  types.meet(pair, { ...flow, sender: "server" });
  if (old.sentByClients && now.sentByClients) types.meet(pair, { ...flow, sender: "peer" });
  if (old.payload !== now.payload) {
    const change = `the payload's type ${old.payload} is called ${now.payload}`;
    const note = "its values are judged by themselves; code that names the type changes";
    changes.push({ subject, change, breaks: [], note });
  }
  return changes;
}

function renamed(old: ApplicationEvent, now: ApplicationEvent): Change {
  return {
    subject: `event ${old.name}`,
    change: `renamed ${now.name}`,
    breaks: [
      breaksClients(`an old client waits for ${old.name}, which a new server does not know`),
      breaksServers(`a new client waits for ${now.name}, which an old server does not know`),
    ],
  };
}

function removed({ name, sentByClients }: ApplicationEvent): Change {
  const why = sentByClients
    ? "a new server answers it with ERROR unsupported_event"
    : "an old client waits for what a new server does not send";
  return { subject: `event ${name}`, change: "removed", breaks: [breaksClients(why)] };
}

function added({ name, sentByClients }: ApplicationEvent): Change {
  const subject = `event ${name}`;
  if (!sentByClients) {
    return { subject, change: "added", breaks: [], note: "an old client has no handler for it" };
  }
  const why = "an old server answers it with ERROR unsupported_event";
  return { subject, change: "added", breaks: [breaksServers(why)] };
}
