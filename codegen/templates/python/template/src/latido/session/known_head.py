"""SYNC-1: the newest place that any frame has named for a stream."""


class KnownHead:
    """What a stream is known to have, whether or not it has come."""

    def __init__(self) -> None:
        self._epoch: str | None = None
        self._event_id = 0

    def see(self, epoch: str, event_id: int, own_epoch: str) -> None:
        """Note a place.

        One of the position's own epoch does not hide a known one of another epoch: only an answer
        to a request may say that the other was nothing (SYNC-5, SYNC-7).
        """
        if epoch == self._epoch:
            self._event_id = max(self._event_id, event_id)
            return
        if self._epoch is not None and self._epoch != own_epoch and epoch == own_epoch:
            return
        self._epoch = epoch
        self._event_id = event_id

    def clear(self) -> None:
        self._epoch = None

    def clear_unless(self, epoch: str) -> None:
        """SYNC-7: forget a place of another epoch than this one."""
        if self._epoch != epoch:
            self.clear()

    def is_beyond(self, epoch: str, reach: int) -> bool:
        """Whether there is more than what reaches up to this place."""
        if self._epoch is None:
            return False
        return self._epoch != epoch or self._event_id > reach
