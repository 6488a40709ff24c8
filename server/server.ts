import { randomUUID } from "node:crypto";
import type { PublishRequest, PublishResponse } from "../generated/typescript/messages.js";
import { trustEveryone, type Authenticate, type AuthOptions } from "./auth.js";
import { jwtAuthenticator } from "./auth-jwt.js";
import { systemClock, type Clock } from "./clock.js";
import { withinOrDefault } from "./bounds.js";
import { validateOptions, type ProtocolOptions, type Settings } from "./config.js";
import { readDial, selectProtocol } from "./dial.js";
import { httpError } from "./http/answers.js";
import { answerHttp } from "./http/routes.js";
import { Hub } from "./hub.js";
import { silentLogger, type Logger } from "./logger.js";
import type { MessageHandler } from "./messages/message-handler.js";
import { webhook, type WebhookOptions } from "./messages/webhook.js";
import { Metrics } from "./metrics.js";
import type { SessionChange, SessionInfo, SessionQuery } from "./session-list.js";
import { checkedPayload } from "./publish-checks.js";
import { SERVER_NUMBERS } from "./server-numbers.js";
import { memoryStore } from "./stores/memory.js";
import type { Store } from "./stores/store.js";
import { TurnClock } from "./turn-clock.js";
import type { Transport, TransportHost, TransportOptions } from "./transports/transport.js";
import { loadUws, type UwsModule } from "./transports/uws-native.js";
import { uwsTransport } from "./transports/uws.js";
import { wsTransport } from "./transports/ws.js";
import { checkedTls, type TlsOptions } from "./tls.js";
import { UsageError } from "./usage-error.js";

/** Settings of a server. Only `auth` has no default. */
export interface ServerOptions extends ProtocolOptions {
  /** Port to listen on, 0 to 65535; 0 takes a free one. Default 3000. */
  readonly port?: number;
  /** Address to listen on; default all. */
  readonly host?: string;
  /** `auto` (default) takes uWebSockets.js where it loads, else ws. */
  readonly transport?: "auto" | "uws" | "ws";
  /** PEM files for TLS; without them plain text. */
  readonly tls?: TlsOptions;
  /** Shared by all instances of a service; default a store in this process's memory. */
  readonly store?: Store;
  /** Decides about each client message; without it, or with `webhook`, see MessageHandler and WebhookOptions. */
  readonly onMessage?: MessageHandler;
  /** Posts each client message to an application that decides about it; instead of `onMessage`. */
  readonly webhook?: WebhookOptions;
  /** Told when a session begins and when it is over. What it throws is logged and changes nothing. */
  readonly onSession?: (change: SessionChange) => void;
  /** Receives structured lines; default silence. A pino logger fits. */
  readonly logger?: Logger;
  /** Time, for tests. */
  readonly clock?: Clock;
  /** Makes session and publication ids that are never the same, matching `[A-Za-z0-9_.:-]{1,128}`; for tests. */
  readonly uuid?: () => string;
  /** How long `close` waits for sockets to end before it drops them, milliseconds, 0 to 600000; default 2000. */
  readonly closeWaitMs?: number;
  /** Loads the native transport; for tests. */
  readonly loadUws?: () => UwsModule | { readonly reason: string };
}

/** A running server. */
export interface Server {
  /** Where clients connect, for example `ws://localhost:3000`. */
  readonly url: string;
  /** Where HTTP requests go, for example `http://localhost:3000`. */
  readonly httpUrl: string;
  readonly port: number;
  readonly transport: "uws" | "ws";
  /** One line where `auto` had to fall back to ws and why; undefined otherwise. */
  readonly hint: string | undefined;
  /**
   * Publishes one event to one or more scopes, as POST /v1/events does.
   * @throws UsageError when the request does not keep its schema or its contract, its payload is no JSON or
   * over limits.payloadBytes, or no module takes the event
   */
  publish(request: PublishRequest): Promise<PublishResponse>;
  /** Connections open now. */
  readonly connections: number;
  /** Sessions connected to this instance that fit the query, in the order in which they came. */
  sessions(query?: SessionQuery): readonly SessionInfo[];
  /**
   * Drains: every session gets DISCONNECT with a spread and 4002, /health says DRAINING. Then stops
   * listening and drops what is left after closeWaitMs. A second call drops everything at once.
   */
  close(): Promise<void>;
}

/**
 * Starts a server and resolves when it listens.
 * @throws UsageError when a setting is wrong or the port cannot be had
 */
export async function createServer(options: ServerOptions): Promise<Server> {
  return serve(options, (host, settings) => chooseTransport(options, settings, host));
}

/** Starts a server on a transport, and where given with a judge of tokens, of the caller's choice. */
export async function serve(
  options: ServerOptions,
  choose: (
    host: TransportHost,
    settings: Settings,
  ) => { readonly transport: Transport; readonly hint: string | undefined },
  authenticate?: Authenticate,
): Promise<Server> {
  checkNames(options);
  const settings = validateOptions(options);
  const { host } = options;
  const port = withinOrDefault("port", options.port, SERVER_NUMBERS.port);
  const closeWaitMs = withinOrDefault(
    "closeWaitMs",
    options.closeWaitMs,
    SERVER_NUMBERS.closeWaitMs,
  );
  if (options.tls !== undefined) checkedTls(options.tls);
  const clock = new TurnClock(options.clock ?? systemClock());
  const store = options.store ?? defaultStore(settings, clock);
  const logger = options.logger ?? silentLogger;
  const startedAt = clock.now();
  const posting =
    options.webhook &&
    webhook(options.webhook, logger, {
      now: () => clock.now(),
      asked: (outcome, ms) => {
        metrics.upstream(outcome, ms);
      },
    });
  const metrics: Metrics = new Metrics({
    connections: () => hub.connections,
    users: () => hub.users,
    sessionStates: () => hub.sessionStates,
    streams: () => hub.audiences.streams,
    isDraining: () => hub.isDraining,
    isStoreHealthy: () => store.healthy(),
    storeSize: store.size?.bind(store),
    upstream: posting && (() => posting.state),
  });
  const handleMessage = posting === undefined ? options.onMessage : posting.handle;
  const hub: Hub = new Hub({
    settings,
    handleMessage,
    onSession: options.onSession,
    store,
    clock,
    authenticate: authenticate ?? authenticator(settings.auth, clock),
    uuid: options.uuid ?? randomUUID,
    logger,
    metrics,
  });
  const environment = {
    hub,
    settings,
    wallTime: () => clock.wallTime(),
    uptimeMs: () => clock.now() - startedAt,
  };
  const transportHost: TransportHost = {
    upgrade(request) {
      const protocol = selectProtocol(request.offeredProtocols);
      if (typeof protocol !== "object") return { kind: "accept", protocol };
      const message = "beside bearers a subprotocol must be offered";
      return { kind: "refuse", answer: httpError(400, "invalid_message", message) };
    },
    opened: (socket, request) => hub.open(socket, readDial(request, settings)),
    http: (request) => answerHttp(request, environment),
    failed: (error) => {
      hub.failed(error);
    },
  };
  const { transport, hint } = choose(transportHost, settings);
  let boundPort: number;
  try {
    boundPort = await transport.listen(port, host);
  } catch (error) {
    hub.stop();
    throw error;
  }
  let closing: Promise<void> | undefined;
  let hurry: (() => void) | undefined;
  const secure = options.tls === undefined ? "" : "s";
  const address = `${urlHost(host)}:${boundPort}`;
  return {
    url: `ws${secure}://${address}`,
    httpUrl: `http${secure}://${address}`,
    port: boundPort,
    transport: transport.name,
    hint,
    get connections() {
      return hub.connections;
    },
    sessions: (query = {}) => hub.sessions(query),
    async publish(request) {
      return hub.publisher.publish(request, checkedPayload(request, settings));
    },
    close() {
      if (closing !== undefined) {
        hurry?.();
        return closing;
      }
      closing = (async () => {
        hub.drain();
        await hub.emptied(closeWaitMs, (now) => {
          hurry = now;
        });
        hub.stop();
        posting?.close();
        await transport.close();
        if (options.store === undefined) await store.close();
      })();
      return closing;
    },
  };
}

/** A name that is no setting is a mistake, most likely of spelling. */
function checkNames(options: ServerOptions): void {
  for (const name of Object.keys(options)) {
    if (!Object.hasOwn(OPTION_NAMES, name)) throw new UsageError(`${name} is not a setting`);
  }
}

const OPTION_NAMES: Readonly<Record<keyof ServerOptions, true>> = {
  port: true,
  host: true,
  transport: true,
  tls: true,
  store: true,
  logger: true,
  clock: true,
  uuid: true,
  onMessage: true,
  onSession: true,
  webhook: true,
  closeWaitMs: true,
  loadUws: true,
  auth: true,
  events: true,
  clientEvents: true,
  contract: true,
  sessionPolicy: true,
  timers: true,
  limits: true,
  messageLimits: true,
  origins: true,
  environment: true,
  trustedAddresses: true,
  apiKey: true,
  congestedBytes: true,
};

function defaultStore({ timers, limits }: Settings, clock: Clock): Store {
  return memoryStore({
    clock,
    leaseMs: timers.leaseMs,
    presenceGraceMs: timers.presenceGraceMs,
    bounds: {
      historyMs: timers.historyMs,
      historyEvents: limits.historyEvents,
      streamIdleMs: timers.streamIdleMs,
      dedupKeptMs: 2 * timers.dedupWindowMs,
    },
  });
}

function authenticator(auth: AuthOptions, clock: Clock): Authenticate {
  if (auth.mode === "none") return trustEveryone(auth);
  return jwtAuthenticator(auth, () => clock.now());
}

function chooseTransport(
  options: ServerOptions,
  settings: Settings,
  host: TransportHost,
): { readonly transport: Transport; readonly hint: string | undefined } {
  const bounds: TransportOptions = {
    maxMessageBytes: Math.max(1_048_576, 4 * settings.limits.frameBytes),
    maxBodyBytes: settings.limits.publishBodyBytes,
    maxBufferedBytes: 16 * settings.congestedBytes,
    requestTimeoutMs: settings.timers.connectTimeoutMs, // RECON-7
    tls: options.tls,
  };
  const { transport = "auto" } = options;
  if (!["auto", "uws", "ws"].includes(transport)) {
    throw new UsageError(`transport is "${transport}"; allowed is auto, uws, ws`);
  }
  if (transport === "ws") return { transport: wsTransport(host, bounds), hint: undefined };
  const uws = (options.loadUws ?? loadUws)();
  if (!("reason" in uws)) return { transport: uwsTransport(uws, host, bounds), hint: undefined };
  if (transport === "uws") {
    throw new UsageError(`transport uws is not available here: ${uws.reason}; use ws or auto`);
  }
  const hint = `uWebSockets.js is not available here (${uws.reason}); ws serves instead`;
  return { transport: wsTransport(host, bounds), hint };
}

function urlHost(host: string | undefined): string {
  if (host === undefined || host === "0.0.0.0" || host === "::") return "localhost";
  return host.includes(":") ? `[${host}]` : host;
}
