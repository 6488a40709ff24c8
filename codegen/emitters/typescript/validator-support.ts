/**
 * Ordinary code at the end of validators.ts: turns what ajv reports into one sentence, and stands in for
 * ajv's own run-time helpers, so that the module imports nothing.
 */
export const VALIDATOR_SUPPORT = String.raw`
function isObject(value) {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function notAnObject(): Invalid {
  return { kind: "invalid", path: "", problem: "the frame must be an object" };
}

function unknownType(value) {
  if (typeof value.type === "string") return { kind: "unknown", type: value.type, value };
  if (!Object.hasOwn(value, "type")) return { kind: "invalid", path: "", problem: "the frame lacks the member type" };
  return { kind: "invalid", path: "/type", problem: "type must be a string" };
}

/** The first fault that a check met; the value itself is in none of its parts. */
function refused(check): Invalid {
  const { instancePath, keyword, params } = check.errors[0];
  const path = instancePath.length > 512 ? "" : instancePath;
  const name = path === "" ? "the value" : path.slice(1).replaceAll("/", ".");
  return { kind: "invalid", path, problem: name + " " + sentence(keyword, params) };
}

/** Every check ends at its first fault. */
function fail(check, instancePath, keyword, params) {
  check.errors = [{ instancePath, keyword, params }];
  return false;
}

function sentence(keyword, params) {
  switch (keyword) {
    case "type":
      return "must be " + (params.type === "integer" || params.type === "object" || params.type === "array" ? "an " : "a ") + params.type;
    case "required":
      return "lacks the member " + params.missingProperty;
    case "additionalProperties":
      return "has a member that is not described";
    case "propertyNames":
      return "has a member with a name that is not allowed";
    case "const":
      return "must be " + JSON.stringify(params.allowedValue);
    case "enum":
      return "must be one of " + params.allowedValues.join(", ");
    case "pattern":
      return "must match " + params.pattern;
    case "minimum":
      return "must be at least " + params.limit;
    case "maximum":
      return "must be at most " + params.limit;
    case "minLength":
      return "must have at least " + counted(params.limit, "character");
    case "maxLength":
      return "must have at most " + counted(params.limit, "character");
    case "minItems":
      return "must have at least " + counted(params.limit, "item");
    case "maxItems":
      return "must have at most " + counted(params.limit, "item");
    case "uniqueItems":
      return "must not repeat an item";
    case "minProperties":
      return "must have at least " + counted(params.limit, "member");
    case "maxProperties":
      return "must have at most " + counted(params.limit, "member");
    default:
      return "does not keep its schema";
  }
}

function counted(count, noun) {
  return count + " " + noun + (count === 1 ? "" : "s");
}

/** Lengths are code points: a surrogate pair counts once. */
function isLonger(text, bound) {
  return text.length > bound && (text.length > 2 * bound || countCodePoints(text) > bound);
}

function isShorter(text, bound) {
  return text.length < bound || (text.length < 2 * bound && countCodePoints(text) < bound);
}

function countCodePoints(text) {
  let count = text.length;
  for (let at = 1; at < text.length; at += 1) {
    const isPair =
      (text.charCodeAt(at) & 0xfc00) === 0xdc00 && (text.charCodeAt(at - 1) & 0xfc00) === 0xd800;
    if (isPair) count -= 1;
  }
  return count;
}
`;
