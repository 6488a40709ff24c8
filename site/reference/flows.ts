// The sequence diagrams of the normative text, gathered.

import { fence, heading, page } from "../markdown.js";

export interface Flow {
  readonly title: string;
  /** Heading under which it stands in the text. */
  readonly section: string;
  readonly diagram: string;
}

const CAPTION = /^_(?<title>[^_]+)_$/u;

/** Every sequence diagram with the caption above it. */
export function flowsOf(prose: string): readonly Flow[] {
  const flows: Flow[] = [];
  let title = "";
  let section = "";
  let drawn: string[] | undefined;
  for (const line of prose.split("\n")) {
    if (drawn !== undefined) {
      if (line !== "```") drawn.push(line);
      else {
        if (drawn[0] === "sequenceDiagram") {
          flows.push({ title: title === "" ? section : title, section, diagram: drawn.join("\n") });
        }
        drawn = undefined;
        title = "";
      }
    } else if (line === "```mermaid") drawn = [];
    else if (line.startsWith("#")) {
      section = line.replace(/^#+\s+(?:[\d.]+\s+)?/u, "");
      title = "";
    } else title = CAPTION.exec(line)?.groups?.title ?? title;
  }
  return flows;
}

export function flowsPage(prose: string): string {
  return page([
    "# Flows and races",
    "Every sequence diagram of [the protocol](/protocol), in its order. Diagrams illustrate; the numbered sentences bind.",
    ...flowsOf(prose).flatMap(({ title, section, diagram }, index) => [
      heading(2, title, `flow-${index + 1}`),
      title === section ? "" : `From “${section}”.`,
      fence("mermaid", diagram),
    ]),
  ]);
}
