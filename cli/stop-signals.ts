/** Exit codes of a shell for a process that a signal ended. */
const EXITS = { SIGINT: 130, SIGTERM: 143 } as const;
const SIGNALS = ["SIGINT", "SIGTERM"] as const;

/** Waiting for a signal to stop. */
export interface StopSignals {
  /** Resolves at the first SIGINT or SIGTERM, also at one that came before anybody waited. */
  readonly asked: Promise<void>;
  /** Leaves the signals to Node again. */
  readonly forget: () => void;
}

/**
 * Listens for SIGINT and SIGTERM. The first asks to stop, a second one ends the process at once. Called
 * before a server starts, so that none is lost between its first line and its first client.
 */
export function stopSignals(
  end: (code: number) => void = (code) => process.exit(code),
): StopSignals {
  let isAsked = false;
  let ask: () => void = () => undefined;
  const asked = new Promise<void>((resolve) => {
    ask = resolve;
  });
  const heard = (signal: (typeof SIGNALS)[number]): void => {
    if (isAsked) end(EXITS[signal]);
    isAsked = true;
    ask();
  };
  for (const signal of SIGNALS) process.on(signal, heard);
  return {
    asked,
    forget: () => {
      for (const signal of SIGNALS) process.off(signal, heard);
    },
  };
}
