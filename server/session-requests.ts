import type {
  AckFrame,
  PresenceUpdatePayload,
  RequestPresenceFrame,
  RequestSyncFrame,
} from "../generated/typescript/messages.js";
import { payloadFault } from "./event-contract.js";
import { messageAckFrame } from "./frames.js";
import { jsonText } from "./json-text.js";
import { canonicalScope, nameOf } from "./names.js";
import type { UserUsage } from "./rates.js";
import { RequestLines, type WaitingMessage } from "./request-lines.js";
import type { MessageRefusal, SessionSet, StoreReply } from "./session-input.js";
import type { Turn } from "./turn.js";

const RETRY_AWAY_MS = 1_000;

/** What the client of an open session asks for: each request is refused, answered, or done at its pace. */
export class SessionRequests {
  readonly #userId: string;
  readonly #usage: UserUsage;
  #set: SessionSet;
  /** Made with the first request, so that an idle session does without. */
  #lines: RequestLines | undefined;
  #isAway = false;
  #knownOwnScope: string | undefined;

  constructor(userId: string, set: SessionSet, usage: UserUsage) {
    this.#userId = userId;
    this.#set = set;
    this.#usage = usage;
  }

  /** When something that was delayed may be done; Infinity without any. */
  get nextAt(): number {
    return this.#lines?.nextAt ?? Infinity;
  }

  get unanswered(): number {
    return this.#lines?.unanswered ?? 0;
  }

  get isAway(): boolean {
    return this.#isAway;
  }

  /** A token changed what the session may see. */
  replaceSet(set: SessionSet): void {
    this.#set = set;
  }

  /** Answers false where the credit is exceeded, after which the session closes (MSG-16). */
  message(message: WaitingMessage, turn: Turn): boolean {
    const lines = this.#needLines(turn);
    const most = turn.environment.settings.limits.inFlightMessages;
    if (lines.unanswered >= most) {
      const { messageId } = message.frame;
      turn.error("window_exceeded", `more than ${most} messages are unanswered`, { messageId });
      return false;
    }
    lines.addMessage(message);
    if (lines.nextMessageAt(turn.now) > turn.now) turn.note({ kind: "paced", what: "message" });
    this.#handleMessages(lines, turn);
    return true;
  }

  acknowledge({ streams }: AckFrame, turn: Turn): void {
    for (const { stream, epoch, lastEventId } of streams) {
      if (!this.#set.hasStream(stream)) continue; // ACK-6
      turn.do({ do: "acknowledge", stream, epoch, lastEventId });
    }
  }

  sync({ streams }: RequestSyncFrame, turn: Turn): void {
    const known = streams.filter(({ stream }) => {
      if (this.#set.hasStream(stream)) return true;
      turn.error("forbidden_stream", "the stream is not in the session's set", { stream }); // SYNC-20
      return false;
    });
    if (known.length === 0) return;
    if (this.#needLines(turn).addSync(known, turn.now)) turn.note({ kind: "paced", what: "sync" });
    this.pace(turn);
  }

  presenceStates({ groups }: RequestPresenceFrame, turn: Turn): void {
    const known = groups.filter((group) => {
      if (this.#set.hasGroup(group)) return true;
      turn.error("forbidden", "the group is not one of the session's"); // PRES-12
      return false;
    });
    this.#needLines(turn).addStates(known);
    this.pace(turn);
  }

  presence({ status, metadata }: PresenceUpdatePayload, turn: Turn): void {
    const text = metadata === undefined ? undefined : jsonText(metadata);
    const most = turn.environment.settings.limits.presenceMetadataBytes;
    const isWritten = metadata === undefined || text !== undefined;
    if (!isWritten || Buffer.byteLength(text ?? "") > most) {
      turn.error("payload_too_large", `payload.metadata is over ${most} bytes`); // PRES-30
      return;
    }
    this.#needLines(turn).addPresence({ status, metadata: text });
    this.pace(turn);
  }

  /** The current message has its outcome, or has to wait for one. */
  published(reply: Extract<StoreReply, { to: "publish" }>, turn: Turn): void {
    const lines = this.#lines;
    const current = lines?.current;
    if (lines === undefined || current === undefined) return;
    const { messageId } = current.frame;
    if ("failed" in reply && reply.failed === "away") {
      // MSG-17: said once, without a messageId
      if (!this.#isAway)
        turn.error("upstream_unavailable", "messages wait until the application is back");
      this.#isAway = true;
      lines.retryAt(turn.now + RETRY_AWAY_MS);
      return;
    }
    this.#isAway = false;
    lines.answered();
    if ("failed" in reply)
      turn.error("internal", "the outcome is unknown", { messageId }); // MSG-19
    else if ("refused" in reply)
      turn.error(reply.refused.code, reply.refused.message, { messageId }); // MSG-33, MSG-34, MSG-36; no bad frame (ERR-11)
    else turn.send(messageAckFrame(turn.environment.stamp(), messageId, reply));
    this.#handleMessages(lines, turn);
  }

  /** SYNC-31: a page with more behind it was written. */
  expectContinuation(stream: string, from: number): void {
    this.#lines?.expectContinuation(stream, from);
  }

  /** The client leaves: what it sent is handled without waiting for the pace (MSG-26). */
  hurry(turn: Turn): void {
    this.#lines?.hurry();
    if (this.#lines !== undefined) this.#handleMessages(this.#lines, turn);
  }

  /** Does whatever was delayed and may be done now. */
  pace(turn: Turn): void {
    const lines = this.#lines;
    if (lines === undefined) return;
    this.#handleMessages(lines, turn);
    for (const { stream, epoch, lastEventId } of lines.takeSyncs(turn.now)) {
      turn.do({ do: "sync", stream, epoch, lastEventId });
    }
    const presence = lines.takePresence(turn.now);
    if (presence !== undefined) turn.do({ do: "show", ...presence });
    const groups = lines.takeStates(turn.now);
    if (groups.length > 0) turn.do({ do: "states", groups });
  }

  /** MSG-13: one after the other, each answered before the next is looked at. */
  #handleMessages(lines: RequestLines, turn: Turn): void {
    for (
      let next = lines.takeMessage(turn.now);
      next !== undefined;
      next = lines.takeMessage(turn.now)
    ) {
      const { frame, payload } = next;
      const { messageId } = frame;
      lines.countMessage(turn.now); // LIMIT-2: what is refused costs work too
      if (isOversize(payload, turn)) {
        // ERR-2: size before authorisation
        turn.error("payload_too_large", `payload is over ${limitOf(turn)} bytes`, { messageId });
        lines.answered();
        continue;
      }
      const scope = frame.scope === undefined ? this.#ownScope : canonicalScope(frame.scope); // MSG-32
      const refusal = this.#refusalOf(frame.event, payload, scope, turn);
      if (refusal === undefined) {
        turn.do({ do: "publish", frame, payload, scope });
      } else {
        // MSG-8: what was published before it was forbidden keeps its outcome
        turn.do({ do: "recall", messageId, refusal });
      }
      return;
    }
  }

  /** Made with the first message: every later one is compared with it. */
  get #ownScope(): string {
    return (this.#knownOwnScope ??= `{"user":"${this.#userId}"}`);
  }

  /** @param payload JSON text, parsed where a contract has a say in it */
  #refusalOf(
    event: string,
    payload: string,
    scope: string,
    { environment }: Turn,
  ): MessageRefusal | undefined {
    const { clientEvents, contract } = environment.settings;
    const fault =
      contract !== undefined && clientEvents.has(event)
        ? payloadFault(contract, event, JSON.parse(payload))
        : undefined;
    if (fault !== undefined) {
      return { code: "invalid_message", message: `payload: ${fault.problem}` }; // MSG-36, and ERR-2: before authorisation
    }
    if (scope !== this.#ownScope && !this.#set.hasGroup(nameOf(scope))) {
      return { code: "forbidden", message: "the scope is not one of the session's" }; // MSG-33
    }
    if (clientEvents.has(event)) return undefined;
    return { code: "unsupported_event", message: "clients send no event of this name" }; // MSG-34
  }

  #needLines(turn: Turn): RequestLines {
    this.#lines ??= new RequestLines(turn.environment.rates, this.#usage);
    return this.#lines;
  }
}

function limitOf(turn: Turn): number {
  return turn.environment.settings.limits.payloadBytes;
}

/** A character takes three bytes at most, so that most payloads need not be counted. */
function isOversize(payload: string, turn: Turn): boolean {
  const most = limitOf(turn);
  return payload.length * 3 > most && Buffer.byteLength(payload) > most;
}
