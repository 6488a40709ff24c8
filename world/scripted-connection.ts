import { connectFrame, tokenRefreshedFrame, type AnnouncedHead } from "../server/frames.js";
import type { Link } from "./link.js";
import { scriptedEvent, type ScriptedStream } from "./scripted-log.js";
import type { ScriptedParts } from "./scripted-server.js";

type Frame = Readonly<Record<string, unknown>>;

/** Close codes of which each rule of the table has one. */
const CODES = [1000, 1001, 1006, 1011, 1013, 4000, 4001, 4002, 4003, 4100, 4500] as const;
const STOPPING = [4501, 4502, 4505] as const;
const STAMP = "2026-03-01T12:00:00.000Z";

/** One connection of an unreliable server. */
export class ScriptedConnection {
  readonly #link: Link;
  readonly #parts: ScriptedParts;
  readonly #begins: string;
  /** How likely a request is answered at all. */
  readonly #answers: number;
  #isMute = false;
  #isOver = false;

  constructor(link: Link, parts: ScriptedParts) {
    this.#link = link;
    this.#parts = parts;
    const { random } = parts;
    this.#begins = random.chance(0.02) ? "a foreign version" : random.pick([...BEGINNINGS]);
    this.#answers = random.pick([0, 0.5, 0.9, 1]);
    link.attachServer({
      opened: () => {
        link.toClient.send({ kind: "open" });
        this.#begin();
      },
      text: (text) => {
        if (!this.#isMute && !this.#isOver) this.#hear(JSON.parse(text) as Frame);
      },
      binary: () => undefined,
      ping: () => undefined,
      pong: () => undefined,
      ended: () => {
        this.end();
      },
      drained: () => undefined,
    });
  }

  /** Does nothing any more. */
  end(): void {
    this.#isOver = true;
  }

  #begin(): void {
    switch (this.#begins) {
      case "silence":
        return;
      case "end":
        this.#end();
        return;
      case "DISCONNECT":
        this.#disconnect();
        return;
      case "ERROR":
        this.#error("internal");
        break;
      case "a foreign version":
        this.#send(this.#connect().replace('"protocolVersion":"1.0"', '"protocolVersion":"2.0"'));
        return;
    }
    this.#send(this.#connect());
    this.#goOn();
  }

  #goOn(): void {
    const { timeline, random } = this.#parts;
    timeline.after(random.pick([5, 200, 1_000, 3_000, 9_000]), () => {
      if (this.#isOver || this.#isMute) return;
      this.#misbehave();
      this.#goOn();
    });
  }

  #misbehave(): void {
    const { random, log } = this.#parts;
    const stream = random.pick(log.streams);
    const deed = random.pick([...DEEDS]);
    switch (deed) {
      case "publish":
        for (let count = random.between(1, 3); count > 0; count -= 1) {
          const eventId = log.append(stream);
          if (random.chance(0.7)) this.#event(stream, eventId);
        }
        return;
      case "repeat":
        if (stream.headId > 0) this.#event(stream, random.between(1, stream.headId));
        return;
      case "renew":
        log.renew(stream, random.between(0, 3));
        if (random.chance(0.5)) this.#refresh(stream, "epoch_changed");
        else if (stream.headId > 0) this.#event(stream, stream.headId);
        return;
      case "refresh":
        this.#refresh(stream, random.pick(["invalidated", "overflow", "history_expired"]));
        return;
      case "heads":
        this.#heartbeatAck();
        return;
      case "page":
        this.#page(stream, random.between(0, stream.headId));
        return;
      case "stream error":
        this.#error(random.pick(["forbidden_stream", "internal", "upstream_unavailable"]), stream);
        return;
      case "error":
        this.#error(random.pick(["rate_limited", "invalid_message", "unauthorized", "newer_code"]));
        return;
      case "CONNECT":
        this.#send(this.#connect());
        return;
      case "TOKEN_REFRESHED":
        if (random.chance(0.3)) this.#error("forbidden_stream", stream);
        this.#tokenRefreshed();
        return;
      case "nonsense":
        this.#send(random.pick(["", "{", "[]", '{"type":"NEWS"}', '{"type":"EVENT"}']));
        return;
      case "fall silent":
        this.#isMute = true;
        return;
      case "DISCONNECT":
        this.#disconnect();
        return;
      case "end":
        this.#end();
    }
  }

  #hear(frame: Frame): void {
    const { random } = this.#parts;
    switch (frame.type) {
      case "HEARTBEAT":
        if (random.chance(0.2)) this.#heartbeatAck();
        else this.#json({ type: "HEARTBEAT_ACK" });
        return;
      case "REQUEST_SYNC":
        for (const position of frame.streams as readonly Position[]) {
          if (random.chance(this.#answers)) this.#answer(position);
        }
        return;
      case "MESSAGE": {
        const { messageId } = frame;
        if (random.chance(this.#answers)) this.#json({ type: "MESSAGE_ACK", messageId });
        else if (random.chance(0.5)) this.#json({ ...errorOf("internal"), messageId });
        return;
      }
      case "TOKEN_REFRESH":
        if (random.chance(this.#answers)) this.#tokenRefreshed();
        else this.#error("unauthorized");
        return;
      case "DISCONNECT":
        this.#link.toClient.send({ kind: "close", code: 1000 });
    }
  }

  #answer(asked: Position): void {
    const { random, log } = this.#parts;
    const stream = log.streams.find(({ stream: name }) => name === asked.stream);
    if (stream === undefined) return;
    if (asked.epoch !== stream.epoch) {
      if (random.chance(0.8)) this.#refresh(stream, "epoch_changed");
      return;
    }
    const answer = random.pick(["page", "page", "part", "nothing", "error", "refresh"] as const);
    const { lastEventId } = asked;
    switch (answer) {
      case "page":
        this.#page(stream, lastEventId);
        return;
      case "part":
        this.#page(stream, lastEventId, Math.min(lastEventId + 1, stream.headId));
        return;
      case "nothing":
        this.#page(stream, lastEventId, lastEventId);
        return;
      case "error":
        this.#error(random.pick(["forbidden_stream", "internal", "upstream_unavailable"]), stream);
        return;
      case "refresh":
        this.#refresh(stream, "history_expired");
    }
  }

  #connect(): string {
    const { client, settings, timeline, random } = this.#parts;
    return connectFrame(
      STAMP,
      {
        userId: client.userId,
        sessionId: `wild.${timeline.now}`,
        intervalMs: settings.timers.heartbeatIntervalMs,
        modules: client.modules,
        heads: this.#heads(),
        token:
          client.tokens === undefined
            ? undefined
            : { expiresInMs: random.pick([2_000, 20_000]), refreshLeadMs: 1_000 },
      },
      settings,
    );
  }

  #tokenRefreshed(): void {
    const life = { expiresInMs: 20_000, refreshLeadMs: 1_000 };
    this.#send(tokenRefreshedFrame(STAMP, life, this.#parts.client.modules, this.#heads()));
  }

  #heads(): AnnouncedHead[] {
    const { log, random } = this.#parts;
    return random.some(log.streams).map((stream) => ({ ...stream, about: "", ackedId: undefined }));
  }

  #heartbeatAck(): void {
    const streams = this.#parts.random
      .some(this.#parts.log.streams)
      .map(({ stream, epoch, headId }) => ({ stream, epoch, lastEventId: headId }));
    this.#json({ type: "HEARTBEAT_ACK", streams });
  }

  #event({ stream, epoch }: ScriptedStream, eventId: number): void {
    this.#json(scriptedEvent(stream, epoch, eventId));
  }

  #page({ stream, epoch, headId }: ScriptedStream, fromEventId: number, lastId = headId): void {
    const count = Math.max(0, lastId - fromEventId);
    const events = Array.from({ length: count }, (_, index) => ({
      ...scriptedEvent(stream, epoch, fromEventId + 1 + index),
      timestamp: STAMP,
    }));
    const complete = lastId >= headId;
    this.#json({ type: "SYNC", stream, epoch, fromEventId, events, headEventId: headId, complete });
  }

  #refresh({ stream, epoch, headId }: ScriptedStream, reason: string): void {
    this.#json({ type: "FULL_REFRESH", stream, epoch, lastEventId: headId, reason });
  }

  #error(code: string, about?: ScriptedStream): void {
    this.#json({ ...errorOf(code), ...(about === undefined ? {} : { stream: about.stream }) });
  }

  #disconnect(): void {
    const { random } = this.#parts;
    const code = random.chance(0.1) ? random.pick(STOPPING) : random.pick(CODES);
    this.#json({
      type: "DISCONNECT",
      code: code === 1006 ? 1012 : code,
      reason: "so it is written",
      reconnect: !random.chance(0.2),
      ...(random.chance(0.3) ? { retryAfterMs: 2_000 } : {}),
      ...(random.chance(0.3) ? { spreadMs: 1_000 } : {}),
    });
    if (random.chance(0.5)) this.#end();
    else this.#isMute = random.chance(0.5);
  }

  #end(): void {
    const { random } = this.#parts;
    const code = random.chance(0.05) ? random.pick(STOPPING) : random.pick(CODES);
    if (code === 1006) this.#link.cut(0, 0);
    else this.#link.toClient.send({ kind: "close", code });
    this.end();
  }

  #json(frame: Frame): void {
    this.#send(JSON.stringify({ timestamp: STAMP, ...frame }));
  }

  #send(text: string): void {
    this.#link.toClient.send({ kind: "text", text });
  }
}

interface Position {
  readonly stream: string;
  readonly epoch: string;
  readonly lastEventId: number;
}

function errorOf(code: string): Frame {
  const retryable = code === "internal" || code === "upstream_unavailable";
  return { type: "ERROR", code, message: "so it is written", retryable };
}

const BEGINNINGS = [
  "CONNECT",
  "CONNECT",
  "CONNECT",
  "CONNECT",
  "ERROR",
  "silence",
  "end",
  "DISCONNECT",
] as const;

const DEEDS = [
  "publish",
  "publish",
  "publish",
  "publish",
  "repeat",
  "renew",
  "refresh",
  "heads",
  "heads",
  "page",
  "stream error",
  "stream error",
  "error",
  "CONNECT",
  "TOKEN_REFRESHED",
  "nonsense",
  "fall silent",
  "DISCONNECT",
  "end",
] as const;
