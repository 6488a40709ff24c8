"""What a session is made with, and what a server announces to it."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Literal, TypeAlias

from ..messages import (
    AckSettings,
    ConnectFrame,
    HeartbeatSettings,
    ReconnectSettings,
    SessionLimits,
    StreamPosition,
)
from ..tables import Limits, Timers
from .stored_message import StoredMessage

StartFrom: TypeAlias = Literal["latest", "acked", "earliest"]
"""Where a stream begins that has no stored position."""


@dataclass(frozen=True, slots=True)
class FixedToken:
    """One token for every connection."""

    token: str


TokenSource: TypeAlias = FixedToken | Literal["provider"] | None
"""A fixed token, or a provider that is asked before every dial (AUTH-17), or none."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionSettings:
    """What a session is made with. It never changes."""

    user_id: str
    device_id: str
    first_attempt: int = 1
    """Number of the first dial; higher than any earlier one of this device_id (CONN-4)."""
    heartbeat_ms: int | None = None
    """Wished heartbeat interval in milliseconds."""
    start_from: StartFrom = "latest"
    tokens: TokenSource = None
    positions: Sequence[StreamPosition] = ()
    """Stored positions of an earlier process: everything up to them was processed."""
    messages: Sequence[StoredMessage] = ()
    """What the outbox store held before this process, in the order of sending."""
    persistent_outbox: bool = False
    """Whether unanswered messages outlive this session in their store (MSG-29)."""
    connect_timeout_ms: int = Timers.connect_timeout_ms.default
    outbox_messages: int = Limits.outbox_messages.default
    """Messages that wait for an answer or for a connection, at most."""
    kept_events: int = Limits.kept_events.default
    """Events kept for one stream that cannot be delivered yet, at most."""


@dataclass(frozen=True, slots=True)
class Announced:
    """The numbers that a server announces in CONNECT. Before the first one the contract's hold."""

    heartbeat: HeartbeatSettings
    reconnect: ReconnectSettings
    ack: AckSettings
    sync_timeout_ms: int
    limits: SessionLimits


UNANNOUNCED: Final = Announced(
    heartbeat=HeartbeatSettings(
        interval_ms=Timers.heartbeat_interval_ms.default,
        timeout_ms=Timers.heartbeat_timeout_ms.default,
    ),
    reconnect=ReconnectSettings(
        base_delay_ms=Timers.base_delay_ms.default,
        max_delay_ms=Timers.max_delay_ms.default,
        jitter=Limits.jitter_percent.default / 100,
        first_spread_ms=Timers.first_spread_ms.default,
        stable_after_ms=Timers.stable_after_ms.default,
        circuit_after=Limits.circuit_after.default,
        circuit_rest_ms=Timers.circuit_rest_ms.default,
    ),
    ack=AckSettings(
        max_delay_ms=Timers.ack_max_delay_ms.default, max_pending=Limits.ack_max_pending.default
    ),
    sync_timeout_ms=Timers.sync_timeout_ms.default,
    limits=SessionLimits(
        max_frame_bytes=Limits.frame_bytes.default,
        max_payload_bytes=Limits.payload_bytes.default,
        max_in_flight_messages=Limits.in_flight_messages.default,
        dedup_window_ms=Timers.dedup_window_ms.default,
    ),
)


def announced_by(frame: ConnectFrame) -> Announced:
    """What this CONNECT announces (CONN-22)."""
    return Announced(
        frame.heartbeat, frame.reconnect, frame.ack, frame.sync.timeout_ms, frame.limits
    )
