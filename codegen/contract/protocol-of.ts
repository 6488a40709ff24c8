import { dirname, resolve } from "node:path";

import { isObject } from "./json.js";
import { Reader } from "./reader.js";
import { resolveReferences } from "./references.js";

/** Where a document that names events finds the protocol, as `latido init contract` writes it. */
const EXAMPLE = '"node_modules/latido/asyncapi.yaml#/channels/session"';

/**
 * The protocol's own document: this one, or the one whose channel this one refers to. Reports why there
 * is none.
 */
export function protocolOf(document: Reader): Reader | undefined {
  if (isProtocol(document)) return document;
  const channels = document.at("channels");
  if (channels.absent) {
    document.report("the document has no channels", `write channels: session: $ref: ${EXAMPLE}`);
    return undefined;
  }
  for (const [, channel] of channels.members()) {
    const target = foreignFile(channel);
    if (target === undefined) continue;
    const source = readForeign(channel, target);
    if (source === undefined) return undefined;
    if (!isProtocol(source)) continue;
    return resolveReferences(document.sources, channel.place) === undefined ? undefined : source;
  }
  const advice = `add a channel session with $ref: ${EXAMPLE}`;
  channels.report("no channel is that of the Latido protocol", advice);
  return undefined;
}

/** The file that a channel's `$ref` names, beside the document itself. */
function foreignFile(channel: Reader): string | undefined {
  const { value } = channel;
  if (!isObject(value) || typeof value.$ref !== "string") return undefined;
  const [file = ""] = value.$ref.split("#");
  return file === "" ? undefined : resolve(dirname(channel.source.file), file);
}

function readForeign(channel: Reader, file: string): Reader | undefined {
  const { sources } = channel;
  if (!sources.exists(file)) {
    const named = channel.at("$ref").text().split("#")[0] ?? "";
    const advice = "install the package latido here, or correct the path to its asyncapi.yaml";
    channel.at("$ref").report(`$ref names no file: ${named}`, advice);
    return undefined;
  }
  const source = sources.read(file);
  return source === undefined ? undefined : new Reader(sources, source);
}

/** The protocol's document names its tables; one that builds on it does not. */
function isProtocol(document: Reader): boolean {
  return ["x-policy", "x-lifecycle", "x-requirements"].some((name) => !document.at(name).absent);
}
