// What stands at the top and at the side of a page.

import { areaTitle } from "../conformance/report/areas.js";
import { caseAddress, machineAddress, messageAddress } from "./addresses.js";
import type { WrittenPage } from "./hand-written.js";
import { machineTitle } from "./reference/machines.js";
import { areasOf } from "./reference/requirements.js";
import type { Room } from "./reference/room.js";

export interface Item {
  readonly text: string;
  readonly link?: string;
  readonly target?: "_self";
  readonly items?: readonly Item[];
}

/** What the configuration of VitePress takes from here. */
export interface Navigation {
  readonly nav: readonly Item[];
  readonly sidebar: Readonly<Record<string, readonly Item[]>>;
}

/** The AsyncAPI view is a file of its own, beside the pages. */
export const ASYNCAPI_VIEW: Item = {
  text: "AsyncAPI view",
  link: "/asyncapi.html",
  target: "_self",
};

/** Guides in the order in which a newcomer needs them; what is not named follows by name. */
const ORDER = [
  "/start/typescript",
  "/start/python",
  "/start/go",
  "/own-events",
  "/faq",
  "/conformance",
  "/writing-a-client",
  "/adding-a-language",
  "/versioning",
  "/security",
  "/architecture",
  "/operations/index",
  "/operations/settings",
];

const GROUPS: Readonly<Record<string, string>> = {
  start: "Start",
  "": "Guides",
  operations: "Operations",
};

export function navigationOf(room: Room, written: readonly WrittenPage[]): Navigation {
  const reference = referenceSidebar(room);
  const requirements = requirementSidebar(room);
  const guides = guideSidebar(written);
  const start = guides[0]?.items?.[0]?.link ?? "/";
  return {
    nav: [
      { text: "Guides", link: start },
      { text: "Protocol", link: "/protocol" },
      { text: "Reference", link: "/reference/" },
      { text: "Requirements", link: "/requirements/" },
      ASYNCAPI_VIEW,
    ],
    sidebar: {
      "/reference/": reference,
      "/requirements/": requirements,
      "/cases/": requirements,
      "/protocol": reference,
      "/": guides,
    },
  };
}

function guideSidebar(written: readonly WrittenPage[]): readonly Item[] {
  const inDocs = written.filter(({ file }) => file.startsWith("docs/") && file.endsWith(".md"));
  const groups = new Map<string, WrittenPage[]>([
    ["start", []],
    ["", []],
    ["operations", []],
  ]);
  for (const each of inDocs.filter(({ address }) => address !== "/index")) {
    const folder = each.address.split("/").slice(1, -1).join("/");
    groups.set(folder, [...(groups.get(folder) ?? []), each]);
  }
  const listed = [...groups].map(([folder, pages]): Item => {
    const items = [...pages].sort(byOrder).map(({ title, address }) => ({
      text: title,
      link: address.replace(/\/index$/u, "/"),
    }));
    return { text: GROUPS[folder] ?? capital(folder), items };
  });
  const others = written.filter(({ file }) => file.endsWith(".md") && !file.startsWith("docs/"));
  const repository = [...others]
    .filter(({ address }) => address !== "/protocol")
    .sort((one, other) => (one.address < other.address ? -1 : 1))
    .map(({ title, address }) => ({ text: title, link: address.replace(/\/index$/u, "/") }));
  return [
    ...listed.filter(({ items }) => items !== undefined && items.length > 0),
    {
      text: "Protocol and reference",
      items: [
        { text: "The protocol", link: "/protocol" },
        { text: "Reference", link: "/reference/" },
        { text: "Requirement matrix", link: "/requirements/" },
        ASYNCAPI_VIEW,
      ],
    },
    { text: "Repository", items: repository },
  ];
}

function byOrder(one: WrittenPage, other: WrittenPage): number {
  const place = ({ address }: WrittenPage): number => {
    const found = ORDER.indexOf(address);
    return found === -1 ? ORDER.length : found;
  };
  return place(one) - place(other) || (one.address < other.address ? -1 : 1);
}

function capital(folder: string): string {
  const words = folder.replaceAll(/[-/]/gu, " ");
  return words.charAt(0).toUpperCase() + words.slice(1);
}

function referenceSidebar(room: Room): readonly Item[] {
  const { frames, machines } = room.contract;
  const messages = (sender: "client" | "server"): readonly Item[] =>
    frames
      .filter((frame) => frame.sender === sender)
      .map((frame) => ({ text: frame.type, link: messageAddress(frame.name) }));
  return [
    {
      text: "Protocol",
      items: [
        { text: "The protocol", link: "/protocol" },
        { text: "Flows and races", link: "/reference/flows" },
        ASYNCAPI_VIEW,
      ],
    },
    {
      text: "Reference",
      items: [
        { text: "Overview", link: "/reference/" },
        { text: "Types", link: "/reference/types" },
        { text: "Close codes", link: "/reference/close-codes" },
        { text: "Errors", link: "/reference/errors" },
        { text: "Timers and limits", link: "/reference/timers-and-limits" },
        { text: "HTTP interface", link: "/reference/http" },
      ],
    },
    {
      text: "State machines",
      items: machines.map((each) => ({
        text: machineTitle(each),
        link: machineAddress(each.name),
      })),
    },
    { text: "From server to client", items: messages("server") },
    { text: "From client to server", items: messages("client") },
  ];
}

function requirementSidebar(room: Room): readonly Item[] {
  const files = [...new Set(room.evidence.cases.map(({ file }) => file))];
  return [
    {
      text: "Requirements",

      items: [
        { text: "Matrix", link: "/requirements/" },
        ...areasOf(room).map((area) => ({
          text: `${area}: ${areaTitle(area)}`,
          link: `/requirements/${area.toLowerCase()}`,
        })),
      ],
    },
    {
      text: "Cases of the suite",

      items: files.map((file) => ({
        text: areaTitle(file.replace(/\.yaml$/u, "").toUpperCase()),
        link: caseAddress(file, "").replace(/#.*$/u, ""),
      })),
    },
  ];
}
