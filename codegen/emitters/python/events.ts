import type { Application, ApplicationEvent, Contract } from "../../model.js";
import { bracket, layOut, layOutModule } from "./layout.js";
import { docstring, header, stringLiteral } from "./text.js";

/** events.py: the application's events by name, with the check of each payload. */
export async function emitEvents({ application }: Contract): Promise<string> {
  return Promise.resolve(application === undefined ? UNNAMED : named(application));
}

/** The protocol alone names no events: any name and any payload will do. */
const UNNAMED = `${header("asyncapi.yaml")}
"""The events of the application. The contract of this package names none."""

from typing import Final

from .event_table import EventTable

EVENTS: Final[EventTable | None] = None
"""The events that there are; None where any name will do."""
`;

function named({ title, version, events }: Application): string {
  const top = [
    header("the contract of the application"),
    docstring(`The events of ${title} ${version}.`),
    "",
    "from typing import Final",
    "",
    "from . import messages",
    "from .decoding import decoder_of",
    "from .event_table import EventRow, EventTable",
  ];
  const table = layOut(bracket("EVENTS: Final[EventTable | None] = {", events.map(row), "}"));
  const comment = "The events that there are, with the module that takes each and its payload.";
  return layOutModule(top.join("\n"), [`${table}\n${docstring(comment)}`]);
}

function row({ name, module, sentByClients, payload }: ApplicationEvent) {
  return bracket(
    `${stringLiteral(name)}: EventRow(`,
    [
      stringLiteral(module),
      bracket("decoder_of(", [`messages.${payload}`], ")"),
      `sent_by_clients=${sentByClients ? "True" : "False"}`,
    ],
    ")",
  );
}
