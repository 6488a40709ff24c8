"""Events of one stream that cannot be delivered yet, bounded."""

from typing import Literal, TypeAlias

from ..messages import EventFrame

KeepOutcome: TypeAlias = Literal["kept", "replaced the newest", "duplicate", "overflow"]
"""What became of an event that was offered."""


class KeptEvents:
    """Events by epoch and id; those of other epochs wait for theirs."""

    def __init__(self, bound: int) -> None:
        """`bound`: events at most, over all epochs (STREAM-9)."""
        self._bound = bound
        self._epochs: dict[str, dict[int, EventFrame]] = {}
        self._size = 0

    def __len__(self) -> int:
        return self._size

    def keep(self, event: EventFrame) -> KeepOutcome:
        """At the bound the newest of the event's epoch goes: the older ones close a gap."""
        events = self._epochs.get(event.epoch, {})
        if event.event_id in events:
            return "duplicate"
        full = self._size >= self._bound
        if full:
            newest = max(events, default=None)
            if newest is None or newest < event.event_id:
                return "overflow"
            self._remove(event.epoch, newest)
        events[event.event_id] = event
        self._epochs[event.epoch] = events  # removing an epoch's last event removed the epoch
        self._size += 1
        return "replaced the newest" if full else "kept"

    def take(self, epoch: str, event_id: int) -> EventFrame | None:
        event = self._epochs.get(epoch, {}).get(event_id)
        if event is not None:
            self._remove(epoch, event_id)
        return event

    def run_from(self, epoch: str, event_id: int) -> int:
        """Highest id of the run that follows `event_id` without a hole."""
        events = self._epochs.get(epoch, {})
        while event_id + 1 in events:
            event_id += 1
        return event_id

    def drop_through(self, epoch: str, event_id: int) -> None:
        """Forget every event at or below an id."""
        for known in list(self._epochs.get(epoch, ())):
            if known <= event_id:
                self._remove(epoch, known)

    def drop(self, epoch: str) -> None:
        """Forget every event of an epoch."""
        self._size -= len(self._epochs.pop(epoch, ()))

    def retain_only(self, epoch: str) -> None:
        """SYNC-6: forget every event of another epoch."""
        for other in list(self._epochs):
            if other != epoch:
                self.drop(other)

    def clear(self) -> None:
        self._epochs.clear()
        self._size = 0

    def _remove(self, epoch: str, event_id: int) -> None:
        events = self._epochs[epoch]
        del events[event_id]
        self._size -= 1
        if not events:
            del self._epochs[epoch]
