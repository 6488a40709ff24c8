"""Whether a lost connection has been made good: connected, with nothing missing (LIB-8)."""

from collections.abc import Callable

from . import notices
from .port import Port


class Recovery:
    """The loss that has not been made good yet."""

    def __init__(self, port: Port) -> None:
        self._port = port
        self._ever_connected = False
        self._lost_at: int | None = None

    def connected(self) -> None:
        if self._ever_connected:
            self._port.counters.reconnects += 1
        self._ever_connected = True

    def lost(self) -> None:
        if self._lost_at is None:
            self._lost_at = self._port.now

    def forget(self) -> None:
        """The application rests or ends the client: there is nothing to make good."""
        self._lost_at = None

    def look(self, is_current: Callable[[], bool]) -> None:
        """`is_current` says whether nothing is missing in any stream."""
        if self._lost_at is None or not self._port.connected or not is_current():
            return
        down_ms = self._port.now - self._lost_at
        self._lost_at = None
        self._port.notify(notices.Recovered(down_ms=down_ms))
