import type { Contract, Route } from "../model.js";
import { breaksClients, breaksServers } from "./change.js";
import type { Change } from "./change.js";
import type { Flow } from "./flows.js";
import type { TypeComparison } from "./types.js";

type Travel = Pick<Flow, "peer" | "sender">;

/** Bodies that belong to no route. Any other is taken to travel both ways. */
const BEYOND_ROUTES: Readonly<Record<string, readonly Travel[]>> = {
  ConnectQuery: [{ peer: "client", sender: "peer" }],
  WebhookRequest: [{ peer: "webhook", sender: "server" }],
  WebhookResponse: [{ peer: "webhook", sender: "peer" }],
};

const BOTH_WAYS: readonly Travel[] = [
  { peer: "caller", sender: "peer" },
  { peer: "caller", sender: "server" },
];

/** Compares the HTTP interface, the query of the WebSocket URL and the webhook. */
export function compareBodies(old: Contract, now: Contract, types: TypeComparison): Change[] {
  const changes: Change[] = [];
  for (const route of old.routes) {
    const next = now.routes.find((each) => nameOf(each) === nameOf(route));
    if (next === undefined) {
      const why = "a new server answers it with HTTP 404";
      const breaks = [breaksClients(why, "caller")];
      changes.push({ subject: nameOf(route), change: "route removed", breaks });
    } else changes.push(...compareRoute(route, next, types));
  }
  for (const route of now.routes) {
    if (old.routes.some((each) => nameOf(each) === nameOf(route))) continue;
    const breaks = [breaksServers("an old server answers it with HTTP 404", "caller")];
    changes.push({ subject: nameOf(route), change: "route added", breaks });
  }
  return [...changes, ...compareOthers(old, now, types)];
}

const PARTS = [
  ["request", "peer"],
  ["response", "server"],
  ["error", "server"],
] as const;

function compareRoute(old: Route, now: Route, types: TypeComparison): readonly Change[] {
  const changes: Change[] = [];
  const subject = nameOf(now);
  for (const [part, sender] of PARTS) {
    const [was, is] = [old[part], now[part]];
    if (was !== undefined && is !== undefined) {
      const flow = { peer: "caller", sender, root: subject, withheld: false } as const;
      types.meet({ old: was, new: is }, flow);
    } else if (was !== is) {
      const change = `${part} body ${is === undefined ? "removed" : "added"}`;
      const why = `one of the two expects no ${part} body`;
      const breaks = [breaksClients(why, "caller"), breaksServers(why, "caller")];
      changes.push({ subject, change, breaks });
    }
  }
  return changes;
}

function compareOthers(old: Contract, now: Contract, types: TypeComparison): readonly Change[] {
  const changes: Change[] = [];
  const apart = beyondRoutes(old);
  for (const name of apart) {
    const travels = BEYOND_ROUTES[name] ?? BOTH_WAYS;
    if (!now.bodies.some((body) => body.name === name)) {
      const peer = travels[0]?.peer ?? "caller";
      const breaks = [breaksClients(`an old ${peer} still counts on it`, peer)];
      changes.push({ subject: `body ${name}`, change: "removed", breaks });
      continue;
    }
    for (const travel of travels) {
      types.meet({ old: name, new: name }, { ...travel, root: `body ${name}`, withheld: false });
    }
  }
  for (const name of beyondRoutes(now)) {
    if (old.bodies.some((body) => body.name === name)) continue;
    changes.push({ subject: `body ${name}`, change: "added", breaks: [] });
  }
  return changes;
}

function beyondRoutes({ bodies, routes }: Contract): readonly string[] {
  const used = routes.flatMap(({ request, response, error }) => [request, response, error]);
  return bodies.map(({ name }) => name).filter((name) => !used.includes(name));
}

function nameOf({ method, path }: Route): string {
  return `${method} ${path}`;
}
