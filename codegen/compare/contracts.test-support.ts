import { join } from "node:path";

import { expect, it } from "vitest";

import { readContract } from "../contract.js";
import type { Contract, Field, NamedType, ObjectShape, Shape } from "../model.js";
import { OwnContract } from "../own-contract.test-support.js";
import { packageRoot } from "../package-root.js";
import { compareContracts } from "./compare-contracts.js";

/** The same value, which a test may write to. */
export type Editable<T> = T extends readonly (infer Item)[]
  ? Editable<Item>[]
  : T extends object
    ? { -readonly [Name in keyof T]: Editable<T[Name]> }
    : T;

/** A contract that a test changes, with the ways to its parts. */
export class Edited {
  readonly contract: Editable<Contract>;

  constructor(contract: Contract) {
    this.contract = structuredClone(contract) as Editable<Contract>;
  }

  /** One of a list, which must be there. */
  one<T>(list: readonly T[], fits: (item: T) => boolean): T {
    const found = list.find(fits);
    if (found === undefined) throw new Error("the contract no longer holds what this test changes");
    return found;
  }

  type(name: string): Editable<NamedType> {
    return this.one(this.contract.types, (type) => type.name === name);
  }

  object(name: string): Editable<ObjectShape> {
    const { shape } = this.type(name);
    if (shape.kind !== "object") throw new Error(`${name} is no object`);
    return shape;
  }

  field(name: string, field: string): Editable<Field> {
    return this.one(this.object(name).fields, (each) => each.name === field);
  }

  /** Writes over parts of the shape of a field. */
  shape(name: string, field: string, parts: object): void {
    Object.assign(this.field(name, field).shape, parts);
  }

  addField(
    name: string,
    field: string,
    required: boolean,
    shape: Shape = { kind: "boolean" },
  ): void {
    const added: Field = { name: field, required, description: "", shape };
    this.object(name).fields.push(added as Editable<Field>);
  }

  dropField(name: string, field: string): void {
    const shape = this.object(name);
    shape.fields = shape.fields.filter((each) => each.name !== field);
  }

  drop<T>(list: T[], fits: (item: T) => boolean): void {
    list.splice(list.indexOf(this.one(list, fits)), 1);
  }

  event(name: string): Editable<NonNullable<Contract["application"]>>["events"][number] {
    return this.one(this.contract.application?.events ?? [], (event) => event.name === name);
  }
}

/** The protocol itself. */
export function protocol(): Contract {
  return readContract(join(packageRoot(), "asyncapi.yaml")).contract;
}

/** A team's contract as `latido init contract` writes it. */
export function ownContract(): Contract {
  using own = new OwnContract();
  return readContract(own.document).contract;
}

export const BOTH = ["clients", "servers"] as const;
export const CLIENTS = ["clients"] as const;
export const SERVERS = ["servers"] as const;
export const NOBODY = [] as const;

/** One edit of a contract, the one line that tells it, and whom it breaks. */
export type ChangeRow = readonly [
  what: string,
  edit: (edited: Edited) => void,
  line: RegExp,
  breaks: readonly ("clients" | "servers")[],
];

/** Edits the base as each row says, and expects what the row says of it. */
export function testChanges(base: Contract, rows: readonly ChangeRow[]): void {
  it.each(rows)("%s", (_, edit, line, breaks) => {
    const edited = new Edited(base);
    edit(edited);
    const changes = compareContracts(base, edited.contract);
    expect(changes.map(({ subject, change }) => `${subject}: ${change}`)).toEqual([
      expect.stringMatching(line),
    ]);
    expect(changes[0]?.breaks.map((each) => each.breaks)).toEqual(breaks);
  });
}
