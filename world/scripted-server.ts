import type { Settings } from "../server/config.js";
import type { Link } from "./link.js";
import type { ClientPlan, WorldPlan } from "./plan.js";
import type { Random } from "./random.js";
import type { Recorder } from "./recorder.js";
import { ScriptedConnection } from "./scripted-connection.js";
import { ScriptedLog } from "./scripted-log.js";
import { settingsOf } from "./server-node.js";
import type { Timeline } from "./timeline.js";

/** What the connections of an unreliable server share. */
export interface ScriptedParts {
  readonly client: ClientPlan;
  readonly settings: Settings;
  readonly log: ScriptedLog;
  readonly timeline: Timeline;
  readonly random: Random;
}

/**
 * A server that knows the frames and none of the rules: it errs, contradicts itself, repeats, refuses and
 * falls silent, as the reference server never does. Only its events are true to its log.
 */
export class ScriptedServer {
  readonly #parts: ScriptedParts;
  #connection: ScriptedConnection | undefined;

  constructor(
    index: number,
    plan: WorldPlan,
    around: { readonly timeline: Timeline; readonly recorder: Recorder; readonly random: Random },
  ) {
    const { timeline, recorder, random } = around;
    const client = plan.clients[index];
    if (client === undefined) throw new Error(`there is no client ${index}`);
    const log = new ScriptedLog(index, timeline, recorder);
    this.#parts = { client, settings: settingsOf(plan), log, timeline, random };
  }

  accept(link: Link): void {
    this.#connection?.end();
    this.#connection = new ScriptedConnection(link, this.#parts);
  }
}
