"""A listener that is called at most once in a while, with the latest value."""

from collections.abc import Callable
from typing import Generic, TypeVar

from .clock import Cancel, Clock

V = TypeVar("V")


class Throttled(Generic[V]):
    """The first value is passed on at once.

    Those that follow within the wait are replaced by the latest, which comes at its end.
    """

    def __init__(self, listener: Callable[[V], object], wait_ms: int, clock: Clock) -> None:
        self._listener = listener
        self._wait_ms = wait_ms
        self._clock = clock
        self._latest: list[V] = []
        self._cancel_wait: Cancel | None = None

    def __call__(self, value: V) -> None:
        if self._cancel_wait is not None:
            self._latest = [value]
            return
        self._rest()
        self._listener(value)

    def cancel(self) -> None:
        """Forget what waits."""
        if self._cancel_wait is not None:
            self._cancel_wait()
        self._cancel_wait = None
        self._latest = []

    def _rest(self) -> None:
        self._cancel_wait = self._clock.after(self._wait_ms, self._over)

    def _over(self) -> None:
        self._cancel_wait = None
        if self._latest:
            [value], self._latest = self._latest, []
            self._rest()
            self._listener(value)
