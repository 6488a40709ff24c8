// Where each thing of the contract stands in the site.

import type { Frame, NamedType } from "../codegen/model.js";
import { code, kebab, link, plain } from "./markdown.js";

/** Page of a message, by the name of its type: `ServerDisconnectFrame`. */
export function messageAddress(name: string): string {
  return `/reference/messages/${kebab(name.replace(/Frame$/u, ""))}`;
}

export function messageLink(frame: Frame): string {
  return link(plain(frame.type), messageAddress(frame.name));
}

/** A frame has a page; every other type a place on the page of types. */
export function typeAddress({ name }: NamedType): string {
  return name.endsWith("Frame") ? messageAddress(name) : `/reference/types#${kebab(name)}`;
}

/** A file of the repository that the site shows as it stands; a JSON pointer may follow. */
export function sourceLink(source: string): string {
  return link(code(source), `/files/${source.split("#")[0] ?? ""}`);
}

export function machineAddress(name: string): string {
  return `/reference/machines/${kebab(name)}`;
}

/** The sentence of a requirement in the normative text. */
export function requirementAddress(id: string): string {
  return `/protocol#${id.toLowerCase()}`;
}

export function requirementLink(id: string): string {
  return link(id, requirementAddress(id));
}

/** What shows that a requirement is kept: cases, mutants, results. */
export function evidenceAddress(id: string): string {
  return `/requirements/${id.split("-")[0]?.toLowerCase() ?? ""}#${id.toLowerCase()}`;
}

/** A case of the suite, by its id `area/what-is-tested`. */
export function caseAddress(file: string, id: string): string {
  return `/cases/${file.replace(/\.yaml$/u, "")}#${kebab(id)}`;
}
