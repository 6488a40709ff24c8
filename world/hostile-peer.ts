import type { Verdict } from "../server/auth.js";
import { groupName, streamName } from "../server/names.js";
import type { HostileDeed } from "./hostile-script.js";
import type { Link, LinkEnd } from "./link.js";
import type { Action, WorldPlan } from "./plan.js";
import type { Random } from "./random.js";
import type { Recorder } from "./recorder.js";
import { CLIENT_EVENT, type Dialling } from "./server-node.js";
import type { Timeline } from "./timeline.js";

/** The place that intruders may see; no client of a world does. */
const DEN = "den";
/** Facts of intruders carry numbers that no client has. */
const FIRST_NUMBER = 1_000;
const MANY = 40;
const OVERSIZE = "x".repeat(70_000);
/** An intruder that nothing has ended by then is cut off. */
const MOST_MS = 90_000;

type Hostile = Extract<Action, { kind: "hostile" }>;

/** Who intruders are to the server. Their tokens say how long they live. */
export function judgeIntruder(userId: string, token: string | undefined): Verdict | undefined {
  if (!userId.startsWith("intruder")) return undefined;
  if (token === "rubbish") return { kind: "unacceptable", why: "rubbish" };
  if (token === "stolen") return { kind: "forbidden", why: "a token of somebody else" };
  const expiresInMs = token === undefined ? undefined : Number(token);
  const identity = { userId, scopes: [{ place: DEN }], modules: ["orders"] };
  return {
    kind: "accepted",
    identity: { ...identity, ...(expiresInMs === undefined ? {} : { expiresInMs }) },
  };
}

interface Surroundings {
  readonly plan: WorldPlan;
  readonly timeline: Timeline;
  readonly recorder: Recorder;
  readonly random: Random;
  readonly publish: (scope: string, module: string) => void;
}

/** A peer without a session: it sends what its script says, in whatever state the server is. */
export class HostilePeer {
  readonly dialling: Dialling;
  #isOver = false;
  #marks = 0;

  constructor(
    private readonly link: Link,
    private readonly action: Hostile,
    private readonly around: Surroundings,
  ) {
    const { expiresInMs } = action;
    this.dialling = {
      userId: "intruder",
      deviceId: "lair",
      attempt: around.timeline.now + 1,
      intentAgeMs: 0,
      ...(expiresInMs === null ? {} : { token: String(expiresInMs) }),
    };
  }

  dial(): void {
    const { timeline } = this.around;
    this.link.isBrokenAtServer = this.action.isBroken;
    const end: LinkEnd = {
      opened: () => {
        this.#next(0);
      },
      text: () => undefined,
      binary: () => undefined,
      ping: () => {
        this.link.toServer.send({ kind: "pong" });
      },
      pong: () => undefined,
      ended: () => {
        this.#isOver = true;
      },
      drained: () => undefined,
    };
    this.link.attachClient(end);
    this.link.toServer.send({ kind: "open" });
    timeline.after(MOST_MS, () => {
      this.link.cut(0, 0);
    });
  }

  #next(index: number): void {
    const step = this.action.steps[index];
    if (step === undefined) return;
    this.around.timeline.after(step.afterMs, () => {
      if (this.#isOver) return;
      this.#do(step.does);
      this.#next(index + 1);
    });
  }

  #do(deed: HostileDeed): void {
    const { link } = this;
    switch (deed) {
      case "pong":
        link.toServer.send({ kind: "pong" });
        return;
      case "stop reading":
        link.toClient.hold();
        return;
      case "read again":
        link.toClient.release();
        return;
      case "be published to":
        for (let count = 0; count < MANY; count += 1) this.around.publish(DEN, "orders");
        return;
      case "go deaf":
        link.blackHole("toServer");
        return;
      case "make the socket fail":
        link.isBrokenAtServer = true;
        this.#text("ping");
        return;
      case "close":
        link.toServer.send({ kind: "close", code: 1000 });
        return;
      case "binary":
        link.toServer.send({ kind: "binary", bytes: new Uint8Array([1, 2, 3]) });
        return;
      case "many MESSAGEs":
        for (let count = 0; count < MANY; count += 1) this.#message(DEN);
        return;
      case "many invalid":
        for (let count = 0; count < MANY; count += 1) this.#text("{");
        return;
      default:
        this.#frame(deed);
    }
  }

  #frame(deed: HostileDeed): void {
    const own = streamName("orders", { place: DEN });
    const foreign = streamName("orders", { place: "north" });
    const streams = [own, foreign].map((stream) => ({ stream, epoch: "never", lastEventId: 0 }));
    const { random } = this.around;
    switch (deed) {
      case "MESSAGE":
        this.#message(DEN);
        return;
      case "MESSAGE abroad":
        this.#message("north");
        return;
      case "PRESENCE_UPDATE":
        this.#json({ type: deed, payload: { status: random.pick(["busy", "away"]) } });
        return;
      case "REQUEST_SYNC":
      case "ACK":
        this.#json({ type: deed, streams });
        return;
      case "REQUEST_PRESENCE":
        this.#json({ type: deed, groups: [DEN, "north"].map((place) => groupName({ place })) });
        return;
      case "TOKEN_REFRESH":
        this.#json({ type: deed, token: random.pick(["rubbish", "3000", "20000"]) });
        return;
      case "TOKEN_REFRESH as another":
        this.#json({ type: "TOKEN_REFRESH", token: "stolen" });
        return;
      case "text ping":
        this.#text("ping");
        return;
      case "json ping":
        this.#json({ type: "ping" });
        return;
      case "unknown type":
        this.#json({ type: "CONQUER" });
        return;
      case "no JSON":
        this.#text("{");
        return;
      case "no frame":
        this.#json({ type: "ACK", streams: "all" });
        return;
      case "oversize":
        this.#text(OVERSIZE);
        return;
      default:
        this.#json({ type: deed });
    }
  }

  /** What is sent abroad is not on record: should the log take it, it was never sent. */
  #message(place: string): void {
    const { recorder, timeline, random } = this.around;
    const messageId = random.uuid();
    const { peer } = this.action;
    this.#marks += 1;
    const mark = `h${peer}.${this.#marks}`;
    if (place === DEN) {
      const client = FIRST_NUMBER + peer;
      recorder.record({ fact: "sent", at: timeline.now, client, life: 0, messageId, mark });
    }
    this.#json({
      type: "MESSAGE",
      messageId,
      event: CLIENT_EVENT,
      payload: { mark },
      scope: { place },
    });
  }

  #json(frame: Readonly<Record<string, unknown>>): void {
    this.#text(JSON.stringify(frame));
  }

  #text(text: string): void {
    this.link.toServer.send({ kind: "text", text });
  }
}
