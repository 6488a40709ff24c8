import type { EventFrame, Scope } from "../messages.js";

/** An event as a listener receives it (LIB-9). */
export interface ApplicationEvent<Payload = unknown, Name extends string = string> {
  /** Opaque name of the stream. */
  readonly stream: string;
  readonly epoch: string;
  /** 1 to 2^53-1, dense within stream and epoch. */
  readonly eventId: number;
  /** The application's name for what happened. */
  readonly event: Name;
  readonly payload: Payload;
  readonly scope?: Scope;
  readonly module?: string;
  /** The MESSAGE that caused it, if one did. */
  readonly messageId?: string;
  /** Common to the events of one publish to several scopes. */
  readonly publicationId?: string;
  readonly senderId?: string;
}

/** May answer a promise: the next event of the same stream waits for it. */
export type EventListener<Payload = unknown, Name extends string = string> = (
  event: ApplicationEvent<Payload, Name>,
) => void | Promise<void>;

export function applicationEvent(frame: EventFrame, module: string | undefined): ApplicationEvent {
  const { stream, epoch, eventId, event, payload } = frame;
  const { scope, messageId, publicationId, senderId } = frame;
  return {
    stream,
    epoch,
    eventId,
    event,
    payload,
    ...(scope === undefined ? {} : { scope }),
    ...(module === undefined ? {} : { module }),
    ...(messageId === undefined ? {} : { messageId }),
    ...(publicationId === undefined ? {} : { publicationId }),
    ...(senderId === undefined ? {} : { senderId }),
  };
}
