// What the scripted server answers by itself, as any server would, so that an application behind the
// client can go on with its work while it is judged.

import type { Peer } from "../adversary/peer.js";
import { sentFrame } from "../cases/expand.js";
import { FRAME_SCHEMAS } from "../contract.js";
import { member, stringOr, type JsonObject } from "../json.js";

/** Answered unless a case says otherwise (`accept: {auto: […]}`). */
export const MANNERS: readonly string[] = [
  "HEARTBEAT",
  "ping",
  "MESSAGE",
  "TOKEN_REFRESH",
  "DISCONNECT",
  "unknown",
];

const LONG_TOKEN_LIFE = { expiresInMs: 3_600_000, refreshLeadMs: 60_000 };

/** A MESSAGE is answered when it comes the second time: the first is lost with its connection. */
export class Manners {
  readonly #messages = new Set<string>();

  /** What to send, for one frame of the client. `connect` is the CONNECT of this connection. */
  answers(frame: JsonObject, connect: JsonObject): readonly JsonObject[] {
    const type = stringOr(frame.type, "");
    switch (type) {
      case "HEARTBEAT":
        return [{ type: "HEARTBEAT_ACK" }];
      case "ping":
        return [{ type: "pong" }];
      case "MESSAGE":
        return this.#message(frame);
      case "TOKEN_REFRESH":
        return [
          {
            type: "TOKEN_REFRESHED",
            token: LONG_TOKEN_LIFE,
            modules: member(connect, "modules") ?? [],
            streams: member(connect, "streams") ?? [],
          },
        ];
      default:
        return [];
    }
  }

  #message(frame: JsonObject): readonly JsonObject[] {
    const messageId = stringOr(frame.messageId, "");
    if (this.#messages.has(messageId)) return [{ type: "MESSAGE_ACK", messageId, duplicate: true }];
    if (this.#messages.size < 10_000) this.#messages.add(messageId);
    return [];
  }

  /** Answers on the connection that the frame came from, as far as `auto` goes. */
  answer(peer: Peer, frame: JsonObject, connect: JsonObject, auto: readonly string[]): void {
    if (peer.stalled || !peer.usable) return;
    const type = stringOr(frame.type, "");
    if (Object.hasOwn(FRAME_SCHEMAS["client-to-server"], type)) {
      if (!auto.includes(type)) return;
      for (const each of this.answers(frame, connect)) peer.sendFrame(sentFrame(each, "server"));
      if (type === "DISCONNECT") peer.close(1000, "as asked");
    } else if (auto.includes("unknown")) {
      const error = {
        type: "ERROR",
        code: "unknown_type",
        message: "no such type",
        retryable: false,
      };
      peer.sendFrame(sentFrame(error, "server"));
    }
  }
}
