import type { Application, ApplicationEvent, Contract } from "../../model.js";
import { bracket, layOut } from "./layout.js";
import type { Piece } from "./layout.js";
import { header, stringLiteral } from "./text.js";

/**
 * client/client.py: the public client, whose listeners and sends have the types of the contract. What it
 * does stands in client_runtime.py.
 */
export async function emitClient({ application }: Contract): Promise<string> {
  return Promise.resolve(application === undefined ? ANY_EVENTS : ofApplication(application));
}

const CLASS = `class Client(ClientRuntime):
    """A session that survives bad networks.

    Delivery is at least once, with duplicates dropped by (stream, epoch, event_id), and in order
    within a stream. Use it in one event loop; \`async with\` connects and at last disconnects.
    """
`;

const LISTEN = `What an \`async\` listener awaits holds up the stream of the event, and only that; what it
        raises is reported as a notice (STREAM-17).`;

const THROTTLE = `With \`throttle_ms\`, 1 to 2^31-1, the listener is called at most once in this time,
        with the latest event, and is not waited for.`;

const ITERATE = `"""The same for \`async for\`. An event counts as handled when the next one is asked for."""`;

const SEND = `"""Send a message, now or when there is a connection; answers what became of it.

        It keeps its place and its id over reconnects. Raises UsageError when the payload is no JSON
        value, a name is malformed or the contract does not let clients send it so; also
        FrameTooLargeError, OutboxFullError or ClosedError. A caller that is cancelled does not take
        the message back.
`;

const ADDRESSED = `scope: Whom it addresses, one of the session's scopes. By default the own devices.
            message_id: UUID to send it under. By default a new one.

        """
        return await self._send(event, payload, scope, message_id)
`;

/** The protocol alone names no events: any name and any payload will do. */
const ANY_EVENTS = `${header("asyncapi.yaml")}
"""The public client."""

from typing import Any, TypeVar, overload

from ..messages import Scope
from ..session.send_result import SendResult
from .application_event import Adds
from .client_runtime import ClientRuntime
from .event_handlers import ANY_EVENT
from .event_iterator import EventIterator

P = TypeVar("P")


${CLASS}
    @overload
    def on(self, event: str = ANY_EVENT, *, throttle_ms: int | None = None) -> Adds[Any]: ...

    @overload
    def on(self, event: str, payload: type[P], *, throttle_ms: int | None = None) -> Adds[P]: ...

    def on(
        self, event: str = ANY_EVENT, payload: Any = Any, *, throttle_ms: int | None = None
    ) -> Any:
        """Listen for one event by its name, or for all by \`*\`: a decorator.

        ${LISTEN} A payload that is not of the type \`payload\`
        (whatever msgspec converts to: a Struct, a dataclass, a TypedDict) counts as an error of the
        listener. ${THROTTLE}
        """
        return self._adding(event, payload, throttle_ms)

    @overload
    def events(self, event: str = ANY_EVENT) -> EventIterator[Any]: ...

    @overload
    def events(self, event: str, payload: type[P]) -> EventIterator[P]: ...

    def events(self, event: str = ANY_EVENT, payload: Any = Any) -> EventIterator[Any]:
        ${ITERATE}
        return self._iterating(event, payload)

    async def send(
        self,
        event: str,
        payload: object,
        *,
        scope: Scope | None = None,
        message_id: str | None = None,
    ) -> SendResult:
        ${SEND}
        Args:
            event: 1 to 128 of the characters A-Z a-z 0-9 _ . : -
            payload: Any JSON value, or what msgspec makes one of, within the limits that the server
                announces (FRAME-22).
            ${ADDRESSED}`;

function ofApplication({ events }: Application): string {
  const received = byPayload(events);
  const sent = byPayload(events.filter(({ sentByClients }) => sentByClients));
  const typing = ["Any", "Literal", ...(sent.length === 0 ? ["Never"] : []), "overload"];
  return `${header("the contract of the application")}
"""The public client, with the events of the contract."""

from typing import ${typing.join(", ")}

from .. import messages
from ..session.send_result import SendResult
from .application_event import Adds, Answer, Listener
from .client_runtime import ClientRuntime
from .event_handlers import ANY_EVENT
from .event_iterator import EventIterator


${CLASS}
${[...received, ALL].flatMap(listen).join("\n")}
    def on(
        self, event: str = ANY_EVENT, listener: Any = None, *, throttle_ms: int | None = None
    ) -> Any:
        """Listen for one event by its name, or for all by \`*\`: a call, or a decorator.

        ${LISTEN}

        A listener by name gets only payloads that the contract allows, as their type; others are
        told by a notice, and to \`*\`, which has every payload as JSON has it.

        ${THROTTLE}
        """
        add = self._adding(event, Any, throttle_ms)
        return add if listener is None else add(listener)

${[...received, ALL].map(iterate).join("\n")}
    def events(self, event: str = ANY_EVENT) -> EventIterator[Any]:
        ${ITERATE}
        return self._iterating(event, Any)

${sending(sent)}        ${SEND}
        Args:
            event: One that the contract lets clients send.
            payload: Its payload, within the limits that the server announces (FRAME-22).
            ${ADDRESSED}`;
}

/** Events whose payloads have one type, in the order of their names. */
interface Group {
  /** Type of the argument. */
  readonly event: Piece;
  readonly payload: string;
}

/** Every event; its name may be left out. */
const ALL: Group = { event: 'event: Literal["*"] = "*"', payload: "Any" };

function byPayload(events: readonly ApplicationEvent[]): readonly Group[] {
  const names = new Map<string, string[]>();
  for (const { name, payload } of events) {
    names.set(payload, [...(names.get(payload) ?? []), stringLiteral(name)]);
  }
  return [...names].map(([payload, literals]) => ({
    event: bracket("event: Literal[", literals, "]"),
    payload: `messages.${payload}`,
  }));
}

const THROTTLED = "throttle_ms: int | None = None";

/** As a decorator, and with the listener. */
function listen(group: Group): readonly string[] {
  const { event, payload } = group;
  const given = group === ALL ? 'event: Literal["*"]' : event;
  return [
    overload("def on", ["self", event, "*", THROTTLED], `Adds[${payload}]`),
    overload(
      "def on",
      ["self", given, `listener: Listener[${payload}, Answer]`, "*", THROTTLED],
      `Listener[${payload}, Answer]`,
    ),
  ];
}

function iterate({ event, payload }: Group): string {
  return overload("def events", ["self", event], `EventIterator[${payload}]`);
}

/** Where there is only one type, it stands in the method itself. */
function sending(groups: readonly Group[]): string {
  const [only = { event: "event: Never", payload: "Never" }] = groups;
  if (groups.length < 2) return send(only, ":");
  const overloads = groups.map((group) => `    @overload\n${send(group, ": ...")}`);
  return [...overloads, send({ event: "event: str", payload: "object" }, ":")].join("\n");
}

function send({ event, payload }: Group, ending: string): string {
  const more = ["scope: messages.Scope | None = None", "message_id: str | None = None"];
  const items = ["self", event, `payload: ${payload}`, "*", ...more];
  return `${declared("async def send", items, "SendResult", ending)}\n`;
}

function overload(start: string, items: readonly Piece[], returns: string): string {
  return `    @overload\n${declared(start, items, returns, ": ...")}\n`;
}

function declared(start: string, items: readonly Piece[], returns: string, ending: string): string {
  return layOut(bracket(`${start}(`, items, `) -> ${returns}${ending}`), "", 4);
}
