import fc from "fast-check";
import { expect, test } from "vitest";
import type { EventFrame, Scope, ServerFrame } from "../../generated/typescript/messages.js";
import type { Authenticate, Identity } from "../auth.js";
import { localServer, uuid, type Peer } from "../testing/local-server.js";

const EVENTS = { order_created: "orders", chat_message: "chat", alarm: "alarms" } as const;
const SCOPES: readonly Scope[] = [
  { shop: "1" },
  { shop: "2" },
  { sector: "terrace", shop: "1" },
  { shop: "1", sector: "terrace" }, // the same as the one before
];
const USERS = ["u0", "u1", "u2"];

const identity = fc.record({
  scopes: fc.subarray([...SCOPES]),
  modules: fc.subarray(Object.values(EVENTS)),
});
const user = fc.constantFrom(...USERS);
const address = fc.oneof(
  fc.constantFrom(...SCOPES),
  user.map((id): Scope => ({ user: id })),
);
const event = fc.constantFrom(...(Object.keys(EVENTS) as (keyof typeof EVENTS)[]));
const publish = fc.record({
  kind: fc.constant("publish" as const),
  event,
  scopes: fc.array(address, { minLength: 1, maxLength: 3 }),
});
const step = fc.oneof(
  { weight: 2, arbitrary: fc.record({ kind: fc.constant("connect" as const), user, identity }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant("drop" as const), user }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant("refresh" as const), user, identity }) },
  { weight: 8, arbitrary: publish },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constant("message" as const),
      user,
      event,
      scope: fc.option(address, { nil: undefined }),
    }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant("pry" as const), user }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant("congest" as const), user }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant("relieve" as const), user }) },
);

/** What the oracle compares scopes by; written anew here on purpose. */
function keyOf(scope: Scope): string {
  return Object.entries(scope)
    .map(([name, value]) => `${name}=${value}`)
    .sort()
    .join("&");
}

type Granted = Pick<Identity, "scopes" | "modules">;

function mayReceive(userId: string, granted: Granted, frame: EventFrame): boolean {
  if (frame.scope === undefined) return false;
  if (keyOf(frame.scope) === `user=${userId}`) return true;
  const { scope } = frame;
  const module = EVENTS[frame.event as keyof typeof EVENTS];
  return (
    granted.modules.includes(module) && granted.scopes.some((own) => keyOf(own) === keyOf(scope))
  );
}

function idOf({ stream, eventId }: EventFrame): string {
  return `${stream} ${String(eventId)}`;
}

function eventsOf(frame: ServerFrame): readonly EventFrame[] {
  if (frame.type === "EVENT") return [frame];
  return frame.type === "SYNC" ? frame.events : [];
}

test("ROUTE-2 ROUTE-3 AUTH-15 STREAM-18 whatever happens, a session receives what it may and nothing else", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(step, { minLength: 10, maxLength: 60, size: "max" }),
      async (steps) => {
        const grants = new Map<string, Granted>();
        const authenticate: Authenticate = (userId) => {
          const granted = grants.get(userId) ?? { scopes: [], modules: [] };
          return { kind: "accepted", identity: { userId, ...granted, expiresInMs: 1_000_000 } };
        };
        const server = await localServer(
          {
            events: EVENTS,
            limits: { connectionsPerMinute: 0, messagesPerMinute: 0, syncsPerMinute: 0 },
          },
          authenticate,
        );
        const peers = new Map<string, Peer>();
        const everyStream = new Set<string>();
        const everyGroup = new Set<string>();
        let messages = 0;

        /** What congested sessions were not given yet. */
        const owed = new Map<string, EventFrame[]>();

        const check = (userId: string, peer: Peer, published: readonly EventFrame[]): void => {
          const granted = grants.get(userId) ?? { scopes: [], modules: [] };
          const own = new Set(granted.scopes.map(keyOf));
          for (const frame of peer.frames) {
            for (const received of eventsOf(frame)) {
              expect(mayReceive(userId, granted, received)).toBe(true);
            }
            if (frame.type === "PRESENCE_STATE") expect(own.has(keyOf(frame.scope))).toBe(true);
          }
          const due = published.filter((frame) => mayReceive(userId, granted, frame));
          const live = peer.of("EVENT");
          const caughtUp = peer.of("SYNC").flatMap(({ events }) => events);
          const got = new Set(
            [...live, ...caughtUp].map(({ stream, eventId }) => `${stream} ${String(eventId)}`),
          );
          const waiting = owed.get(userId);
          if (waiting !== undefined) {
            waiting.push(...due);
            return;
          }
          for (const { stream, eventId } of due) {
            expect(got).toContain(`${stream} ${String(eventId)}`);
          }
          expect(
            new Set(live.map(({ stream, eventId }) => `${stream} ${String(eventId)}`)).size,
          ).toBe(live.length);
        };

        for (const move of steps) {
          const published: EventFrame[] = [];
          for (const [userId, peer] of peers) if (!owed.has(userId)) peer.forget();
          switch (move.kind) {
            case "connect": {
              grants.set(move.user, move.identity);
              peers.get(move.user)?.link?.drop();
              owed.delete(move.user);
              peers.set(move.user, server.dial(`userId=${move.user}`));
              break;
            }
            case "drop":
              peers.get(move.user)?.link?.drop();
              peers.delete(move.user);
              owed.delete(move.user);
              break;
            case "refresh": {
              const peer = peers.get(move.user);
              if (peer === undefined) break;
              for (const frame of peer.frames) {
                for (const received of eventsOf(frame)) {
                  const granted = grants.get(move.user) ?? { scopes: [], modules: [] };
                  expect(mayReceive(move.user, granted, received)).toBe(true);
                }
              }
              const had = new Set(peer.frames.flatMap(eventsOf).map(idOf));
              const kept = owed
                .get(move.user)
                ?.filter((due) => mayReceive(move.user, move.identity, due) && !had.has(idOf(due)));
              if (kept !== undefined) owed.set(move.user, kept);
              grants.set(move.user, move.identity);
              peer.forget();
              peer.send({ type: "TOKEN_REFRESH", token: "t" });
              break;
            }
            case "publish": {
              const { outcomes } = await server.server.publish({
                event: move.event,
                scopes: move.scopes,
                payload: 1,
              });
              for (const { scope, stream = "", epoch = "", eventId = 0 } of outcomes) {
                published.push({
                  type: "EVENT",
                  timestamp: "",
                  event: move.event,
                  payload: 1,
                  scope,
                  stream,
                  epoch,
                  eventId,
                });
              }
              server.clock.settle();
              break;
            }
            case "message": {
              messages += 1;
              peers
                .get(move.user)
                ?.message(uuid(messages), { event: move.event, scope: move.scope });
              break;
            }
            case "pry": {
              const peer = peers.get(move.user);
              if (peer === undefined || everyStream.size === 0) break;
              const streams = [...everyStream].map((stream) => ({
                stream,
                epoch: "guess",
                lastEventId: 0,
              }));
              peer.send({ type: "REQUEST_SYNC", streams });
              peer.send({ type: "REQUEST_PRESENCE", groups: [...everyGroup, "guess"] });
              for (const refresh of peer.of("FULL_REFRESH"))
                peer.sync(refresh.stream, 0, refresh.epoch);
              break;
            }
            case "congest":
              if (!peers.has(move.user) || owed.has(move.user)) break;
              peers.get(move.user)?.link?.backlog(3_000_000);
              owed.set(move.user, []);
              break;
            case "relieve": {
              const waiting = owed.get(move.user) ?? [];
              owed.delete(move.user);
              peers.get(move.user)?.link?.backlog(0);
              published.push(...waiting);
            }
          }
          for (const [userId, peer] of peers) {
            if (peer.closeCode !== undefined)
              throw new Error(`closed with ${String(peer.closeCode)}`);
            const isRelieved = move.kind === "relieve" && move.user === userId;
            check(userId, peer, move.kind === "relieve" && !isRelieved ? [] : published);
            for (const { streams } of peer.of("CONNECT"))
              for (const { stream } of streams) everyStream.add(stream);
            for (const { group } of peer.of("PRESENCE_STATE")) everyGroup.add(group);
          }
        }
        expect(server.failures).toEqual([]);
      },
    ),
    { numRuns: 200 },
  );
});
