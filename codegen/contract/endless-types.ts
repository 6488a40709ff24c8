import type { NamedType, Shape } from "../model.js";
import type { Sources } from "./source.js";
import type { TypeGraph } from "./type-graph.js";

/** A step from a type to one that each of its values must hold. */
interface Step {
  /** Path of the held value: names of members, `[]` for items, `{}` for free members. */
  readonly path: readonly string[];
  /** Name of the held type. */
  readonly to: string;
}

/** Reports types of which each value would have to hold another of its kind, so that none can be written. */
export function reportEndlessTypes(graph: TypeGraph, sources: Sources): void {
  const reported = new Set<string>();
  for (const { type, steps } of endlessCircles(graph.types)) {
    if (reported.has(type)) continue;
    for (const { to } of steps) reported.add(to);
    const place = graph.placeOf(type);
    const path = steps.flatMap((step) => step.path);
    const [member = ""] = path;
    const isMember = !/^(?:\[\]|\{\})$/u.test(member);
    const at = [...place.path, ...(isMember ? ["properties", member] : [])];
    const where = path.join(".").replaceAll(/\.?(\[\]|\{\})/gu, "$1");
    const message = `each ${type} requires another in ${where}, without end`;
    const advice = isMember
      ? `leave ${member} out of required, or let it be a list that may be empty`
      : "let it be empty: write no minItems and no minProperties";
    sources.report(place.source, at, message, advice);
  }
}

/** For each type that holds itself without end, the way back to itself. */
function endlessCircles(
  types: readonly NamedType[],
): readonly { readonly type: string; readonly steps: readonly Step[] }[] {
  const finite = finiteTypes(types);
  const shapes = new Map(types.map(({ name, shape }) => [name, shape]));
  // A type is met before those that hold it; the fault is best named at a member of the outermost.
  const outermost = [...types].reverse();
  const isObject = ({ shape }: NamedType): boolean => shape.kind === "object";
  const order = [...outermost.filter(isObject), ...outermost.filter((type) => !isObject(type))];
  return order.flatMap(({ name }) => {
    const steps: Step[] = [];
    for (let at = name; ;) {
      const shape = shapes.get(at);
      const step = shape && requiredStep(shape, finite);
      if (step === undefined) return [];
      steps.push(step);
      if (step.to === name) return [{ type: name, steps }];
      if (steps.length > types.length) return []; // it only leads to a circle
      at = step.to;
    }
  });
}

/** Types that have a value: those that need no other, then those that need only them, and so on. */
function finiteTypes(types: readonly NamedType[]): ReadonlySet<string> {
  const finite = new Set<string>();
  for (let before = -1; before < finite.size;) {
    before = finite.size;
    for (const { name, shape } of types) {
      if (requiredStep(shape, finite) === undefined) finite.add(name);
    }
  }
  return finite;
}

/** The first type that is not known to have a value, and that each value of a shape must hold. */
function requiredStep(shape: Shape, finite: ReadonlySet<string>): Step | undefined {
  switch (shape.kind) {
    case "reference":
      return finite.has(shape.name) ? undefined : { path: [], to: shape.name };
    case "object":
      for (const field of shape.fields) {
        const step = field.required ? requiredStep(field.shape, finite) : undefined;
        if (step !== undefined) return { ...step, path: [field.name, ...step.path] };
      }
      return undefined;
    case "array":
      return (shape.minItems ?? 0) > 0 ? within("[]", shape.items) : undefined;
    case "map":
      return (shape.minProperties ?? 0) > 0 ? within("{}", shape.values) : undefined;
    default:
      return undefined;
  }

  function within(name: string, inner: Shape): Step | undefined {
    const step = requiredStep(inner, finite);
    return step === undefined ? undefined : { ...step, path: [name, ...step.path] };
  }
}
