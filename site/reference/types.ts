// The page of the types that messages and HTTP bodies are made of.

import type { NamedType } from "../../codegen/model.js";
import { sourceLink } from "../addresses.js";
import { heading, kebab, page, plain } from "../markdown.js";
import { shapeText } from "../shape-text.js";
import { fieldTable } from "./messages.js";
import type { Room } from "./room.js";

export function typesPage(room: Room): string {
  const types = room.contract.types.filter(({ name }) => !name.endsWith("Frame"));
  const sorted = [...types].sort((one, other) => (one.name < other.name ? -1 : 1));
  return page([
    "# Types",
    "Every named type of the contract that is no message. Every generated package has it under this name, spelled as its language spells names. Lengths count characters (Unicode code points); bounds are included.",
    ...sorted.flatMap((type) => typeBlocks(type, room)),
  ]);
}

/** One type: what it means, its values, where the contract defines it. */
function typeBlocks(type: NamedType, room: Room): readonly string[] {
  const values =
    type.shape.kind === "object"
      ? fieldTable(type, room)
      : `Values: ${shapeText(type.shape, room.types)}.`;
  return [
    heading(2, plain(type.name), kebab(type.name)),
    plain(type.description),
    values,
    `Defined in ${sourceLink(type.source)}.`,
  ];
}
