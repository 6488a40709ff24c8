import { link, page, plain, table } from "../markdown.js";
import { machineAddress } from "../addresses.js";
import { closeCodesPage, errorsPage } from "./codes.js";
import { flowsPage } from "./flows.js";
import { httpPage } from "./http.js";
import { machinePages, machineTitle } from "./machines.js";
import { messagePages, messageTables } from "./messages.js";
import { numbersPage } from "./numbers.js";
import { casePages, requirementPages } from "./requirements.js";
import type { Pages, Room } from "./room.js";
import { typesPage } from "./types.js";

/** Every page that is rendered from the contract, the suite and the normative text. */
export function referencePages(room: Room, prose: string): Pages {
  return new Map([
    ["/reference/index", startPage(room)],
    ...messagePages(room),
    ["/reference/types", typesPage(room)],
    ...machinePages(room),
    ["/reference/close-codes", closeCodesPage(room)],
    ["/reference/errors", errorsPage(room)],
    ["/reference/timers-and-limits", numbersPage(room)],
    ["/reference/http", httpPage(room)],
    ["/reference/flows", flowsPage(prose)],
    ...requirementPages(room),
    ...casePages(room),
  ]);
}

function startPage(room: Room): string {
  const { contract } = room;
  return page([
    "# Reference",
    `${plain(contract.title)} ${contract.version}, subprotocol \`${contract.subprotocol}\`. These pages are rendered from the contract each time the site is built.`,
    ...messageTables(room),
    "## State machines",
    table(
      ["machine", "what it is"],
      contract.machines.map((machine) => [
        link(machineTitle(machine), machineAddress(machine.name)),
        plain(machine.description),
      ]),
    ),
    "## Tables",
    table(
      ["page", "what it holds"],
      [
        [link("Types", "/reference/types"), "every named type with its bounds"],
        [link("Close codes", "/reference/close-codes"), "what each end means for both sides"],
        [link("Errors", "/reference/errors"), "what each refusal means for both sides"],
        [link("Timers and limits", "/reference/timers-and-limits"), "every number of the protocol"],
        [link("HTTP interface", "/reference/http"), "health, metrics, publishing, presence"],
        [link("Flows and races", "/reference/flows"), "every sequence diagram"],
        [link("Requirement matrix", "/requirements/"), "sentence, cases, mutants, results"],
      ],
    ),
  ]);
}
