import type { Contract } from "../../model.js";
import { emitDecode } from "./decode.js";
import { emitEncode } from "./encode.js";
import { emitDoc, emitModule } from "./files.js";
import { emitLifecycle } from "./lifecycle.js";
import { emitMessages } from "./messages.js";
import { emitTables } from "./tables.js";

/** Each rendered file of the Go module, by its path in the module. */
export const GO_FILES = {
  "decode.go": emitDecode,
  "doc.go": emitDoc,
  "encode.go": emitEncode,
  "go.mod": emitModule,
  "lifecycle.go": emitLifecycle,
  "messages.go": emitMessages,
  "tables.go": emitTables,
} as const satisfies Readonly<Record<string, (contract: Contract) => Promise<string>>>;
