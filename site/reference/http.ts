// The page of the HTTP interface.

import type { Body, Route } from "../../codegen/model.js";
import { code, heading, json, kebab, link, page, plain, table } from "../markdown.js";
import { fieldTable, refused } from "./messages.js";
import { sentences } from "./room.js";
import type { Room } from "./room.js";

export function httpPage(room: Room): string {
  const { routes, bodies } = room.contract;
  return page([
    "# HTTP interface",
    "What a server answers beside the WebSocket. Rendered from [`asyncapi.yaml`](/files/asyncapi.yaml).",
    table(
      ["route", "what it does"],
      routes.map((route) => [
        link(code(`${route.method} ${route.path}`), `#${routeAnchor(route)}`),
        plain(route.summary),
      ]),
    ),
    ...routes.flatMap((route) => routeBlocks(route, room)),
    "## Bodies {#bodies}",
    ...bodies.flatMap((body) => bodyBlocks(body, room)),
  ]);
}

function routeAnchor({ method, path }: Route): string {
  return kebab(`${method}${path}`);
}

function routeBlocks(route: Route, room: Room): readonly string[] {
  const rows = (
    [
      ["Request", route.request],
      ["Answer", route.response],
      ["Error", route.error],
    ] as const
  ).flatMap(([what, name]) => (name === undefined ? [] : [[what, bodyLink(name)]]));
  return [
    heading(2, code(`${route.method} ${route.path}`), routeAnchor(route)),
    plain(route.summary),
    table(["", "body"], rows),
    sentences(route.requirements, room),
  ];
}

function bodyLink(name: string): string {
  return link(plain(name), `#body-${kebab(name)}`);
}

function bodyBlocks(body: Body, room: Room): readonly string[] {
  const type = room.types.get(body.name);
  return [
    heading(3, plain(body.name), `body-${kebab(body.name)}`),
    plain(body.description),
    type === undefined ? "" : fieldTable(type, room),
    ...body.examples.map(json),
    ...body.invalidExamples.map((example) => `Refused. ${refused(example)}`),
  ];
}
