import type { KNOWN_REFRESH_REASONS } from "../generated/typescript/tables.js";
import type { UpstreamState } from "./messages/webhook.js";
import type { StoreSize } from "./stores/store.js";

/** What is read when somebody asks. A metric whose source is missing is not there. */
export interface MetricSources {
  readonly connections?: () => number;
  readonly users?: () => number;
  /** Sessions by the state of spec/lifecycle.yaml. */
  readonly sessionStates?: () => Readonly<Record<string, number>>;
  /** Streams that have sessions on this instance. */
  readonly streams?: () => number;
  readonly isDraining?: () => boolean;
  readonly isStoreHealthy?: () => boolean;
  readonly storeSize?: (() => StoreSize) | undefined;
  /** State of the circuit to the application. */
  readonly upstream?: (() => UpstreamState) | undefined;
}

/** What became of an event that the application published to one stream. */
export type PublishOutcomeName = "appended" | "duplicate" | "failed";
/** What was answered to one requested position, or sent to a session that could not keep up. */
export type SyncOutcome = "page" | "up_to_date" | "failed" | (typeof KNOWN_REFRESH_REASONS)[number];
