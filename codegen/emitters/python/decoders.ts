import type { Contract, Sender } from "../../model.js";
import { bracket, layOut } from "./layout.js";
import { compareNames, docstring, header, snakeCase } from "./text.js";

/** decoders.py: a decoder for each direction and each HTTP body. */
export async function emitDecoders(contract: Contract): Promise<string> {
  const senders = ["server", "client"] as const;
  const names = [...contract.frames, ...contract.bodies].map(({ name }) => name);
  const imported = [...names, "ClientFrame", "ServerFrame"].sort(compareNames);
  return Promise.resolve(
    [
      header("asyncapi.yaml", "schemas/"),
      docstring("Decoding with full validation: every bound of the schemas is enforced."),
      "",
      "from .decoding import BodyDecoder, FrameDecoder, UnknownFrame",
      `from .messages import (\n${imported.map((name) => `    ${name},\n`).join("")})`,
      "",
      ...senders.map((sender) => frameDecoder(contract, sender)),
      ...contract.bodies.map(({ name }) => `_${snakeCase(name)} = BodyDecoder(${name})`),
      "",
      ...senders.map(decodeFrame),
      ...contract.bodies.map(({ name }) => decodeBody(name)),
    ].join("\n"),
  );
}

function unionOf(sender: Sender): string {
  return sender === "server" ? "ServerFrame" : "ClientFrame";
}

function frameDecoder({ frames }: Contract, sender: Sender): string {
  const names = frames.filter((frame) => frame.sender === sender).map(({ name }) => name);
  const prefix = `_${snakeCase(unionOf(sender))}: FrameDecoder[${unionOf(sender)}] = FrameDecoder(`;
  return layOut(bracket(prefix, [bracket("[", names, "]")], ")"));
}

function decodeFrame(sender: Sender): string {
  const union = unionOf(sender);
  const doc = docstring(
    `Decode a frame that the ${sender} sent; raises DecodeError. One of a newer peer is UnknownFrame.`,
    4,
  );
  return `
def decode_${snakeCase(union)}(data: str | bytes) -> ${union} | UnknownFrame:
${doc}
    return _${snakeCase(union)}.decode(data)
`;
}

function decodeBody(name: string): string {
  return `
def decode_${snakeCase(name)}(data: str | bytes) -> ${name}:
${docstring(`Decode ${name} from its JSON; raises DecodeError.`, 4)}
    return _${snakeCase(name)}.decode(data)
`;
}
