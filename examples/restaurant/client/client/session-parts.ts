import { CLOSE_CODES } from "../tables.js";
import { Acks } from "./acks.js";
import { Connection } from "./connection.js";
import { Heartbeat } from "./heartbeat.js";
import type { Move } from "./machine.js";
import { Outbox } from "./outbox.js";
import { OwnPresence } from "./own-presence.js";
import { Peers } from "./peers.js";
import { Recovery } from "./recovery.js";
import { SessionPort } from "./session-port.js";
import type { SessionSettings } from "./settings.js";
import { Streams } from "./streams.js";
import { TokenRefresh } from "./token-refresh.js";

/** What a session is made of, and what its parts ask of each other. */
export class SessionParts {
  readonly settings: SessionSettings;
  readonly port: SessionPort;
  readonly connection: Connection;
  readonly heartbeat: Heartbeat;
  readonly acks: Acks;
  readonly streams: Streams;
  readonly outbox: Outbox;
  readonly presence: OwnPresence;
  readonly peers: Peers;
  readonly token: TokenRefresh;
  readonly recovery: Recovery;

  constructor(
    settings: SessionSettings,
    random: () => number,
    moved: ((move: Move) => void) | undefined,
  ) {
    const port = new SessionPort(random, moved, () => this.connection);
    this.settings = settings;
    this.port = port;
    this.connection = new Connection(port, settings, {
      lost: () => {
        this.#lost();
      },
      closed: () => {
        this.streams.close();
        this.outbox.closed();
      },
    });
    this.heartbeat = new Heartbeat(port);
    this.acks = new Acks(port, settings.positions);
    this.streams = new Streams(
      {
        port,
        acks: this.acks,
        heartbeatsSent: () => this.heartbeat.sent,
        unanswered: () => {
          const reason = "requests for missed events stay unanswered";
          this.connection.giveUp("ended", CLOSE_CODES.heartbeatTimeout, reason);
        },
      },
      settings,
    );
    this.outbox = new Outbox(port, settings);
    this.presence = new OwnPresence(port);
    this.peers = new Peers(port);
    this.token = new TokenRefresh(port, settings.tokens.kind === "provider");
    this.recovery = new Recovery(port);
  }

  trace(note: string): void {
    this.port.emit({ type: "trace", note });
  }

  #lost(): void {
    this.recovery.lost();
    this.heartbeat.stop();
    this.token.stop();
    this.streams.connectionLost();
    this.acks.connectionLost();
    this.peers.connectionLost();
    this.outbox.connectionLost();
  }
}
