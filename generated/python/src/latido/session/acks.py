"""What was processed and not yet acknowledged. *Processed*: its handler has finished."""

from collections.abc import Iterable, Sequence

from ..json_text import write_json
from ..messages import AckFrame, StreamHead, StreamPosition
from .port import Port
from .split import split_positions
from .utf8 import utf8_length


class Acks:
    """The processed position of each stream, and which of them the server does not know yet."""

    def __init__(self, port: Port, stored: Iterable[StreamPosition]) -> None:
        self._port = port
        self._processed = {position.stream: position for position in stored}
        self._due: dict[str, None] = {}  # in order
        self._pending = 0  # processed events since the last ACK

    def processed(self, position: StreamPosition, events: int) -> None:
        """ACK-1: only what a handler has finished comes here."""
        self._processed[position.stream] = position
        self._due[position.stream] = None
        self._pending += events
        port = self._port
        if not port.connected:
            return  # the next CONNECT tells what the server lacks
        if port.timers.at("ack") is None:
            port.timers.set("ack", port.now, port.announced.ack.max_delay_ms)  # ACK-2

    def compare(self, heads: Sequence[StreamHead]) -> None:
        """ACK-9: a stream list tells what the server knows; send what it lacks."""
        for head in heads:
            position = self._processed.get(head.stream)
            known = head.acked_event_id or 0
            if (
                position is not None
                and position.epoch == head.epoch
                and position.last_event_id > known
            ):
                self._due[head.stream] = None
            else:
                self._due.pop(head.stream, None)
        if self._due:
            self.flush()

    def removed(self, stream: str) -> None:
        """A stream that is no longer the session's is not acknowledged."""
        self._due.pop(stream, None)

    @property
    def is_full(self) -> bool:
        """ACK-3: enough is pending that it should not wait."""
        return self._port.connected and self._pending >= self._port.announced.ack.max_pending

    def flush(self) -> None:
        """Send everything that is due, cumulative by stream (ACK-4)."""
        port = self._port
        port.timers.clear("ack")
        self._pending = 0
        if not port.connected:
            return
        positions = [self._processed[stream] for stream in self._due if stream in self._processed]
        self._due.clear()
        timestamp = port.timestamp
        envelope_bytes = utf8_length(write_json(AckFrame(streams=(), timestamp=timestamp)))
        limit = port.announced.limits.max_frame_bytes
        for streams in split_positions(positions, envelope_bytes, limit):
            port.send(AckFrame(streams=streams, timestamp=timestamp))

    def connection_lost(self) -> None:
        self._port.timers.clear("ack")
        self._pending = 0
