"""The one request that a stream may have outstanding, and what past answers say about the next."""

from ..tables import Limits, Timers
from .backoff import doubling


class SyncRequest:
    """A REQUEST_SYNC of one stream."""

    def __init__(self) -> None:
        self._from: int | None = None
        self._heartbeats_before = 0  # only a later one's acknowledgement starts its time
        self._timed = False
        self._timeouts = 0
        self._errors = 0
        self._idle = 0

    @property
    def outstanding(self) -> bool:
        return self._from is not None

    def asked(self, from_event_id: int, heartbeats_sent: int) -> None:
        self._from = from_event_id
        self._heartbeats_before = heartbeats_sent
        self._timed = False

    def is_answered_from(self, from_event_id: int) -> bool:
        """SYNC-11: a SYNC from elsewhere answers something else."""
        return self._from == from_event_id

    def settle(self) -> None:
        """Any answer: nothing is outstanding, and unanswered requests are counted anew."""
        self._from = None
        self._timeouts = 0

    def starts_timing(self, heartbeats_acknowledged: int) -> bool:
        """SYNC-16: whether this acknowledgement starts the request's time, which happens once."""
        if not self.outstanding or self._timed:
            return False
        self._timed = heartbeats_acknowledged > self._heartbeats_before
        return self._timed

    def ran_out(self) -> bool:
        """The request's time is over; says whether that is once too often (SYNC-17)."""
        self._from = None
        self._timeouts += 1
        return self._timeouts >= Limits.sync_attempts.default

    def wait_after_error(self, retry_after_ms: int) -> int:
        """SYNC-22: how long to wait after an ERROR, in milliseconds."""
        bound = Timers.sync_retry_max_ms.default
        wait_ms = doubling(Timers.sync_retry_ms.default, self._errors, bound)
        self._errors += 1
        return max(wait_ms, retry_after_ms)

    def wait_after_nothing(self) -> int:
        """SYNC-32: how long to wait after an answer without progress, in milliseconds."""
        bound = Timers.sync_idle_max_ms.default
        wait_ms = doubling(Timers.sync_idle_ms.default, self._idle, bound)
        self._idle += 1
        return wait_ms

    def no_error(self) -> None:
        """An answer that was no ERROR."""
        self._errors = 0

    def progressed(self) -> None:
        """An answer brought what was missing."""
        self._idle = 0

    def reset(self) -> None:
        """SYNC-10: a new connection starts from nothing."""
        self.settle()
        self._errors = 0
        self._idle = 0
