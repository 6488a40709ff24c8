"""Everything that can happen to a session, as plain data.

Whatever comes from an attempt carries its generation, so that a late one of an older attempt is
told apart (RECON-17).
"""

from typing import Any, Literal, TypeAlias

from ..messages import OwnStatus, PresenceMetadata, Scope
from .wire_form import Plain, camel_tag


class _Input(Plain, frozen=True, tag_field="type", tag=camel_tag):
    pass


class Opened(_Input, frozen=True):
    """The socket of an attempt is open."""

    generation: int


class Frame(_Input, frozen=True):
    """A text message arrived."""

    generation: int
    text: str


class Ended(_Input, frozen=True):
    """The socket of an attempt is over."""

    generation: int
    code: int
    """Close code, 1006 where the link broke without one."""
    reason: str = ""


class Token(_Input, frozen=True):
    """The token provider gave a token."""

    request_id: int
    token: str


class TokenFailed(_Input, frozen=True):
    """The token provider failed."""

    request_id: int
    problem: str


class Connect(_Input, frozen=True):
    """The application asks for a session."""


class Suspend(_Input, frozen=True):
    """The application rests the client."""


class Resume(_Input, frozen=True):
    """The application wakes the client."""


class Disconnect(_Input, frozen=True):
    """The application ends the client for good."""

    reason: str | None = None


class Signal(_Input, frozen=True):
    """The platform says that the network or the page is back."""

    signal: Literal["online", "visible"]


class Send(_Input, frozen=True):
    """The application sends a message."""

    message_id: str
    event: str
    payload: Any
    scope: Scope | None = None


class MessageStored(_Input, frozen=True):
    """The outbox store has taken a message, or has not: then `problem` says why."""

    message_id: str
    problem: str | None = None


class SetPresence(_Input, frozen=True):
    """The application says what its user shows."""

    status: OwnStatus
    metadata: PresenceMetadata | None = None


class Handled(_Input, frozen=True):
    """The application's handlers of an event have finished."""

    stream: str
    epoch: str
    event_id: int
    problem: str | None = None
    """What a handler raised; the event counts as handled all the same (STREAM-17)."""


class Reloaded(_Input, frozen=True):
    """The application has reloaded the state behind a stream."""

    stream: str
    reload_id: int
    last_event_id: int | None = None
    """The id that the loaded snapshot contains, 0 to 2^53-1 (REFRESH-18)."""


class ReloadFailed(_Input, frozen=True):
    """The application's reload failed."""

    stream: str
    reload_id: int
    problem: str


class Tick(_Input, frozen=True):
    """The session's deadline has come."""


StreamInput: TypeAlias = Handled | Reloaded | ReloadFailed

SessionInput: TypeAlias = (
    Opened
    | Frame
    | Ended
    | Token
    | TokenFailed
    | Connect
    | Suspend
    | Resume
    | Disconnect
    | Signal
    | Send
    | MessageStored
    | SetPresence
    | StreamInput
    | Tick
)
