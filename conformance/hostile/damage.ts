// What may be done to a frame as text or bytes, and messages that never were a frame.

import type { JsonObject } from "../json.js";
import type { Chance } from "./chance.js";
import type { HostileKind } from "./frame.js";
import type { Bounds } from "./oracle.js";

export interface Damaged {
  readonly data: Buffer;
  readonly binary?: true;
  readonly what: string;
  readonly loose?: true;
}

type Damage = (frame: JsonObject, chance: Chance, bounds: Bounds) => Damaged;

function text(content: string, what: string): Damaged {
  return { data: Buffer.from(content), what };
}

function brokenJson(frame: JsonObject, chance: Chance): Damaged {
  const whole = JSON.stringify(frame);
  const at = chance.below(whole.length);
  return chance.pick([
    (): Damaged => text(whole.slice(0, at), `cut after ${at} characters`),
    (): Damaged =>
      text(`${whole.slice(0, at)}\u0001${whole.slice(at)}`, `a control character at ${at}`),
    (): Damaged => text(whole.replace(/\}$/u, ",}"), "a comma too many"),
    (): Damaged => text(`${whole}${whole}`, "two frames in one message"),
    (): Damaged => text(whole.replaceAll('"', "'"), "single quotes"),
    (): Damaged => ({ ...text(`\uFEFF${whole}`, "a byte order mark"), loose: true }),
    (): Damaged => text(whole.replace(/:/u, ":NaN,"), "NaN"),
    (): Damaged => text(`// hello\n${whole}`, "a comment"),
    (): Damaged => text("", "nothing"),
  ])();
}

const SHAPES = [
  "null",
  "true",
  "7",
  '"HEARTBEAT"',
  "[]",
  "{}",
  '{"type":null}',
  '{"type":["ACK"]}',
];

function noFrame(frame: JsonObject, chance: Chance): Damaged {
  const rest = Object.fromEntries(Object.entries(frame).filter(([name]) => name !== "type"));
  const untyped = [
    JSON.stringify(rest),
    JSON.stringify({ ...rest, type: 7 }),
    `[${JSON.stringify(frame)}]`,
  ];
  return text(chance.pick([...SHAPES, ...untyped]), "no frame");
}

function unknownType(frame: JsonObject, chance: Chance): Damaged {
  const type = chance.pick([
    "X",
    "",
    "heartbeat",
    "__proto__",
    "toString",
    "EVENTS",
    "\u0000",
    "é".repeat(64),
  ]);
  return text(JSON.stringify({ ...frame, type }), `the type ${JSON.stringify(type)}`);
}

function twice(frame: JsonObject, chance: Chance): Damaged {
  const name = chance.pick(Object.keys(frame));
  const again = `,${JSON.stringify(name)}:${chance.pick(["null", "{}", JSON.stringify(frame[name])])}}`;
  const whole = JSON.stringify(frame).replace(/\}$/u, () => again);
  return { ...text(whole, `${name} twice`), loose: true };
}

const DEPTHS = [1_000, 5_000, 20_000];

/** Under a type that nobody knows: whether it is read or not, nothing comes of it. */
function deep(_frame: JsonObject, chance: Chance, { frameBytes }: Bounds): Damaged {
  const depth = Math.min(chance.pick(DEPTHS), Math.floor(frameBytes / 12));
  const [open, close] = chance.pick([
    ["[", "]"],
    ['{"a":', "}"],
  ] as const);
  const inner = `${open.repeat(depth)}0${close.repeat(depth)}`;
  return { ...text(`{"type":"DEEP","x":${inner}}`, `${depth} levels deep`), loose: true };
}

function padded(length: number): string {
  const frame = '{"type":"HEARTBEAT","pad":""}';
  return `${frame.slice(0, -2)}${"x".repeat(Math.max(0, length - frame.length))}"}`;
}

function large(_frame: JsonObject, chance: Chance, bounds: Bounds): Damaged {
  const { frameBytes, payloadBytes, metadataBytes } = bounds;
  const id = "0b9f6f0e-5d8a-4f6e-9a57-0d6c1f1f2a10";
  const message = `{"type":"MESSAGE","messageId":"${id}","event":"chat_message","payload":"`;
  const presence = '{"type":"PRESENCE_UPDATE","payload":{"status":"away","metadata":{"x":"';
  return chance.pick([
    (): Damaged => text(padded(frameBytes), `${frameBytes} bytes`),
    (): Damaged => text(padded(frameBytes + 1), `${frameBytes + 1} bytes`),
    (): Damaged => text(padded(frameBytes * 2), `${frameBytes * 2} bytes`),
    (): Damaged => text(`${message}${"x".repeat(payloadBytes)}"}`, "a payload over its limit"),
    (): Damaged => text(`${message}${"ñ".repeat(payloadBytes / 2)}"}`, "a payload over its limit"),
    (): Damaged => text(`${presence}${"x".repeat(metadataBytes)}"}}}`, "metadata over its limit"),
  ])();
}

const NOT_UTF8 = ["c328", "ff", "eda080", "f4908080", "c080", "e282", "80"];

function badText(frame: JsonObject, chance: Chance): Damaged {
  const whole = Buffer.from(JSON.stringify({ ...frame, x: "@" }));
  const at = whole.lastIndexOf("@");
  const odd = chance.pick(NOT_UTF8);
  const data = Buffer.concat([
    whole.subarray(0, at),
    Buffer.from(odd, "hex"),
    whole.subarray(at + 1),
  ]);
  return { data, what: `the bytes ${odd}` };
}

const BY_KIND: Readonly<Partial<Record<HostileKind, Damage>>> = {
  json: brokenJson,
  shape: noFrame,
  unknown: unknownType,
  duplicate: twice,
  deep,
  oversize: large,
  utf8: badText,
  binary: (frame, chance) => {
    const data = chance.pick([
      Buffer.from(JSON.stringify(frame)),
      Buffer.alloc(0),
      Buffer.from("ff00", "hex"),
    ]);
    return { data, binary: true, what: `${data.length} bytes in a binary message` };
  },
};

/** Undefined where the kind does not work on text. */
export function damageOf(kind: HostileKind): Damage | undefined {
  return BY_KIND[kind];
}
