"""Time as a client needs it."""

import asyncio
import time
from collections.abc import Callable
from typing import Final, Protocol, TypeAlias

from ..session.timers import clamp_wait

Cancel: TypeAlias = Callable[[], None]
"""Ends a wait. Calling it again, or too late, does nothing."""

_ROUNDING_MS: Final = 20
"""What the two clocks may differ by rounding, in milliseconds."""


class Clock(Protocol):
    """The client's only source of time. Tests pass a virtual one."""

    def now(self) -> int:
        """Milliseconds since 1970, whole, never going back."""

    def after(self, wait_ms: int, callback: Callable[[], None]) -> Cancel:
        """Call back once after `wait_ms`."""


class SystemClock:
    """The platform's time.

    It follows the monotonic clock, and the wall clock where that jumps forwards, so that a sleep
    counts and a clock that is set back does not.
    """

    def __init__(self) -> None:
        self._lead = _wall_ms() - _monotonic_ms()
        self._offset = self._lead

    def now(self) -> int:
        """Milliseconds since 1970, whole, never going back."""
        monotonic = _monotonic_ms()
        jump = _wall_ms() - monotonic - self._lead
        if abs(jump) > _ROUNDING_MS:
            self._lead += jump
            self._offset += max(jump, 0)
        return int(monotonic + self._offset)

    def after(self, wait_ms: int, callback: Callable[[], None]) -> Cancel:
        """Call back once after `wait_ms`, in the running event loop."""
        loop = asyncio.get_running_loop()
        handles: list[asyncio.Handle] = []

        def ring() -> None:
            # What has already arrived comes first: a stalled loop must not drop a live peer.
            handles.append(loop.call_soon(callback))

        handles.append(loop.call_later(clamp_wait(wait_ms) / 1000, ring))

        def cancel() -> None:
            for handle in handles:
                handle.cancel()

        return cancel


def _wall_ms() -> float:
    return time.time() * 1000


def _monotonic_ms() -> float:
    return time.monotonic() * 1000
