import { checkedList } from "./shapes.js";
import { UsageError } from "./usage-error.js";

/** Origins of web pages, or a list of them for each environment. `*` is any. */
export type Origins = readonly string[] | Readonly<Record<string, readonly string[]>>;

/** `scheme://host[:port]` as a browser writes it, `null` for a page without one, `*` for any. */
const ORIGIN = /^(?:\*|null|[a-z][a-z0-9+.-]*:\/\/[^\s/?#@]*)$/i;

/**
 * The list that holds in the environment, each origin as browsers write it.
 * @throws UsageError where there is no such environment, or an entry that no page can have
 */
export function checkedOrigins(origins: Origins, environment: string | undefined): string[] {
  if (environment !== undefined && (typeof environment !== "string" || environment === "")) {
    throw new UsageError("environment is not a name");
  }
  const given: unknown = origins;
  if (Array.isArray(given)) return checkedEach("origins", given);
  if (typeof given !== "object" || given === null) {
    throw new UsageError("origins is not a list of texts, nor a mapping of environments to lists");
  }
  const names = Object.keys(given).join(", ");
  if (environment === undefined) {
    throw new UsageError(`environment is missing; origins has a list for each of ${names}`);
  }
  if (!Object.hasOwn(given, environment)) {
    throw new UsageError(`environment is "${environment}"; origins has a list for ${names}`);
  }
  let chosen: string[] = [];
  for (const [name, list] of Object.entries(given)) {
    const checked = checkedEach(`origins.${name}`, list); // also those that do not hold here
    if (name === environment) chosen = checked;
  }
  return chosen;
}

/** AUTH-18: true for a request that names no origin, or one of the list. */
export function isAllowedOrigin(origin: string | undefined, origins: readonly string[]): boolean {
  return origin === undefined || origins.includes("*") || origins.includes(origin);
}

function checkedEach(setting: string, list: unknown): string[] {
  return checkedList(setting, list).map((origin) => {
    if (!ORIGIN.test(origin)) {
      throw new UsageError(
        `${setting} holds ${JSON.stringify(origin)}; allowed is scheme://host or scheme://host:port without a path, null or *`,
      );
    }
    return asBrowsersWrite(origin);
  });
}

function asBrowsersWrite(origin: string): string {
  return /^https?:/i.test(origin) && URL.canParse(origin) ? new URL(origin).origin : origin;
}
