"""What a session wants done, as plain data.

Performed in order, never while the session is handling.
"""

from typing import Literal, TypeAlias

from ..lifecycle import ClientConnectionState
from ..messages import EventFrame, RefreshReason, Scope, StreamPosition
from . import notices, presence_change
from .send_result import Refusal, SendResult
from .stored_message import StoredMessage
from .wire_form import Plain, camel_tag


class Refresh(Plain, frozen=True):
    """Why and to where the application reloads the state behind a stream."""

    stream: str
    epoch: str
    last_event_id: int
    """The stream resumes from here, unless the snapshot reports a higher id."""
    reason: RefreshReason
    scope: Scope | None = None
    module: str | None = None


class StateChange(Plain, frozen=True):
    """A change of the connection's state (LIB-4)."""

    state: ClientConnectionState
    attempt: int
    """Retries in a row so far; 0 for the first attempt of an intent and while all is well."""
    retry_in_ms: int | None = None
    """In `backoff` and `circuit_open`: how long it will really wait, in milliseconds (LIB-5)."""
    code: int | None = None
    """Close code that led here, if an end did."""
    reason: str | None = None


class _Effect(Plain, frozen=True, tag_field="type", tag=camel_tag):
    pass


class Open(_Effect, frozen=True):
    """Dial.

    How these values travel (query, header, subprotocol) is the driver's business (LIB-14).
    """

    generation: int
    user_id: str
    device_id: str
    attempt: int
    intent_age_ms: int
    heartbeat_ms: int | None = None
    token: str | None = None


class Send(_Effect, frozen=True):
    """Write a text message."""

    generation: int
    text: str


class Close(_Effect, frozen=True):
    """Close the socket; nothing more is wanted of it."""

    generation: int
    code: int
    reason: str


class RequestToken(_Effect, frozen=True):
    """Ask the token provider; answered by `inputs.Token` or `inputs.TokenFailed`."""

    request_id: int
    purpose: Literal["connect", "refresh"]


class Deliver(_Effect, frozen=True):
    """Run the application's handlers; answered by `inputs.Handled`."""

    event: EventFrame
    module: str | None = None


class Reload(_Effect, frozen=True):
    """Reload the state behind a stream; answered by `inputs.Reloaded` or `inputs.ReloadFailed`."""

    reload_id: int
    refresh: Refresh


class StorePosition(_Effect, frozen=True):
    """Everything up to this position was processed."""

    position: StreamPosition


class StoreMessage(_Effect, frozen=True):
    """Add or replace a message in the outbox store; answered by `inputs.MessageStored`."""

    message: StoredMessage


class ForgetMessage(_Effect, frozen=True):
    """Remove a message from the outbox store."""

    message_id: str


class Settle(_Effect, frozen=True):
    """Tell the application what became of a message."""

    message_id: str
    result: SendResult


class Refuse(_Effect, frozen=True):
    """Tell the application that a send never entered the outbox."""

    message_id: str
    refusal: Refusal


class State(_Effect, frozen=True):
    """Tell the application the connection's new state."""

    state: StateChange


class Notice(_Effect, frozen=True):
    """Tell the application something that a person may want to know."""

    notice: notices.Notice


class Presence(_Effect, frozen=True):
    """Tell the application what changed in a group."""

    presence: presence_change.PresenceChange


class Trace(_Effect, frozen=True):
    """A remark for whoever reads the trace."""

    note: str


SocketEffect: TypeAlias = Open | Send | Close
ApplicationEffect: TypeAlias = (
    RequestToken
    | Deliver
    | Reload
    | StorePosition
    | StoreMessage
    | ForgetMessage
    | Settle
    | Refuse
    | State
    | Notice
    | Presence
    | Trace
)
SessionEffect: TypeAlias = SocketEffect | ApplicationEffect
