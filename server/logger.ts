/** Where a server writes its log; a pino logger is one. Never given a token, a key or a payload. */
export interface Logger {
  debug(about: Readonly<Record<string, unknown>>, message: string): void;
  info(about: Readonly<Record<string, unknown>>, message: string): void;
  warn(about: Readonly<Record<string, unknown>>, message: string): void;
  error(about: Readonly<Record<string, unknown>>, message: string): void;
}

function nothing(): void {
  // Silence is what was asked for.
}

export const silentLogger: Logger = {
  debug: nothing,
  info: nothing,
  warn: nothing,
  error: nothing,
};
