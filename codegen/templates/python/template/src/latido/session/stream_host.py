"""What a stream asks of those around it, and what it leaves to the one after it."""

from dataclasses import dataclass
from typing import Protocol

from ..messages import StreamHead, StreamPosition
from .port import Port
from .settings import StartFrom


class StreamHost(Protocol):
    """Those around a stream."""

    @property
    def port(self) -> Port: ...

    def heartbeats_sent(self) -> int:
        """Heartbeats sent on this connection."""

    def request_sync(self, position: StreamPosition) -> None:
        """Put the stream's position into the next REQUEST_SYNC."""

    def processed(self, position: StreamPosition, events: int) -> None:
        """Everything up to this position is processed; `events` is how many that adds."""

    def unanswered(self) -> None:
        """The server does not answer: the connection is of no use (SYNC-17)."""

    def next_reload_id(self) -> int: ...


@dataclass(frozen=True, slots=True)
class StreamLegacy:
    """What a stream that was removed leaves to the one that may come after it."""

    position: StreamPosition
    busy: int | None = None
    """An event whose handler still runs."""


def first_position(head: StreamHead, start_from: StartFrom) -> StreamPosition:
    """POS-4, POS-5, POS-6: where a stream begins that has no position."""
    match start_from:
        case "latest":
            last_event_id = head.last_event_id
        case "acked":
            last_event_id = head.acked_event_id or 0
        case "earliest":
            last_event_id = 0
    return StreamPosition(stream=head.stream, epoch=head.epoch, last_event_id=last_event_id)
