import type { ConnectFrame, ErrorFrame, ServerFrame, TokenRefreshedFrame } from "../messages.js";
import { CLOSE_CODES } from "../tables.js";
import { decodeText, inputOf, serverError } from "./incoming.js";
import type { SessionParts } from "./session-parts.js";
import { announcedBy } from "./settings.js";

/** Takes what the server sends to the parts that it concerns. */
export class Receiver {
  readonly #parts: SessionParts;

  constructor(parts: SessionParts) {
    this.#parts = parts;
  }

  /** A text message of the present connection. */
  receive(text: string): void {
    const { port, heartbeat } = this.#parts;
    port.counters.framesReceived += 1;
    heartbeat.received(); // LIVE-3, even where it cannot be read
    const decoded = decodeText(text);
    switch (decoded.kind) {
      case "frame":
        this.#frame(decoded.frame);
        return;
      case "unknown":
        this.#parts.trace(`frame of unknown type ${decoded.type} ignored`); // FRAME-8
        return;
      case "invalid": {
        port.counters.invalidFrames += 1;
        const problem = `${decoded.path === "" ? "frame" : decoded.path}: ${decoded.problem}`;
        this.#parts.trace(`frame ignored: ${problem}`); // FRAME-27
        port.emit({ type: "notice", notice: { kind: "remote_protocol_error", problem } });
      }
    }
  }

  #frame(frame: ServerFrame): void {
    const { connection } = this.#parts;
    const input = inputOf(frame);
    if (!connection.accepts(input)) {
      this.#parts.trace(`${frame.type} ignored while ${connection.state}`);
      return;
    }
    // CONNECT and DISCONNECT say themselves where the connection goes
    if (frame.type === "CONNECT") {
      this.#connect(frame);
      return;
    }
    if (frame.type === "DISCONNECT") {
      connection.announceEnd(frame);
      return;
    }
    connection.stay(input);
    this.#dispatch(frame);
  }

  #dispatch(frame: Exclude<ServerFrame, { readonly type: "CONNECT" | "DISCONNECT" }>): void {
    const { heartbeat, streams, outbox, peers } = this.#parts;
    switch (frame.type) {
      case "ERROR":
        this.#error(frame);
        return;
      case "TOKEN_REFRESHED":
        this.#tokenRefreshed(frame);
        return;
      case "HEARTBEAT_ACK":
        heartbeat.acked();
        streams.heartbeatAcknowledged(frame.streams ?? [], heartbeat.acknowledged);
        return;
      case "EVENT":
        streams.event(frame);
        return;
      case "SYNC":
        streams.page(frame);
        return;
      case "FULL_REFRESH":
        streams.refresh(frame);
        return;
      case "MESSAGE_ACK":
        outbox.acknowledged(frame);
        return;
      case "PRESENCE_STATE":
        peers.state(frame);
        return;
      case "PRESENCE_DIFF":
        peers.diff(frame);
        return;
      case "pong":
        return; // nothing beyond the sign of life
    }
  }

  #connect(frame: ConnectFrame): void {
    const { connection, port } = this.#parts;
    if (connection.state !== "connecting") {
      connection.stay("frame:CONNECT"); // CONN-19: a second one is ignored
      return;
    }
    if (!frame.protocolVersion.startsWith("1.")) {
      const reason = `the server speaks version ${frame.protocolVersion}`;
      connection.giveUp("ended", CLOSE_CODES.unsupportedVersion, reason); // CONN-28
      return;
    }
    port.announced = announcedBy(frame); // CONN-22
    connection.connected();
    this.#adopt(frame);
  }

  /** What a new connection starts anew, presence first, for the others to see soon. */
  #adopt(frame: ConnectFrame): void {
    const { recovery, heartbeat, token, presence, peers, streams, acks, outbox } = this.#parts;
    recovery.connected();
    heartbeat.connected();
    token.lives(frame.token);
    presence.connected();
    peers.renewed();
    streams.connected(frame.streams);
    streams.flush();
    acks.compare(frame.streams);
    outbox.connected();
  }

  /** AUTH-14: modules and streams of the new token, by the rules of CONNECT. */
  #tokenRefreshed(frame: TokenRefreshedFrame): void {
    const { token, peers, streams, acks } = this.#parts;
    token.lives(frame.token);
    peers.renewed();
    streams.refreshed(frame.streams);
    acks.compare(frame.streams);
  }

  #error(frame: ErrorFrame): void {
    const { port, outbox, streams, token } = this.#parts;
    port.emit({ type: "notice", notice: serverError(frame) });
    if (frame.messageId !== undefined) outbox.refused(frame);
    else if (frame.stream !== undefined) streams.error(frame);
    else if (frame.code === "unauthorized") token.refused();
  }
}
