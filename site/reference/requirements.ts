// The requirement matrix, a page of evidence for each area, and a page of cases for each file.

import type { Requirement } from "../../codegen/model.js";
import type { Case } from "../../conformance/cases/case.js";
import { counted } from "../../conformance/counted.js";
import { areaTitle } from "../../conformance/report/areas.js";
import { caseAddress, evidenceAddress, requirementLink } from "../addresses.js";
import { resultWord } from "../evidence.js";
import { bullets, code, fence, heading, kebab, link, page, plain, table } from "../markdown.js";
import type { Pages, Room } from "./room.js";

export function requirementPages(room: Room): Pages {
  return new Map([
    ["/requirements/index", matrixPage(room)],
    ...areasOf(room).map(
      (area) => [`/requirements/${area.toLowerCase()}`, areaPage(area, room)] as const,
    ),
  ]);
}

/** Areas in the order of the contract. */
export function areasOf({ contract }: Room): readonly string[] {
  return [...new Set(contract.requirements.map(({ area }) => area))];
}

function inArea(area: string, { contract }: Room): readonly Requirement[] {
  return contract.requirements.filter((each) => each.area === area);
}

function matrixPage(room: Room): string {
  const { columns } = room.evidence;
  return page(
    [
      "# Requirement matrix",
      `${room.contract.requirements.length} requirements: who is bound, how many cases check each, how many planted faults (mutants) the suite must catch, and what a run said about each implementation. An id leads to the sentence in [the protocol](/protocol), a number of cases to these and to the mutants.`,
      runs(room),
      table(
        ["area", "about", "requirements", "cases", "mutants"],
        areasOf(room).map((area) => areaRow(area, room)),
      ),
      ...areasOf(room).flatMap((area) => [
        heading(2, `${area}: ${plain(areaTitle(area))}`, area.toLowerCase()),
        table(
          [
            "id",
            "sentence",
            "level",
            "role",
            "cases",
            "mutants",
            ...columns.map(({ name }) => name),
          ],
          inArea(area, room).map((each) => matrixRow(each, room)),
        ),
      ]),
    ],
    { aside: false, search: false },
  );
}

function areaRow(area: string, room: Room): readonly string[] {
  const rows = inArea(area, room);
  const count = (of: (id: string) => readonly unknown[]): string =>
    String(new Set(rows.flatMap(({ id }) => of(id))).size);
  return [
    link(area, `#${area.toLowerCase()}`),
    plain(areaTitle(area)),
    String(rows.length),
    count(room.evidence.casesOf),
    count(room.evidence.mutantsOf),
  ];
}

function matrixRow(each: Requirement, room: Room): readonly string[] {
  const { casesOf, mutantsOf, columns } = room.evidence;
  return [
    requirementLink(each.id),
    plain(each.sentence),
    each.level,
    each.role,
    link(String(casesOf(each.id).length), evidenceAddress(each.id)),
    String(mutantsOf(each.id).length),
    ...columns.map((column) => resultWord(column, each)),
  ];
}

/** What the columns come from, or how to fill them. */
function runs({ evidence }: Room): string {
  const made = evidence.columns.map(({ name, startedAt, cases }) =>
    startedAt === undefined || cases === undefined
      ? `${name}: not run for this build`
      : `${name}: a run of ${counted(cases, "case")}, ${plain(startedAt.slice(0, 16).replace("T", " "))} UTC`,
  );
  if (evidence.columns.some(({ startedAt }) => startedAt !== undefined)) return bullets(made);
  return [
    "This build was given no results. With them the last columns say kept, broken or not judged:",
    fence(
      "sh",
      [
        "npm run docs -- --measure                                      # judges each client and the server here",
        "npm run docs -- --results report/results.json                  # or takes in what was judged elsewhere",
      ].join("\n"),
    ),
  ].join("\n\n");
}

function areaPage(area: string, room: Room): string {
  return page(
    [
      `# ${area}: ${plain(areaTitle(area))}`,
      `Each requirement of this area with the cases that check it and the planted faults that they must catch. [The matrix](/requirements/) has all areas.`,
      ...inArea(area, room).flatMap((each) => requirementBlocks(each, room)),
    ],
    { outline: 2 },
  );
}

const SEEN: Readonly<Record<Requirement["observable"], string>> = {
  wire: "seen on the wire",
  driven: "seen through an adapter",
  server: "seen by a scripted client",
  review: "left to review",
};

function requirementBlocks(each: Requirement, room: Room): readonly string[] {
  const { casesOf, mutantsOf, killersOf, columns, cases } = room.evidence;
  const facts = [each.level, each.role, `since ${each.since}`, SEEN[each.observable]];
  const byId = new Map(cases.map((found) => [found.id, found]));
  const named = (id: string): string => {
    const found = byId.get(id);
    return found === undefined ? code(id) : caseLink(found);
  };
  const bank = mutantsOf(each.id).map((mutant) => {
    const killers = killersOf(mutant, each.id).slice(0, 3).map(named).join(", ");
    const caught = killers === "" ? "" : ` Caught by ${killers}.`;
    return `${code(mutant.name)}: ${plain(mutant.why)}.${caught}`;
  });
  const list = (title: string, items: readonly string[]): string =>
    items.length === 0 ? "" : `**${title}**\n\n${bullets(items)}`;
  return [
    heading(2, each.id, each.id.toLowerCase()),
    `${plain(each.sentence)} (${link("in the protocol", `/protocol#${each.id.toLowerCase()}`)})`,
    `${facts.join(" · ")}${each.reason === undefined ? "" : `: ${plain(each.reason)}`}`,
    list(
      "Cases",
      casesOf(each.id).map((found) => `${caseLink(found)}: ${plain(found.title)}`),
    ),
    list("Mutants", bank),
    list(
      "Results",
      columns
        .filter(({ standings }) => standings !== undefined)
        .map((column) => `${column.name}: ${resultWord(column, each)}`),
    ),
  ];
}

function caseLink(found: Case): string {
  return link(found.id, caseAddress(found.file, found.id));
}

export function casePages({ evidence }: Room): Pages {
  const files = [...new Set(evidence.cases.map(({ file }) => file))];
  return new Map(
    files.map((file) => {
      const cases = evidence.cases.filter((each) => each.file === file);
      const area = file.replace(/\.yaml$/u, "");
      return [`/cases/${area}`, casesPage(area, cases)];
    }),
  );
}

const TIERS: Readonly<Record<Case["tier"], string>> = {
  driven: "driven tier: a client through its adapter",
  wire: "wire tier: any client, by its address alone",
  server: "server tier: a server, by scripted clients",
};

function casesPage(area: string, cases: readonly Case[]): string {
  return page(
    [
      `# Cases: ${plain(areaTitle(area.toUpperCase()))}`,
      `${counted(cases.length, "case")} of ${code(`conformance/cases/${area}.yaml`)}. Run one by its id:`,
      fence("sh", `npx latido conformance client --case ${cases[0]?.id ?? ""} -- <adapter>`),
      ...cases.flatMap((each) => [
        heading(2, plain(each.title), kebab(each.id)),
        bullets([
          `${code(each.id)}, ${TIERS[each.tier]}${each.level === "SHOULD" ? ", a SHOULD" : ""}`,
          `Checks ${each.requirements.map(requirementLink).join(", ")}`,
          ...(each.needs.length === 0 ? [] : [`Needs ${each.needs.map(code).join(", ")}`]),
        ]),
      ]),
    ],
    { outline: false, pageClass: "list" },
  );
}
