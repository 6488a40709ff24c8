"""An event as a listener receives it."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any, Generic, Protocol, TypeAlias, TypeVar

from ..messages import EventFrame, Scope

P = TypeVar("P")
P_co = TypeVar("P_co", covariant=True)
Answer = TypeVar("Answer", bound=Awaitable[object] | None)


@dataclass(frozen=True, slots=True, kw_only=True)
class ApplicationEvent(Generic[P_co]):
    """What happened, and where in which stream (LIB-9)."""

    stream: str
    """Opaque name of the stream."""
    epoch: str
    event_id: int
    """1 to 2^53-1, dense within stream and epoch."""
    event: str
    """The application's name for what happened."""
    payload: P_co
    scope: Scope | None = None
    module: str | None = None
    message_id: str | None = None
    """The MESSAGE that caused it, if one did."""
    publication_id: str | None = None
    """Common to the events of one publish to several scopes."""
    sender_id: str | None = None


EventListener: TypeAlias = Callable[[ApplicationEvent[Any]], Awaitable[object] | None]
"""May be `async`: the next event of the same stream waits for it."""

Listener: TypeAlias = Callable[[ApplicationEvent[P]], Answer]
"""A listener for payloads of one type, with what it answers."""


class Adds(Protocol[P]):
    """A decorator that adds a listener."""

    def __call__(self, listener: Listener[P, Answer], /) -> Listener[P, Answer]:
        """Give the listener back as it is."""
        ...


def application_event(frame: EventFrame, module: str | None) -> ApplicationEvent[Any]:
    """The event of a frame."""
    return ApplicationEvent(
        stream=frame.stream,
        epoch=frame.epoch,
        event_id=frame.event_id,
        event=frame.event,
        payload=frame.payload,
        scope=frame.scope,
        module=module,
        message_id=frame.message_id,
        publication_id=frame.publication_id,
        sender_id=frame.sender_id,
    )
