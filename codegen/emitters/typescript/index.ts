import type { Contract } from "../../model.js";
import { emitEvents } from "./events.js";
import { emitIndex } from "./index-file.js";
import { emitMessages } from "./messages.js";
import { emitTables } from "./tables.js";
import { emitValidators } from "./validators.js";

/** Each rendered file of the TypeScript package, by its path in the package. */
export const TYPESCRIPT_FILES = {
  "events.ts": emitEvents,
  "index.ts": emitIndex,
  "messages.ts": emitMessages,
  "tables.ts": emitTables,
  "validators.ts": emitValidators,
} as const satisfies Readonly<Record<string, (contract: Contract) => Promise<string>>>;
