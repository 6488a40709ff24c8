import type { ErrorFrame, MessageAckFrame } from "../messages.js";
import type { Refusal, SendResult } from "./effects.js";
import type { ApplicationInput } from "./inputs.js";
import type { Port } from "./port.js";
import type { SessionSettings } from "./settings.js";
import type { StoredMessage } from "./stored.js";
import { fitsUtf8, utf8Length } from "./utf8.js";

type Send = ApplicationInput & { readonly type: "send" };
type Stored = ApplicationInput & { readonly type: "messageStored" };

interface Item {
  message: StoredMessage;
  /** Writes to the store that it has not confirmed. */
  storing: number;
  /** Sent on the present connection. */
  inFlight: boolean;
  /** Sent on any connection, as far as is known. */
  sent: boolean;
}

/** MESSAGEs until they are answered, in the order of the application (MSG-1, MSG-3). */
export class Outbox {
  readonly #port: Port;
  readonly #bound: number;
  readonly #persistent: boolean;
  readonly #items = new Map<string, Item>();
  #inFlight = 0;
  /** MSG-31: a retryable ERROR leaves it and all later ones to the next connection. */
  #halted = false;

  constructor(port: Port, settings: SessionSettings) {
    this.#port = port;
    this.#bound = settings.outboxMessages;
    this.#persistent = settings.persistentOutbox;
    for (const message of settings.messages) {
      const sent = message.firstSentAt !== undefined;
      this.#items.set(message.messageId, { message, storing: 0, inFlight: false, sent });
    }
  }

  get size(): number {
    return this.#items.size;
  }

  get inFlight(): number {
    return this.#inFlight;
  }

  add({ messageId, event, payload, scope }: Send): void {
    const message = { messageId, event, payload, ...(scope === undefined ? {} : { scope }) };
    const refusal = this.#refusalOf(message);
    if (refusal !== undefined) {
      this.#port.emit({ type: "refuse", messageId, refusal });
      return;
    }
    const item = { message, storing: 0, inFlight: false, sent: false };
    this.#items.set(messageId, item);
    this.pump();
    if (item.storing === 0) this.#store(item);
  }

  /** The store has answered; on a failure the message is not sent, as a restart could send it twice. */
  stored({ messageId, problem }: Stored): void {
    const item = this.#items.get(messageId);
    if (item === undefined || item.storing === 0) return;
    item.storing -= 1;
    if (problem !== undefined && !item.inFlight) {
      this.#settle(messageId, { status: "failed", reason: "store_failed" });
    }
    this.pump();
  }

  connected(): void {
    this.#halted = false;
    this.expire();
    for (const item of [...this.#items.values()]) this.#recheck(item);
    this.pump();
  }

  connectionLost(): void {
    for (const item of this.#items.values()) item.inFlight = false;
    this.#inFlight = 0;
    this.expire();
  }

  /** Send what credit, order and the store allow. */
  pump(): void {
    if (!this.#port.connected || this.#halted) return;
    let credit = this.#port.announced.limits.maxInFlightMessages - this.#inFlight; // MSG-12
    let blocked = false;
    for (const item of this.#items.values()) {
      if (item.inFlight) continue;
      if (credit <= 0) return;
      credit -= 1;
      if (item.message.firstSentAt === undefined) {
        item.message = { ...item.message, firstSentAt: this.#port.now };
        this.#store(item); // MSG-6: before it is sent
      }
      if (item.storing > 0) blocked = true; // MSG-3: later ones wait for it
      if (!blocked) this.#send(item);
    }
  }

  acknowledged(frame: MessageAckFrame): void {
    const { messageId, stream, epoch, eventId, duplicate } = frame;
    this.#answered(messageId, {
      status: "accepted",
      ...(stream === undefined ? {} : { stream }),
      ...(epoch === undefined ? {} : { epoch }),
      ...(eventId === undefined ? {} : { eventId }),
      ...(duplicate === undefined ? {} : { duplicate }),
    });
  }

  /** An ERROR that names a message. */
  refused(frame: ErrorFrame): void {
    if (frame.messageId === undefined) return;
    if (frame.code === "internal") {
      this.#answered(frame.messageId, { status: "unknown_outcome" }); // MSG-20
    } else if (frame.retryable) {
      if (this.#items.has(frame.messageId)) this.#halted = true; // MSG-31
    } else {
      this.#answered(frame.messageId, { status: "failed", reason: frame.code });
    }
  }

  /** MSG-4, MSG-5: what may no longer be sent again has an unknown outcome. */
  expire(): void {
    const { now, timers, announced } = this.#port;
    const { dedupWindowMs } = announced.limits;
    let nextMs: number | undefined;
    for (const [messageId, { message, inFlight }] of [...this.#items]) {
      if (inFlight || message.firstSentAt === undefined) continue;
      const ageMs = now - message.firstSentAt;
      // an age below 0 says that the clock was set back: nothing is known about the window
      if (ageMs < 0 || ageMs > dedupWindowMs) {
        this.#settle(messageId, { status: "unknown_outcome" });
        continue;
      }
      const restMs = dedupWindowMs - ageMs + 1;
      nextMs = nextMs === undefined ? restMs : Math.min(nextMs, restMs);
    }
    if (nextMs === undefined) timers.clear("outboxWindow");
    else timers.set("outboxWindow", now, nextMs);
  }

  /** The client is over: MSG-27, MSG-28, and a persistent store keeps everything (MSG-29). */
  closed(): void {
    for (const [messageId, { sent }] of this.#items) {
      this.#port.emit({ type: "settle", messageId, result: this.#resultOfClosing(sent) });
    }
    this.#items.clear();
    this.#inFlight = 0;
  }

  #resultOfClosing(sent: boolean): SendResult {
    if (this.#persistent) return { status: "unknown_outcome", kept: true };
    return sent ? { status: "unknown_outcome" } : { status: "failed", reason: "closed" };
  }

  #answered(messageId: string, result: SendResult): void {
    if (!this.#items.has(messageId)) {
      this.#port.emit({ type: "trace", note: `answer to an unknown message ${messageId}` });
      return;
    }
    this.#settle(messageId, result);
    this.pump();
  }

  #settle(messageId: string, result: SendResult): void {
    const item = this.#items.get(messageId);
    if (item?.inFlight) this.#inFlight -= 1;
    this.#items.delete(messageId);
    this.#port.emit({ type: "forgetMessage", messageId });
    this.#port.emit({ type: "settle", messageId, result });
  }

  #store(item: Item): void {
    item.storing += 1;
    this.#port.emit({ type: "storeMessage", message: item.message });
  }

  #send(item: Item): void {
    item.inFlight = true;
    item.sent = true;
    this.#inFlight += 1;
    this.#port.sendText(this.#encode(item.message));
  }

  #encode({ messageId, event, payload, scope }: StoredMessage): string {
    const rest = scope === undefined ? { payload } : { scope, payload };
    return this.#port.encode({ type: "MESSAGE", messageId, event, ...rest });
  }

  /** FRAME-23: a new connection may take less than the one before. */
  #recheck({ message, sent }: Item): void {
    const tooLarge = this.#tooLarge(message);
    if (tooLarge === undefined) return;
    this.#settle(
      message.messageId,
      // one that was sent may have been accepted
      sent ? { status: "unknown_outcome" } : { status: "failed", reason: tooLarge.why },
    );
  }

  #refusalOf(message: StoredMessage): Refusal | undefined {
    if (this.#items.has(message.messageId)) return { why: "id_in_use" };
    if (this.#items.size >= this.#bound) return { why: "outbox_full", limit: this.#bound }; // MSG-22
    return this.#tooLarge(message);
  }

  /** FRAME-22: what does not fit never enters the outbox. */
  #tooLarge(message: StoredMessage): Refusal | undefined {
    const { maxFrameBytes, maxPayloadBytes } = this.#port.announced.limits;
    const payload = JSON.stringify(message.payload);
    if (!fitsUtf8(payload, maxPayloadBytes)) {
      return { why: "payload_too_large", limit: maxPayloadBytes, bytes: utf8Length(payload) };
    }
    const frame = this.#encode(message);
    if (fitsUtf8(frame, maxFrameBytes)) return undefined;
    return { why: "frame_too_large", limit: maxFrameBytes, bytes: utf8Length(frame) };
  }
}
