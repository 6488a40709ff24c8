import { EVENT_NAME } from "./scope-rule.js";
import { within } from "./bounds.js";
import { isObject } from "./shapes.js";
import { UsageError } from "./usage-error.js";

/** Bounds of `perMinute`; 0 turns the limit off (LIMIT-1). */
export const PER_MINUTE = { min: 0, max: 1_000_000 } as const;

/** A limit of one kind of messages of a user. */
export interface MessageLimit {
  /** Messages within `timers.rateWindowMs`, by default a minute; 0 to 1 000 000, 0 turns the limit off. */
  readonly perMinute: number;
  /** The events of the class, which share the limit; default the one that the class is named after. */
  readonly events?: readonly string[];
}

/** A class of messages that are paced together. */
export interface MessageClass {
  readonly events: readonly string[];
  readonly perMinute: number;
}

/**
 * Checks the limits of classes of messages.
 * @param clientEvents what clients may send: a limit of anything else would never be reached
 * @throws UsageError that names the setting, what is wrong and what is allowed
 */
export function checkedMessageLimits(
  given: Readonly<Record<string, MessageLimit>>,
  clientEvents: ReadonlySet<string>,
): readonly MessageClass[] {
  if (!isObject(given)) throw new UsageError("messageLimits is not a mapping of names to limits");
  const classOf = new Map<string, string>();
  return Object.entries(given).map(([name, limit]) => {
    const setting = `messageLimits.${name}`;
    if (!EVENT_NAME.test(name)) {
      throw new UsageError(`messageLimits has the name "${name}"; allowed is ${EVENT_NAME.source}`);
    }
    if (!isObject(limit)) throw new UsageError(`${setting} is not a mapping; give it perMinute`);
    const unknown = Object.keys(limit).find((key) => key !== "perMinute" && key !== "events");
    if (unknown !== undefined) throw new UsageError(`${setting}.${unknown} is not a setting`);
    const perMinute = within(`${setting}.perMinute`, limit.perMinute, PER_MINUTE);
    const { events = [name] } = limit;
    const list: unknown = events;
    if (!Array.isArray(list) || events.length === 0) {
      throw new UsageError(`${setting}.events is not a list of names`);
    }
    for (const event of events) {
      if (!clientEvents.has(event)) {
        throw new UsageError(`${setting} is for "${event}", which is none of clientEvents`);
      }
      const other = classOf.get(event);
      if (other !== undefined) {
        throw new UsageError(`${setting} is for "${event}", as messageLimits.${other} is already`);
      }
      classOf.set(event, name);
    }
    return { events, perMinute };
  });
}
