// A session that behaves, beside all those that do not: its messages are answered and its events arrive in
// order, and it measures how long that takes.

import { randomUUID } from "node:crypto";
import { setTimeout as wait } from "node:timers/promises";
import { member, numberOr } from "../conformance/json.js";
import { Connection, type Target } from "./wire/connection.js";
import { spreadOf, type Spread } from "./quantiles.js";

export interface CanaryReport {
  /** From sending a MESSAGE until both its MESSAGE_ACK and its EVENT are here. */
  readonly roundTrip: Spread;
  /** MESSAGEs that never came back within a minute; none is right. */
  readonly lost: number;
  /** EVENTs of its own stream that did not follow the one before. */
  readonly outOfOrder: number;
  readonly isOpen: boolean;
}

interface Waiting {
  readonly sentAt: number;
  isAcknowledged: boolean;
  hasArrived: boolean;
}

const GIVE_UP_MS = 60_000;
const LEAST_ROUND_TRIPS = 10;

export class Canary {
  readonly #connection: Connection;
  readonly #waiting = new Map<string, Waiting>();
  readonly #lastIds = new Map<string, number>();
  #durations: number[] = [];
  #outOfOrder = 0;
  #lost = 0;
  #timers: NodeJS.Timeout[] = [];

  private constructor(target: Target, name: string) {
    this.#connection = new Connection(target, { query: `userId=${name}&deviceId=${name}` });
  }

  /** Connects and begins to send a message of its own every `everyMs`, heartbeats between. */
  static async start(target: Target, everyMs = 20, name = "canary"): Promise<Canary> {
    const canary = new Canary(target, name);
    await new Promise<void>((resolve, reject) => {
      canary.#connection.onText = (text) => {
        if (canary.#received(text) === "CONNECT") resolve();
      };
      void canary.#connection.closed.then((code) => {
        reject(new Error(`the canary was closed with ${code} before it had begun`));
      });
    });
    canary.#timers = [
      setInterval(() => {
        canary.#send();
      }, everyMs),
      setInterval(() => {
        canary.#connection.send({ type: "HEARTBEAT" });
      }, 2_000),
    ];
    return canary;
  }

  /** Measures for so long at least, and longer where it has too few round trips to judge by. */
  async measured(leastMs: number): Promise<CanaryReport> {
    await wait(leastMs);
    while (this.#durations.length < LEAST_ROUND_TRIPS && !this.#connection.isOver) await wait(10);
    return this.report();
  }

  /** What was measured since the last report. */
  report(): CanaryReport {
    const now = performance.now();
    for (const [id, { sentAt }] of this.#waiting) {
      if (now - sentAt < GIVE_UP_MS) continue;
      this.#waiting.delete(id);
      this.#lost += 1;
    }
    const roundTrip = spreadOf(this.#durations);
    this.#durations = [];
    const { isOver } = this.#connection;
    return { roundTrip, lost: this.#lost, outOfOrder: this.#outOfOrder, isOpen: !isOver };
  }

  /** Sends no more, waits for what is on its way, and says goodbye. */
  async stop(): Promise<CanaryReport> {
    for (const timer of this.#timers) clearInterval(timer);
    const until = performance.now() + GIVE_UP_MS;
    while (this.#waiting.size > 0 && !this.#connection.isOver && performance.now() < until) {
      await wait(10);
    }
    const report = this.report();
    const lost = report.lost + this.#waiting.size;
    this.#connection.close(1000);
    this.#connection.socket.end();
    return { ...report, lost };
  }

  #send(): void {
    const messageId = randomUUID();
    const sentAt = performance.now();
    this.#waiting.set(messageId, { sentAt, isAcknowledged: false, hasArrived: false });
    const payload = { text: "¿sigues ahí?" };
    this.#connection.send({ type: "MESSAGE", messageId, event: "chat_message", payload });
  }

  #received(text: string): string {
    const frame: unknown = JSON.parse(text);
    const type = String(member(frame, "type"));
    if (type === "EVENT") this.#event(frame);
    else if (type !== "MESSAGE_ACK") return type;
    const messageId = String(member(frame, "messageId"));
    const waiting = this.#waiting.get(messageId);
    if (waiting === undefined) return type;
    if (type === "EVENT") waiting.hasArrived = true;
    else waiting.isAcknowledged = true;
    if (!waiting.hasArrived || !waiting.isAcknowledged) return type;
    this.#waiting.delete(messageId);
    this.#durations.push(performance.now() - waiting.sentAt);
    return type;
  }

  #event(frame: unknown): void {
    const stream = String(member(frame, "stream"));
    const eventId = numberOr(member(frame, "eventId"), 0);
    const last = this.#lastIds.get(stream);
    if (last !== undefined && eventId !== last + 1) this.#outOfOrder += 1;
    this.#lastIds.set(stream, eventId);
  }
}

/** What a canary's report says against the server, in sentences. */
export function canaryFaults(report: CanaryReport, longestMs: number): string[] {
  const { roundTrip, lost, outOfOrder, isOpen } = report;
  return [
    ...(isOpen ? [] : ["the canary's connection ended"]),
    ...(lost === 0 ? [] : [`${lost} of the canary's messages never came back`]),
    ...(outOfOrder === 0 ? [] : [`${outOfOrder} of the canary's events were out of order`]),
    ...(roundTrip.count > 0 ? [] : ["the canary measured nothing"]),
    ...(roundTrip.max <= longestMs
      ? []
      : [`the canary waited ${roundTrip.max} ms, longer than ${longestMs} ms`]),
  ];
}
