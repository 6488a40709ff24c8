// All profiles in another way than their files say: with tokens, or with more settings.

import { readFileSync } from "node:fs";
import { dirname, resolve } from "node:path";

import { parse } from "yaml";

import { isObject, type JsonObject } from "../json.js";
import { fileFault } from "../platform-fault.js";
import { UsageError } from "../usage-error.js";
import { loadProfiles, type Profile, type ProfileSettings } from "./profile.js";

/** Applied to every profile of a run. */
export interface Variation {
  /** Profiles without tokens take those of the profile `jwt`; what they let everyone see goes into the tokens. */
  readonly auth?: "jwt";
  /** Settings over those of each profile, mappings member by member. It says nothing of `auth`. */
  readonly overlay?: JsonObject;
}

/** Requirements on a server without tokens: a case of these alone says nothing of one that has some. */
export const WITHOUT_TOKENS: ReadonlySet<string> = new Set(["AUTH-1"]);

/** The profile as a run with this variation has it. */
export function varied(profile: Profile, { auth, overlay = {} }: Variation = {}): Profile {
  const { settings } = profile;
  const own = auth === undefined || settings.auth.mode === auth ? settings.auth : tokens();
  return { ...profile, settings: over({ ...settings, auth: own }, overlay) as ProfileSettings };
}

function tokens(): ProfileSettings["auth"] {
  const profile = loadProfiles().get("jwt");
  if (!profile) throw new Error("there is no profile jwt");
  return profile.settings.auth;
}

function over(base: JsonObject, upper: JsonObject): JsonObject {
  const members = Object.entries(upper).map(([name, value]) => {
    const below = base[name];
    return [name, isObject(value) && isObject(below) ? over(below, value) : value] as const;
  });
  return { ...base, ...Object.fromEntries(members) };
}

/** @throws UsageError that names the file and what is wrong with it */
export function readOverlay(file: string): JsonObject {
  let content: unknown;
  try {
    content = parse(readFileSync(file, "utf8"));
  } catch (error) {
    throw new UsageError(`cannot read --settings ${file}: ${fileFault(error)}`);
  }
  if (!isObject(content)) {
    throw new UsageError(`${file} must hold one mapping of settings, for example transport: ws`);
  }
  if (Object.hasOwn(content, "auth")) {
    throw new UsageError(`${file} may not hold auth: the cases depend on it; see --auth`);
  }
  const { contract } = content;
  // As in a settings file of the server: beside the file that says it, whose content goes elsewhere.
  return typeof contract === "string"
    ? { ...content, contract: resolve(dirname(file), contract) }
    : content;
}
