/** Reasons for which a store answers a position with a refresh. `overflow` is the session's own. */
export type RefreshReason =
  "epoch_changed" | "position_ahead" | "history_expired" | "gap_too_large" | "invalidated";

/** What a log knows of one stream, enough to judge a position. */
export interface LogExtent {
  readonly epoch: string;
  readonly headId: number;
  /** The oldest id that is still kept; headId + 1 where none is. */
  readonly firstKeptId: number;
  /** Positions below it were invalidated by the application; 0 without a floor. */
  readonly floorId: number;
  /** Pages needed from the position to the head; may stop counting beyond the bound. */
  readonly pagesAfter: (lastEventId: number) => number;
}

/** The first reason that applies to a position (REFRESH-8); undefined: events can be sent. */
export function refreshReason(
  position: { readonly epoch: string; readonly lastEventId: number },
  log: LogExtent,
  maxPages: number,
): RefreshReason | undefined {
  const { lastEventId } = position;
  if (position.epoch !== log.epoch) return "epoch_changed"; // REFRESH-1
  if (lastEventId > log.headId) return "position_ahead"; // REFRESH-2, REFRESH-3
  if (lastEventId < log.headId && lastEventId + 1 < log.firstKeptId) return "history_expired"; // REFRESH-4
  if (log.pagesAfter(lastEventId) > maxPages) return "gap_too_large"; // REFRESH-5
  if (lastEventId < log.floorId) return "invalidated"; // REFRESH-6
  return undefined;
}
