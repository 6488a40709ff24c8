// A page for each message.

import type { Field, Frame, InvalidExample, Machine, NamedType } from "../../codegen/model.js";
import { counted } from "../../conformance/counted.js";
import { machineAddress, messageAddress, messageLink, sourceLink } from "../addresses.js";
import { bullets, code, json, link, page, plain, table } from "../markdown.js";
import { shapeText } from "../shape-text.js";
import { casesOf, section, sentences } from "./room.js";
import type { Pages, Room } from "./room.js";

export function messagePages(room: Room): Pages {
  const { frames } = room.contract;
  return new Map(frames.map((frame) => [messageAddress(frame.name), messagePage(frame, room)]));
}

/** The title of a message; the one name that both sides use says who sends it. */
export function messageTitle(frame: Frame, frames: readonly Frame[]): string {
  const shared = frames.filter(({ type }) => type === frame.type).length > 1;
  return shared ? `${frame.type} (${frame.sender})` : frame.type;
}

function messagePage(frame: Frame, room: Room): string {
  const type = room.types.get(frame.name);
  const others = naming(frame, room).filter((id) => !frame.requirements.includes(id));
  const all = [...frame.requirements, ...others];
  return page([
    `# ${plain(messageTitle(frame, room.contract.frames))}`,
    plain(frame.description),
    facts(frame, type?.source ?? ""),
    ...section("## Fields", type === undefined ? "" : fieldTable(type, room)),
    ...section("## Examples", ...frame.examples.map(json)),
    ...section("## Refused", refusedIntroduction(frame), ...frame.invalidExamples.map(refused)),
    ...section("## What binds it", sentences(frame.requirements, room)),
    ...section("## Rules that name it", sentences(others, room)),
    ...section("## State machines", bullets(moves(frame, room.contract.machines))),
    ...section("## Cases that test it", folded(casesOf(all, room))),
  ]);
}

/** Who sends it, and what it is called elsewhere. */
function facts({ sender, name }: Frame, schema: string): string {
  const direction = sender === "client" ? "From client to server" : "From server to client";
  return `${direction}. In code: ${code(name)}. Schema: ${sourceLink(schema)}.`;
}

/** Requirements that say the name of the message. A lower-case name is a word like others. */
function naming(frame: Frame, room: Room): readonly string[] {
  if (frame.type !== frame.type.toUpperCase()) return [];
  const name = new RegExp(`(?<![A-Z_])${frame.type}(?![A-Z_])`, "u");
  return room.contract.requirements.filter((each) => name.test(each.sentence)).map(({ id }) => id);
}

/** The fields of an object type, with their bounds. */
export function fieldTable(type: NamedType, room: Room): string {
  if (type.shape.kind !== "object") return "";
  const rows = type.shape.fields.map((field) => fieldRow(field, room));
  const closing = type.shape.open ? "Other members are ignored." : "Other members are refused.";
  return `${table(["field", "values", "meaning"], rows)}\n\n${closing}`;
}

function fieldRow(field: Field, room: Room): readonly string[] {
  const name = code(field.name) + (field.required ? "" : " (optional)");
  return [name, shapeText(field.shape, room.types), plain(field.description)];
}

function refusedIntroduction(frame: Frame): string {
  if (frame.invalidExamples.length === 0) return "";
  return frame.sender === "client"
    ? "A server answers each of these with ERROR."
    : "A client ignores each of these and notes it in its trace.";
}

/** An example that is refused, and why; at which place is a JSON pointer. */
export function refused({ value, path, because }: InvalidExample): string {
  const place = path === "" ? "the whole" : code(path);
  return `At ${place}: ${plain(because)}.\n\n${json(value)}`;
}

/** The inputs of the machines that this message is. */
function moves(frame: Frame, machines: readonly Machine[]): readonly string[] {
  const receiver = frame.sender === "client" ? "server" : "client";
  return machines
    .filter(({ role }) => role === receiver)
    .flatMap((machine) =>
      machine.inputs
        .filter(({ name, description }) => isAbout(frame, name, description))
        .map(({ name, description }) => {
          const place = `${machineAddress(machine.name)}#inputs`;
          return `${link(code(name), place)} of ${link(plain(machine.name), machineAddress(machine.name))}: ${plain(description)}`;
        }),
    );
}

function isAbout(frame: Frame, input: string, description: string): boolean {
  if (input === `frame:${frame.type}`) return true;
  if (input.startsWith("frame:")) return false;
  return new RegExp(`(?<![A-Z_])${frame.type}(?![A-Z_])`, "u").test(description);
}

/** A long list is folded away. */
function folded(list: string): string {
  const count = list === "" ? 0 : list.split("\n").length;
  if (count <= 12) return list;
  return `<details>\n<summary>${counted(count, "case")}</summary>\n\n${list}\n\n</details>`;
}

/** The start of the reference: every message in a table for each direction. */
export function messageTables(room: Room): readonly string[] {
  const { frames } = room.contract;
  const rows = (sender: Frame["sender"]): string =>
    table(
      ["message", "what it says"],
      frames
        .filter((frame) => frame.sender === sender)
        .map((frame) => [messageLink(frame), plain(frame.description)]),
    );
  return ["## From server to client", rows("server"), "## From client to server", rows("client")];
}
