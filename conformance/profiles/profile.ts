// Settings that cases of the server tier ask for, by name. The server under test is started with them.

import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";

import { Ajv } from "ajv";
import { parse } from "yaml";

import type { JsonObject } from "../json.js";
import { packageRoot } from "../package-root.js";
import { UsageError } from "../usage-error.js";

export interface Profile {
  readonly name: string;
  readonly description: string;
  readonly settings: ProfileSettings;
}

/** What `latido serve --config` takes; `timers` and `limits` bear the names of spec/policy.yaml. */
export interface ProfileSettings extends JsonObject {
  readonly auth: { readonly mode: "none" | "jwt"; readonly secret?: string };
  readonly apiKey?: string;
  /** Document of the application's events, from the folder of the profiles. */
  readonly contract?: string;
  readonly timers?: Readonly<Record<string, number>>;
  readonly limits?: Readonly<Record<string, number>>;
}

/** The profile of a case that names none: what `npm start` serves. */
export const OPEN = "open";

function profilesFolder(): string {
  return join(packageRoot(), "conformance", "profiles");
}

/** All profiles by name, `open` first. */
export function loadProfiles(folder: string = profilesFolder()): ReadonlyMap<string, Profile> {
  const schema = readFileSync(join(profilesFolder(), "profile.schema.json"), "utf8");
  const validate = new Ajv({ strict: false }).compile<Profile>(JSON.parse(schema) as object);
  const profiles = readdirSync(folder)
    .filter((file) => file.endsWith(".yaml"))
    .sort()
    .map((file) => {
      const content: unknown = parse(readFileSync(join(folder, file), "utf8"));
      if (!validate(content)) {
        const { instancePath = "", message = "is wrong" } = validate.errors?.[0] ?? {};
        throw new Error(`profiles/${file}: ${instancePath} ${message}`);
      }
      if (`${content.name}.yaml` !== file) throw new Error(`profiles/${file} is called otherwise`);
      return content;
    })
    .sort((one, other) => Number(other.name === OPEN) - Number(one.name === OPEN));
  return new Map(profiles.map((each) => [each.name, each]));
}

/** @throws UsageError that lists the names */
export function profileNamed(name: string): Profile {
  const profiles = loadProfiles();
  const found = profiles.get(name);
  if (found) return found;
  throw new UsageError(
    `there is no profile ${name}; the profiles are ${[...profiles.keys()].join(", ")}`,
  );
}

/** The settings as a server is given them: its working folder is its own, so that files are named from the root. */
export function givenSettings({ settings }: Profile): ProfileSettings {
  const { contract } = settings;
  if (contract === undefined) return settings;
  return { ...settings, contract: join(profilesFolder(), contract) };
}
