// A client of Latido from scratch, with one dependency: what it does and what it leaves out stands in
// README.md. `tell(event, fields)` is told everything.

import { randomUUID } from "node:crypto";
import { WebSocket } from "ws";

const STOPS = new Set([1002, 1003, 1007, 1008, 1009, 1010]);

export function plainClient({ url, userId, deviceId = randomUUID(), positions = [] }, tell) {
  const streams = new Map(); // stream → {epoch, last, asked, kept: "epoch id" → event}
  const outbox = new Map(); // messageId → {key, frame, sent}
  const timers = new Map();
  let socket, session, reconnect;
  let [attempt, failures, intentAt, stopped] = [0, 0, Date.now(), false];

  const clear = (name) => (clearTimeout(timers.get(name)), timers.delete(name));
  const after = (name, ms, act) => timers.set(name, (clear(name), setTimeout(act, ms)));
  const quiet = () => [...timers.keys()].forEach(clear);
  const write = (frame) => session && socket.send(JSON.stringify(frame));
  const begin = ({ stream, epoch, lastEventId }) =>
    streams.set(stream, { stream, epoch, last: lastEventId, kept: new Map() });
  positions.forEach(begin);

  function dial() {
    const intentAgeMs = Date.now() - intentAt;
    const query = new URLSearchParams({ userId, deviceId, attempt: ++attempt, intentAgeMs });
    const dialled = (socket = new WebSocket(`${url}?${query}`, ["latido.v1"]));
    let told; // the code of a DISCONNECT
    tell("state", { state: "connecting" });
    dialled.on("error", () => undefined);
    dialled.on("close", (code) => dialled === socket && ended(told ?? code));
    dialled.on("message", (data) => {
      const frame = JSON.parse(data.toString());
      if (dialled !== socket || (!session && frame.type !== "CONNECT")) return;
      if (frame.type === "DISCONNECT") told ??= frame.code;
      else if (Object.hasOwn(handlers, frame.type)) handlers[frame.type](frame);
    });
  }

  function ended(code) {
    if (stopped) return;
    quiet();
    socket.terminate();
    socket = session = undefined;
    if (STOPS.has(code) || (code >= 4500 && code < 5000)) return stop(code, "ended for good");
    const { baseDelayMs = 1_000, maxDelayMs = 30_000, jitter = 0.5 } = reconnect ?? {};
    const bound = Math.min(maxDelayMs, baseDelayMs * 2 ** failures++);
    const retryInMs = Math.ceil(bound * (1 - jitter * Math.random()));
    tell("state", { state: "backoff", attempt: failures, retryInMs, code });
    after("retry", retryInMs, dial);
  }

  function stop(code, reason) {
    stopped = true;
    quiet();
    for (const { key } of outbox.values()) tell("result", { key, status: "unknown_outcome" });
    tell("state", { state: "closed", code, reason });
  }

  const handlers = {
    CONNECT(frame) {
      session = frame;
      ({ reconnect } = frame);
      intentAt = Date.now();
      after("stable", reconnect.stableAfterMs, () => (failures = 0));
      tell("state", { state: "connected" });
      for (const known of streams.values()) known.asked = undefined;
      frame.streams.forEach(headed);
      beat(Math.random() * frame.heartbeat.intervalMs);
      for (const message of outbox.values()) message.sent = false;
      flush();
    },
    HEARTBEAT_ACK: ({ streams: heads = [] }) => (clear("silence"), heads.forEach(headed)),
    EVENT: (event) => received(event, [event], event.eventId),
    SYNC(frame) {
      const known = streams.get(frame.stream);
      if (known?.asked === frame.fromEventId) known.asked = undefined;
      received(frame, frame.events, frame.headEventId);
    },
    FULL_REFRESH(frame) {
      tell("refresh", frame);
      begin(frame);
    },
    MESSAGE_ACK: ({ messageId, stream, epoch, eventId }) =>
      answered(messageId, { status: "accepted", stream, epoch, eventId }),
    ERROR: ({ messageId, code }) => answered(messageId, { status: "failed", reason: code }),
  };

  /** A head that the server named: a stream begins there, or what lies between is asked for. */
  function headed({ stream, epoch, lastEventId }) {
    const known = streams.get(stream);
    if (!known) return begin({ stream, epoch, lastEventId });
    if (known.asked !== undefined || (epoch === known.epoch && lastEventId <= known.last)) return;
    known.asked = known.last;
    const position = { stream, epoch: known.epoch, lastEventId: known.last };
    write({ type: "REQUEST_SYNC", streams: [position] });
  }

  /** Keeps events, and delivers those that follow on without a gap. */
  function received({ stream, epoch }, events, lastEventId) {
    const known = streams.get(stream);
    if (!known) return;
    for (const event of events) known.kept.set(`${epoch} ${event.eventId}`, event);
    for (let next; (next = known.kept.get(`${known.epoch} ${known.last + 1}`));) {
      known.kept.delete(`${known.epoch} ${++known.last}`);
      tell("delivered", { ...next, name: next.event });
      const done = { stream, epoch: known.epoch, lastEventId: known.last };
      after(`ack ${stream}`, 20, () => write({ type: "ACK", streams: [done] }));
    }
    headed({ stream, epoch, lastEventId });
  }

  function answered(messageId, result) {
    if (outbox.has(messageId)) tell("result", { key: outbox.get(messageId).key, ...result });
    if (outbox.delete(messageId)) flush();
  }

  function flush() {
    for (const message of [...outbox.values()].slice(0, session?.limits.maxInFlightMessages ?? 0)) {
      if (!message.sent) write(message.frame);
      message.sent = true;
    }
  }

  function beat(ms) {
    after("beat", ms, () => {
      write({ type: "HEARTBEAT" });
      const { intervalMs, timeoutMs } = session.heartbeat;
      if (!timers.has("silence")) after("silence", timeoutMs, () => ended(4000));
      beat(intervalMs);
    });
  }

  return {
    connect: dial,
    send(key, event, payload, scope) {
      const messageId = randomUUID();
      const frame = { type: "MESSAGE", messageId, event, payload, ...(scope && { scope }) };
      outbox.set(messageId, { key, frame, sent: false });
      flush();
    },
    setPresence: (payload) => write({ type: "PRESENCE_UPDATE", payload }),
    disconnect() {
      write({ type: "DISCONNECT" });
      socket?.close(1000);
      if (!stopped) stop(1000, "the application asked for it");
    },
  };
}
