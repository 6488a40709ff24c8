"""Waits as data: there is no clock here, the session is told the time."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, Literal, TypeAlias

TimerName: TypeAlias = Literal[
    "ack",
    "backoff",
    "circuit_rest",
    "connect_timeout",
    "heartbeat",
    "heartbeat_deadline",
    "outbox_window",
    "presence_timeout",
    "reload_retry",
    "stable",
    "sync_retry",
    "sync_timeout",
    "token_refresh",
    "token_timeout",
]

MAX_WAIT_MS: Final = 2_147_483_647
"""Longest wait that every platform's timers keep: 2^31-1 ms, about 24.8 days (FRAME-6)."""


@dataclass(frozen=True, slots=True)
class DueTimer:
    """A wait that is over."""

    name: TimerName
    subject: str
    """Stream or group that the wait belongs to; empty for the connection's own."""
    at: int
    """When it was to fire."""
    order: int
    """Rises with every set, so that equal instants fire in the order in which they were set."""


def clamp_wait(wait_ms: int) -> int:
    """A wait between 0 and 2^31-1 ms (FRAME-6)."""
    return min(max(wait_ms, 0), MAX_WAIT_MS)


class Timers:
    """The waits of one session."""

    def __init__(self) -> None:
        self._entries: dict[tuple[TimerName, str], DueTimer] = {}
        self._order = 0

    def set(self, name: TimerName, now: int, wait_ms: int, subject: str = "") -> None:
        """Replace the wait of this name and subject by one of `wait_ms` from `now`, clamped."""
        self._order += 1
        at = now + clamp_wait(wait_ms)
        self._entries[name, subject] = DueTimer(name, subject, at, self._order)

    def clear(self, name: TimerName, subject: str = "") -> None:
        self._entries.pop((name, subject), None)

    def clear_all(self) -> None:
        self._entries.clear()

    def at(self, name: TimerName, subject: str = "") -> int | None:
        """When a wait is over; None when it does not run."""
        entry = self._entries.get((name, subject))
        return None if entry is None else entry.at

    @property
    def deadline(self) -> int | None:
        """When the earliest wait is over; None when nothing waits."""
        return min((entry.at for entry in self._entries.values()), default=None)

    def fire(self, now: int, perform: Callable[[DueTimer], None]) -> None:
        """Fire every wait that is over at `now`, earliest first.

        One that an earlier one cleared or moved does not fire; one that is set meanwhile waits for
        the next tick.
        """
        due = [entry for entry in self._entries.values() if entry.at <= now]
        for entry in sorted(due, key=lambda entry: (entry.at, entry.order)):
            key = (entry.name, entry.subject)
            if self._entries.get(key) is entry:
                del self._entries[key]
                perform(entry)
