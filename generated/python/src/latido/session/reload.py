"""The reload of one stream: the one that runs, and the one that comes next (REFRESH-13)."""

from dataclasses import dataclass

from ..messages import FullRefreshFrame
from ..tables import Timers
from .backoff import doubling


@dataclass(frozen=True, slots=True)
class PendingReload:
    """A FULL_REFRESH that the application carries out."""

    frame: FullRefreshFrame
    lowers: bool
    """The position may fall: this refresh, or one that it replaced, was for `position_ahead`."""


class ReloadQueue:
    """At most one reload runs, at most one waits."""

    def __init__(self) -> None:
        self._current: PendingReload | None = None
        self._next: PendingReload | None = None
        self._running_id: int | None = None
        self._failures = 0

    @property
    def current(self) -> PendingReload | None:
        return self._current

    def add(self, frame: FullRefreshFrame) -> bool:
        """Take a refresh; says whether it is the first, which may start."""
        lowers = frame.reason == "position_ahead"
        if self._current is None:
            self._current = PendingReload(frame, lowers)
            return True
        self._next = PendingReload(frame, lowers or _lowers_for(self._next, frame))
        return False

    def started(self, reload_id: int) -> None:
        self._running_id = reload_id

    @property
    def running(self) -> bool:
        """Whether the application was asked and has not answered."""
        return self._running_id is not None

    def is_running(self, reload_id: int) -> bool:
        """A late answer of another reload has no effect."""
        return self._running_id == reload_id

    def ended(self) -> PendingReload | None:
        """The running reload has ended well; answers what comes next."""
        self._running_id = None
        self._failures = 0
        self._current, self._next = self._next, None
        return self._current

    def failed(self, max_delay_ms: int) -> int:
        """The running reload has failed; answers how long to wait, in milliseconds (REFRESH-22)."""
        self._running_id = None
        if self._next is not None:
            frame, lowers = self._next.frame, self._next.lowers
            self._next = None
            self._current = PendingReload(frame, lowers or _lowers_for(self._current, frame))
        wait_ms = doubling(Timers.reload_retry_ms.default, self._failures, max_delay_ms)
        self._failures += 1
        return wait_ms

    def clear(self) -> None:
        self._current = None
        self._next = None
        self._running_id = None
        self._failures = 0


def _lowers_for(replaced: PendingReload | None, frame: FullRefreshFrame) -> bool:
    """A refresh that was never carried out passes on, in its epoch, that the position may fall."""
    return replaced is not None and replaced.lowers and replaced.frame.epoch == frame.epoch
