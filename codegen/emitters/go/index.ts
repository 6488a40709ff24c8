import type { Contract } from "../../model.js";
import { emitDecode } from "./decode.js";
import { emitEncode } from "./encode.js";
import { emitEvents } from "./events.js";
import { emitDoc, emitModule, emitProtocolDoc } from "./files.js";
import { emitLifecycle } from "./lifecycle.js";
import { emitMessages } from "./messages.js";
import { emitTables } from "./tables.js";

/** Each rendered file of the Go module, by its path in the module. */
export const GO_FILES = {
  "doc.go": emitDoc,
  "events.go": emitEvents,
  "go.mod": emitModule,
  "protocol/decode.go": emitDecode,
  "protocol/doc.go": emitProtocolDoc,
  "protocol/encode.go": emitEncode,
  "protocol/lifecycle.go": emitLifecycle,
  "protocol/messages.go": emitMessages,
  "protocol/tables.go": emitTables,
} as const satisfies Readonly<Record<string, (contract: Contract) => Promise<string>>>;
