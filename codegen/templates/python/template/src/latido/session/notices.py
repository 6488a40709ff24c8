"""What a person or a log may want to know of a session."""

from typing import TypeAlias

from ..messages import RefreshReason
from .wire_form import Plain, snake_tag


class _Notice(Plain, frozen=True, tag_field="kind", tag=snake_tag):
    pass


class Reconnecting(_Notice, frozen=True):
    """The next attempt is decided on."""

    attempt: int
    retry_in_ms: int


class Recovered(_Notice, frozen=True):
    """Connected again, and every stream has caught up or was refreshed."""

    down_ms: int


class Refreshed(_Notice, frozen=True):
    """A stream goes on after its state was reloaded."""

    stream: str
    reason: RefreshReason


class ReloadFailed(_Notice, frozen=True):
    """A reload failed and is tried again."""

    stream: str
    problem: str
    retry_in_ms: int


class HandlerFailed(_Notice, frozen=True):
    """A handler raised; its event counts as handled (STREAM-17)."""

    stream: str
    event_id: int
    problem: str


class InvalidEvent(_Notice, frozen=True):
    """The contract does not allow an event's payload: only listeners to all were told it."""

    stream: str
    event_id: int
    event: str
    problem: str


class ServerError(_Notice, frozen=True):
    """The server sent an ERROR."""

    code: str
    message: str
    retryable: bool
    retry_after_ms: int | None = None
    message_id: str | None = None
    stream: str | None = None


class RemoteProtocolError(_Notice, frozen=True):
    """The server broke the protocol; the frame had no effect."""

    problem: str


class TokenFailed(_Notice, frozen=True):
    """The token provider failed."""

    problem: str


class NotSent(_Notice, frozen=True):
    """A frame was larger than the server takes, which would have ended the session."""

    type: str
    bytes: int
    limit: int


class StoreFailed(_Notice, frozen=True):
    """A store could not be written. Positions are tried again with the next one."""

    problem: str


class ListenerFailed(_Notice, frozen=True):
    """A listener of the application raised, other than one for an event."""

    problem: str


Notice: TypeAlias = (
    Reconnecting
    | Recovered
    | Refreshed
    | ReloadFailed
    | HandlerFailed
    | InvalidEvent
    | ServerError
    | RemoteProtocolError
    | TokenFailed
    | NotSent
    | StoreFailed
    | ListenerFailed
)
