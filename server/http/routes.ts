import type { Settings } from "../config.js";
import type { Hub } from "../hub.js";
import type { HttpAnswer, HttpRequest } from "../transports/transport.js";
import { accessRefusal } from "./access.js";
import { httpError } from "./answers.js";
import { isForeign, isPreflight, preflightAnswer, readable } from "./cors.js";
import { health } from "./health.js";
import { invalidate } from "./invalidate.js";
import { metrics } from "./metrics.js";
import { presence } from "./presence.js";
import { publish } from "./publish.js";

/** What the HTTP side of a server reads. */
export interface RouteEnvironment {
  readonly hub: Hub;
  readonly settings: Settings;
  readonly wallTime: () => number;
  readonly uptimeMs: () => number;
}

interface Route {
  readonly method: "GET" | "POST";
  readonly answer: (
    request: HttpRequest,
    environment: RouteEnvironment,
  ) => HttpAnswer | Promise<HttpAnswer>;
}

const ROUTES: Readonly<Record<string, Route>> = {
  "/health": {
    method: "GET",
    answer: (_request, { hub, wallTime, uptimeMs }) =>
      health({
        isDraining: () => hub.isDraining,
        isStoreHealthy: () => hub.store.healthy(),
        wallTime,
        uptimeMs,
      }),
  },
  "/metrics": { method: "GET", answer: (_request, { hub }) => metrics(hub.metrics.registry) },
  "/v1/events": {
    method: "POST",
    answer: (request, { hub, settings }) => publish(request, hub.publisher, settings),
  },
  "/v1/streams/invalidate": {
    method: "POST",
    answer: (request, { hub, settings }) => invalidate(request, hub.store.log, settings),
  },
  "/v1/presence": {
    method: "GET",
    answer: (request, { hub, settings }) =>
      presence(request, hub.store.presence, settings.limits.presenceMembers),
  },
};

/** Answers every HTTP request that is not an upgrade. */
export async function answerHttp(
  request: HttpRequest,
  environment: RouteEnvironment,
): Promise<HttpAnswer> {
  const { origins } = environment.settings;
  return readable(await answered(request, environment), request, origins);
}

function answered(
  request: HttpRequest,
  environment: RouteEnvironment,
): HttpAnswer | Promise<HttpAnswer> {
  const route = Object.hasOwn(ROUTES, request.path) ? ROUTES[request.path] : undefined;
  if (route === undefined) return httpError(404, "not_found", "there is nothing at this path");
  const isGuarded = request.path.startsWith("/v1/");
  if (isGuarded && isForeign(request, environment.settings.origins)) {
    return httpError(403, "forbidden", "the origin is not allowed"); // AUTH-18
  }
  if (isPreflight(request)) return preflightAnswer(route.method);
  if (request.method !== route.method) {
    const answer = httpError(405, "method_not_allowed", `this path takes ${route.method}`);
    return { ...answer, headers: { ...answer.headers, allow: route.method } };
  }
  const refusal = isGuarded ? accessRefusal(request, environment.settings) : undefined;
  return refusal ?? route.answer(request, environment);
}
