import { readFileSync } from "node:fs";
import { dirname, isAbsolute, join } from "node:path";
import { Ajv } from "ajv";
import { parseDocument } from "yaml";
import { fileFault } from "../conformance/platform-fault.js";
import type { ServerOptions } from "../server/index.js";
import { ofContract, readEvents } from "./contract-settings.js";
import { DEMO } from "./demo.js";
import { allSettings, FILES, type Setting } from "./setting.js";
import type { GivenText } from "./settings-environment.js";
import { faultOf } from "./settings-fault.js";
import { settingsSchema } from "./settings-schema.js";
import { valueOfText } from "./settings-text.js";
import { UsageError } from "./usage-error.js";

/** Where settings come from. What stands later wins. */
export interface SettingsOrigins {
  /** A YAML or JSON file; without one the demo's settings take its place. */
  readonly file: string | undefined;
  readonly environment: readonly GivenText[];
  readonly flags: readonly GivenText[];
}

export type LogLevel = "silent" | "error" | "warn" | "info" | "debug";

/** What is to be run, and where each of its settings came from. */
export interface LoadedSettings {
  readonly options: ServerOptions;
  /** The document of the application's events, if there is one. */
  readonly document: string | undefined;
  readonly logLevel: LogLevel;
  /** The file, or what stands in its place. */
  readonly base: string;
  /** Path of a setting to the file, variable or flag that gave it; a default has no entry. */
  readonly sources: ReadonlyMap<string, string>;
}

/** What stands in the place of a settings file where none is named. */
export const DEMO_BASE = "the demo";

/** Who runs the command may not know yet that anybody could connect. */
const THIS_MACHINE = "127.0.0.1";

type Tree = Record<string, unknown>;

/**
 * Brings file, environment and flags together and checks the whole by the one schema.
 * @throws UsageError in one line: where the value came from, the setting, what is wrong, what is allowed
 */
export function loadSettings({ file, environment, flags }: SettingsOrigins): LoadedSettings {
  const settings = allSettings();
  const base = file ?? DEMO_BASE;
  const tree = file === undefined ? (structuredClone(DEMO) as Tree) : readTree(file);
  if (file !== undefined) placeFiles(tree, dirname(file));
  const sources = new Map<string, string>();
  for (const { path } of settings) if (holds(tree, path)) sources.set(path, base);
  for (const { setting, text, source } of [...environment, ...flags]) {
    if (put(tree, setting.path, valueOfText(setting, text, source))) {
      sources.delete(setting.path); // what was given last stands last
      sources.set(setting.path, source);
    }
  }
  if (file === undefined) leaveDemo(tree, sources);
  const validate = new Ajv({ strict: false, verbose: true }).compile(settingsSchema());
  if (!validate(tree)) {
    const error = validate.errors?.[0];
    if (error === undefined) throw new UsageError(`${base}: the settings are wrong`);
    const { path, text } = faultOf(error);
    throw new UsageError(`${sourceOf(path, settings, sources) ?? base}: ${text}`);
  }
  const {
    logLevel = "warn",
    contract: document,
    ...options
  } = tree as unknown as Omit<ServerOptions, "contract"> & {
    readonly logLevel?: LogLevel;
    readonly contract?: string;
  };
  const contract = document === undefined ? undefined : readEvents(document);
  const own =
    contract === undefined ? options : { ...ofContract(contract, options, sources), contract };
  return { options: { host: THIS_MACHINE, ...own }, document, logLevel, base, sources };
}

/**
 * Runs what checks the settings together, and says of a fault where the setting came from.
 * @throws UsageError
 */
export async function withSources<T>(
  { base, sources }: LoadedSettings,
  act: () => T | Promise<T>,
): Promise<T> {
  try {
    return await act();
  } catch (error) {
    if (!(error instanceof Error) || error.name !== "UsageError") throw error;
    const path = /^[A-Za-z.]+/.exec(error.message)?.[0] ?? "";
    const settings = allSettings();
    const isSetting = settings.some((one) => one.path === path);
    const source = sourceOf(path, settings, sources) ?? (isSetting ? base : undefined);
    if (source === undefined) throw error;
    throw new UsageError(`${source}: ${error.message}`, { cause: error });
  }
}

/** What gave the setting at a path, around it, or, for a group, what gave a part of it last. */
function sourceOf(
  path: string,
  settings: readonly Setting[],
  sources: ReadonlyMap<string, string>,
): string | undefined {
  const setting = settings.find((one) => path === one.path || path.startsWith(`${one.path}.`));
  const own = setting && sources.get(setting.path);
  if (own !== undefined) return own;
  const group = setting === undefined ? path : path.replace(/\.[^.]*$/, "");
  return [...sources].filter(([one]) => one.startsWith(`${group}.`)).at(-1)?.[1];
}

function readTree(file: string): Tree {
  const unreadable = (why: string): UsageError =>
    new UsageError(`cannot read the settings in ${file}: ${why}`);
  let text: string;
  try {
    text = readFileSync(file, "utf8");
  } catch (error) {
    throw unreadable(fileFault(error));
  }
  let settings: unknown;
  try {
    const document = parseDocument(text);
    const [fault] = [...document.errors, ...document.warnings];
    if (fault !== undefined) throw fault;
    settings = document.toJS();
  } catch (error) {
    throw unreadable(withoutSource(error as Error));
  }
  if (isTree(settings)) return settings;
  throw new UsageError(`${file} must hold one mapping of settings, for example \`port: 3000\``);
}

/** What a parser says, but nothing of the file that it shows: a secret may stand there. */
function withoutSource({ message }: Error): string {
  const [said = ""] = message.split("\n");
  const [, what = "", place = ""] = /^(.*?)( at line \d+, column \d+)?:?$/.exec(said) ?? [];
  return `${what.replace(/(?:: | %).*/, "")}${place}`;
}

/** What a settings file names lies beside it, wherever the server is started from. */
function placeFiles(tree: Tree, folder: string): void {
  for (const path of FILES) {
    const value = valueAt(tree, path);
    if (typeof value !== "string" || value === "" || isAbsolute(value)) continue;
    put(tree, path, join(folder, value));
  }
}

/** The demo says who may connect in mode none only. */
function leaveDemo(tree: Tree, sources: Map<string, string>): void {
  const { auth } = tree;
  if (!isTree(auth) || auth.mode === "none") return;
  for (const name of ["scopes", "modules"]) {
    if (sources.get(`auth.${name}`) !== DEMO_BASE) continue;
    sources.delete(`auth.${name}`);
    Reflect.deleteProperty(auth, name);
  }
}

function holds(tree: Tree, path: string): boolean {
  return valueAt(tree, path) !== undefined;
}

function valueAt(tree: Tree, path: string): unknown {
  let at: unknown = tree;
  for (const name of path.split(".")) {
    if (!isTree(at) || !Object.hasOwn(at, name)) return undefined;
    at = at[name];
  }
  return at;
}

/** Answers false where a file has something else in the place of the group: the schema will say so. */
function put(tree: Tree, path: string, value: unknown): boolean {
  const names = path.split(".");
  const last = names.pop() ?? "";
  let at = tree;
  for (const name of names) {
    const inner = at[name] ?? (at[name] = {});
    if (!isTree(inner)) return false;
    at = inner;
  }
  at[last] = value;
  return true;
}

function isTree(value: unknown): value is Tree {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
