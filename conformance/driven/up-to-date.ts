// A client may ask for a stream although it lacks nothing of it. Such a request is answered as every
// server answers it, and no step of a case sees it.

import { sentFrame } from "../cases/expand.js";
import type { Peer } from "../adversary/peer.js";
import { isObject, member, type JsonObject } from "../json.js";
import type { Entry, Transcript } from "../transcript.js";

function listed(value: unknown): readonly JsonObject[] {
  const streams = member(value, "streams");
  return Array.isArray(streams) ? streams.filter(isObject) : [];
}

/** The heads that CONNECT announced on one connection, as long as nothing newer was said of them. */
class Heads {
  #announced: Map<unknown, JsonObject> | undefined;

  said(entry: Entry): void {
    if (this.#announced === undefined && entry.name === "CONNECT") {
      this.#announced = new Map(listed(entry.value).map((head) => [head.stream, head]));
      return;
    }
    this.#announced?.delete(member(entry.value, "stream"));
    for (const head of listed(entry.value)) this.#announced?.delete(head.stream);
  }

  isAt({ stream, epoch, lastEventId }: JsonObject): boolean {
    const head = this.#announced?.get(stream);
    return head !== undefined && head.epoch === epoch && head.lastEventId === lastEventId;
  }
}

/** The connection that is asked. */
type Asked = Pick<Peer, "name" | "usable" | "stalled" | "sendFrame">;

/** Answers what `peer` is asked without need. */
export function answerUpToDate(transcript: Transcript, peer: Asked): void {
  const heads = new Heads();
  transcript.watch((entry) => {
    if (entry.on !== peer.name || entry.kind !== "frame") return;
    if (entry.from === "runner") {
      heads.said(entry);
      return;
    }
    if (entry.name !== "REQUEST_SYNC" || !peer.usable || peer.stalled) return;
    const positions = listed(entry.value);
    if (positions.length === 0 || !positions.every((each) => heads.isAt(each))) return;
    transcript.take(entry);
    for (const { stream, epoch, lastEventId } of positions) {
      const page = {
        stream,
        epoch,
        fromEventId: lastEventId,
        headEventId: lastEventId,
        events: [],
      };
      peer.sendFrame(sentFrame({ type: "SYNC", ...page }, "server"));
    }
  });
}
