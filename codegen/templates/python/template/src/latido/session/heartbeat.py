"""Proves life in both directions while connected."""

from collections import deque
from math import floor
from typing import Final

from ..messages import HeartbeatFrame
from .port import Port

_MAX_TIMES: Final = 64
"""Unanswered heartbeats whose time is remembered for the latency."""


class Heartbeat:
    """The heartbeats of one connection, and their deadline."""

    def __init__(self, port: Port) -> None:
        self._port = port
        self._sent = 0
        self._acknowledged = 0
        self._sent_at: deque[int] = deque(maxlen=_MAX_TIMES)  # of the unacknowledged, oldest first

    @property
    def sent(self) -> int:
        """Heartbeats sent on this connection, to tell which acknowledgement follows a request."""
        return self._sent

    @property
    def acknowledged(self) -> int:
        return self._acknowledged

    def connected(self) -> None:
        self.stop()
        port = self._port
        first = floor(port.random() * port.announced.heartbeat.interval_ms)
        port.timers.set("heartbeat", port.now, first)  # LIVE-2

    def stop(self) -> None:
        self._sent = 0
        self._acknowledged = 0
        self._sent_at.clear()
        self._port.timers.clear("heartbeat")
        self._port.timers.clear("heartbeat_deadline")

    def received(self) -> None:
        """Anything inbound proves life (LIVE-3)."""
        self._port.timers.clear("heartbeat_deadline")

    def acked(self) -> None:
        unanswered = self._sent - self._acknowledged
        if unanswered == 0:
            return
        self._acknowledged += 1
        if len(self._sent_at) < unanswered:
            return  # its time was dropped
        self._port.counters.heartbeat_latency_ms = self._port.now - self._sent_at.popleft()

    def beat(self, at: int) -> None:
        """The next heartbeat is due, since `at`."""
        port = self._port
        interval_ms = port.announced.heartbeat.interval_ms
        if self.is_late(at):
            self.start_afresh()
            return
        port.timers.set("heartbeat", port.now, max(at + interval_ms - port.now, 0) or interval_ms)
        self._send()
        # LIVE-4: one deadline, from the oldest heartbeat that nothing has followed
        if port.timers.at("heartbeat_deadline") is None:
            self._expect()

    def is_late(self, at: int) -> bool:
        """LIVE-5: a tick that is itself this late says that we slept, not that the peer is dead."""
        return self._port.now - at > self._port.announced.heartbeat.timeout_ms

    def start_afresh(self) -> None:
        """LIVE-5: after a sleep, ask and wait a whole timeout."""
        port = self._port
        port.timers.set("heartbeat", port.now, port.announced.heartbeat.interval_ms)
        self._send()
        self._expect()

    def _expect(self) -> None:
        port = self._port
        port.timers.set("heartbeat_deadline", port.now, port.announced.heartbeat.timeout_ms)

    def _send(self) -> None:
        self._sent += 1
        self._sent_at.append(self._port.now)
        self._port.send(HeartbeatFrame(timestamp=self._port.timestamp))
