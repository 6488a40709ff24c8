import { mayHoldSecret, type Setting } from "./setting.js";
import { UsageError } from "./usage-error.js";

/**
 * The value of a setting that was given as text, by a variable or a flag. What is no such value stays a
 * text, so that the schema says what is wrong with it.
 *
 * A list is separated by commas. Lists and mappings may be JSON; a mapping must be.
 * @throws UsageError for what begins as JSON and is none
 */
export function valueOfText(setting: Setting, text: string, source: string): unknown {
  const { type = "string" } = setting.schema;
  const types = typeof type === "string" ? [type] : type;
  if (types.includes("integer") || types.includes("number")) {
    return /^-?\d+(\.\d+)?$/.test(text.trim()) ? Number(text) : text;
  }
  const begins = text.trimStart()[0];
  const isJson =
    (types.includes("array") && (begins === "[" || begins === "{")) ||
    (types.includes("object") && begins === "{");
  if (isJson) return parsed(setting, text, source);
  if (!types.includes("array")) return text;
  return text
    .split(",")
    .map((item) => item.trim())
    .filter((item) => item !== "");
}

function parsed({ path }: Setting, text: string, source: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch (error) {
    // What the parser says shows the text.
    const why = mayHoldSecret(path) ? "" : `: ${(error as Error).message}`;
    throw new UsageError(`${source}: ${path} begins as JSON and is none${why}`);
  }
}
