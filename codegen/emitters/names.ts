/** The words of a name, whatever its style: `syncTimeoutMs`, `sync_timeout_ms`, `SyncTimeout`. */
export function wordsOf(name: string): readonly string[] {
  return name
    .replaceAll(/([a-z0-9])([A-Z])/gu, "$1 $2")
    .split(/[^A-Za-z0-9]+/u)
    .filter((word) => word !== "")
    .map((word) => word.toLowerCase());
}

/** `syncTimeoutMs`. */
export function camelCase(name: string): string {
  return wordsOf(name)
    .map((word, index) => (index === 0 ? word : capital(word)))
    .join("");
}

/** `SyncTimeoutMs`. */
export function pascalCase(name: string): string {
  return wordsOf(name).map(capital).join("");
}

/** `SYNC_TIMEOUT_MS`. */
export function constantCase(name: string): string {
  return wordsOf(name).join("_").toUpperCase();
}

/**
 * The English plural of a constant's name: `REFRESH_REASONS`, `PRESENCE_STATUSES`, `POLICIES`, `WEEK_DAYS`; of a
 * word that is too short for a noun `PAY_BYS`.
 */
export function plural(constant: string): string {
  const last = constant.split("_").at(-1) ?? "";
  if (last.length > 2 && /[^AEIOU]Y$/u.test(last)) return `${constant.slice(0, -1)}IES`;
  return /(?:S|X|Z|CH|SH)$/u.test(last) ? `${constant}ES` : `${constant}S`;
}

function capital(word: string): string {
  return word.slice(0, 1).toUpperCase() + word.slice(1);
}
