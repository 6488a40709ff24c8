import type { Contract } from "../../model.js";
import { emitClient } from "./client.js";
import { emitDecoders } from "./decoders.js";
import { emitEvents } from "./events.js";
import { emitInit } from "./init-file.js";
import { emitLifecycle } from "./lifecycle.js";
import { emitMessages } from "./messages.js";
import { emitProject } from "./package-file.js";
import { emitTables } from "./tables.js";

/** Each rendered file of the Python package, by its path in the package. */
export const PYTHON_FILES = {
  "pyproject.toml": emitProject,
  "src/latido/__init__.py": emitInit,
  "src/latido/client/client.py": emitClient,
  "src/latido/decoders.py": emitDecoders,
  "src/latido/events.py": emitEvents,
  "src/latido/lifecycle.py": emitLifecycle,
  "src/latido/messages.py": emitMessages,
  "src/latido/tables.py": emitTables,
} as const satisfies Readonly<Record<string, (contract: Contract) => Promise<string>>>;
