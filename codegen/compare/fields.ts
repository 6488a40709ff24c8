import type { Field, ObjectShape } from "../model.js";
import type { Walk } from "./shapes.js";

/** Compares the members of two objects. Peers send the members that their contract names, and no others. */
export function compareFields(walk: Walk, a: ObjectShape, b: ObjectShape, place: string): void {
  const was = new Map(a.fields.map((field) => [field.name, field]));
  const is = new Map(b.fields.map((field) => [field.name, field]));
  for (const field of a.fields) {
    const now = is.get(field.name);
    const at = `${place}.${field.name}`;
    if (now === undefined) removed(walk, field, b.open, at);
    else {
      if (field.required !== now.required) {
        const what = now.required ? "optional → required" : "required → optional";
        walk.add({ place: at, what, narrows: now.required, widens: field.required });
      }
      walk.compare(field.shape, now.shape, at);
    }
  }
  for (const field of b.fields) {
    if (!was.has(field.name)) added(walk, field, a.open, `${place}.${field.name}`);
  }
  if (a.open === b.open) return;
  const what = b.open ? "further members are now ignored" : "further members are now refused";
  walk.add({ place, what, narrows: a.open, widens: b.open });
}

/** The old sender still sends it; an old receiver misses it where it was required. */
function removed(walk: Walk, { required }: Field, open: boolean, place: string): void {
  const what = `${required ? "required" : "optional"} field removed`;
  walk.add({ place, what, narrows: !open, widens: required });
}

/** The old sender leaves it out; an old receiver that is closed refuses it. */
function added(walk: Walk, { required }: Field, open: boolean, place: string): void {
  const what = `${required ? "required" : "optional"} field added`;
  walk.add({ place, what, narrows: required, widens: !open, addition: true });
}
