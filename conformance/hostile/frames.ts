// Hostile frames without end, from the schemas and a seed: the same seed, the same frames.

import type { Contract, Direction } from "../contract.js";
import { isObject, member, type JsonObject } from "../json.js";
import { Chance } from "./chance.js";
import { damageOf } from "./damage.js";
import { HOSTILE_KINDS, type HostileFrame, type HostileKind } from "./frame.js";
import { jsonText, mutationsOf } from "./mutations.js";
import { Oracle, type Bounds } from "./oracle.js";
import { replaced, Schemas, type Schema } from "./schema.js";

export interface HostileOptions {
  readonly contract: Contract;
  /** Who is to be put to the test: client-to-server frames go to servers. */
  readonly direction: Direction;
  readonly seed: number;
  readonly kinds?: readonly HostileKind[];
  readonly bounds: Bounds;
}

/** Kinds that mean something to a client; the others end its connection below the protocol, or are legal. */
export const CLIENT_KINDS: readonly HostileKind[] = HOSTILE_KINDS.filter(
  (kind) => !["extra", "duplicate", "oversize", "utf8", "binary"].includes(kind),
);

const MOST_PIECES = 5;

type Template = readonly [type: string, schema: Schema];

export interface Made {
  readonly data: Buffer;
  readonly binary: boolean;
  readonly what: string;
  readonly loose: boolean;
}

export class HostileFrames {
  readonly #chance: Chance;
  readonly #oracle: Oracle;
  readonly #schemas = new Schemas();
  readonly #frames: readonly Template[];
  readonly #kinds: readonly HostileKind[];
  #made = 0;

  constructor(private readonly options: HostileOptions) {
    const { contract, direction, bounds, seed } = options;
    this.#chance = new Chance(seed);
    this.#oracle = new Oracle(contract, direction, bounds);
    this.#frames = [...this.#schemas.frames(direction)];
    const all = direction === "server-to-client" ? CLIENT_KINDS : HOSTILE_KINDS;
    this.#kinds = options.kinds ?? all;
  }

  /** The next frame. The kinds take turns, so that every one of them comes up however few are asked for. */
  next(): HostileFrame {
    const kind = this.#kinds[this.#made % this.#kinds.length] ?? "json";
    this.#made += 1;
    for (;;) {
      const made = this.#attempt(kind);
      const pieces = this.#chance.below(4) === 0 ? 2 + this.#chance.below(MOST_PIECES - 1) : 1;
      const frame = made && this.judged(made, kind, pieces);
      if (frame) return frame;
    }
  }

  /** A message with what the contract answers; undefined where it does not say, or says nothing that shows. */
  judged(made: Made, kind: HostileKind, pieces: number): HostileFrame | undefined {
    const message = { data: made.data, binary: made.binary, pieces };
    const judged = this.#oracle.judge(message, made.loose);
    if (!judged) return undefined;
    return { ...message, kind, what: made.what, ...judged };
  }

  #attempt(kind: HostileKind): Made | undefined {
    const template = this.#chance.pick(this.#frames);
    const [type, schema] = template;
    const frame = this.#valid(schema);
    const made = damageOf(kind)
      ? this.#damaged(kind, type, frame)
      : this.#mutated(kind, template, frame);
    // One that some take and some do not would leave open what it does to the connection.
    const isOpen = made?.loose === true && (type === "HEARTBEAT" || type === "DISCONNECT");
    return isOpen ? undefined : made;
  }

  #damaged(kind: HostileKind, type: string, frame: JsonObject): Made | undefined {
    const made = damageOf(kind)?.(frame, this.#chance, this.options.bounds);
    return made && { binary: false, loose: false, ...made, what: `${type}: ${made.what}` };
  }

  #mutated(kind: HostileKind, [type, schema]: Template, frame: JsonObject): Made | undefined {
    const site = this.#chance.pick(this.#schemas.sites(schema, frame));
    const mutations = mutationsOf(kind, site, this.#chance);
    if (mutations.length === 0) return undefined;
    const { by, what, loose = false } = this.#chance.pick(mutations);
    const value = replaced(frame, site.path, by);
    if (value === undefined) return undefined;
    const at = site.path.join("/");
    return {
      data: Buffer.from(jsonText(value)),
      binary: false,
      what: `${type} /${at} ${what}`,
      loose,
    };
  }

  #valid(schema: Schema): JsonObject {
    const example = this.#chance.pick(schema.examples ?? []);
    const frame = isObject(example) ? example : {};
    const more = this.#schemas.optional(schema, frame);
    const names = Object.keys(more).filter(() => this.#chance.below(2) === 0);
    return { ...frame, ...Object.fromEntries(names.map((name) => [name, member(more, name)])) };
  }
}
