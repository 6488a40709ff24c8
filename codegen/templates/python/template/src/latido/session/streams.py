"""The streams of the session, and those that it had before."""

from collections.abc import Callable, Iterator, Sequence
from typing import Literal

from ..json_text import write_json
from ..lifecycle import ClientStreamInput
from ..messages import (
    ErrorFrame,
    EventFrame,
    FullRefreshFrame,
    RequestSyncFrame,
    StreamHead,
    StreamPosition,
    SyncFrame,
)
from . import effects, inputs, notices
from .acks import Acks
from .heartbeat import Heartbeat
from .port import Port
from .settings import SessionSettings
from .split import split_positions
from .stream import Stream
from .stream_host import StreamLegacy, first_position
from .timers import DueTimer, clamp_wait
from .utf8 import utf8_length


class Streams:
    """Takes what concerns a stream to it."""

    def __init__(
        self,
        port: Port,
        settings: SessionSettings,
        acks: Acks,
        heartbeat: Heartbeat,
        unanswered: Callable[[], None],
    ) -> None:
        """`unanswered` is called when the server does not answer requests (SYNC-17)."""
        self.port = port
        self.unanswered = unanswered
        self._acks = acks
        self._heartbeat = heartbeat
        self._settings = settings
        self._streams: dict[str, Stream] = {}
        # positions from the store, and of streams that were removed
        self._legacies = {each.stream: StreamLegacy(each) for each in settings.positions}
        # positions for the next REQUEST_SYNC: one frame for all that an input makes due
        self._wanted: list[StreamPosition] = []
        self._reloads = 0

    def __len__(self) -> int:
        return len(self._streams)

    @property
    def kept_events(self) -> int:
        return sum(stream.kept_events for stream in self._streams.values())

    def are_current(self) -> bool:
        """Every stream has caught up or was refreshed."""
        return all(stream.is_current for stream in self._streams.values())

    # What a stream asks (StreamHost).

    def heartbeats_sent(self) -> int:
        return self._heartbeat.sent

    def request_sync(self, position: StreamPosition) -> None:
        self._wanted.append(position)

    def processed(self, position: StreamPosition, events: int) -> None:
        self._acks.processed(position, events)

    def next_reload_id(self) -> int:
        self._reloads += 1
        return self._reloads

    # What happens.

    def connected(self, heads: Sequence[StreamHead]) -> None:
        """CONNECT: the set of streams, on a new connection."""
        for stream, head in self._replace(heads):
            if self._accepts(stream, "connected"):
                stream.connected(head)

    def refreshed(self, heads: Sequence[StreamHead]) -> None:
        """AUTH-14: TOKEN_REFRESHED replaces the set on the present connection."""
        for stream, head in self._replace(heads):
            if stream.state == "forbidden":
                if self._accepts(stream, "connected"):
                    stream.connected(head)
            elif self._accepts(stream, "head"):
                stream.relisted(head)

    def heartbeat_acknowledged(self, places: Sequence[StreamPosition], count: int) -> None:
        """Heads that were not delivered, and a sign that later requests may be timed."""
        for place in places:
            if stream := self._find(place.stream, "head"):
                stream.head(place)
        for stream in self._streams.values():
            stream.heartbeat_acknowledged(count)

    def event(self, frame: EventFrame) -> None:
        if stream := self._find(frame.stream, "event"):
            stream.event(frame)

    def page(self, frame: SyncFrame) -> None:
        if stream := self._find(frame.stream, "page"):
            stream.page(frame)

    def refresh(self, frame: FullRefreshFrame) -> None:
        if stream := self._find(frame.stream, "refresh"):
            stream.refresh(frame)

    def error(self, frame: ErrorFrame) -> None:
        """An ERROR that names a stream."""
        name = _refusal_of(frame.code)
        if frame.stream is None or name is None:
            return
        if stream := self._find(frame.stream, name):
            stream.refused(name, clamp_wait(frame.retry_after_ms or 0))

    def reported(self, report: inputs.StreamInput) -> None:
        """A handler or a reload has come to its end."""
        match report:
            case inputs.Handled():
                self._handled(report)
            case inputs.Reloaded(stream=name, reload_id=reload_id, last_event_id=snapshot_id):
                if stream := self._find(name, "reloadEnded"):
                    stream.reloaded(reload_id, snapshot_id)
            case inputs.ReloadFailed(stream=name, reload_id=reload_id, problem=problem):
                if stream := self._find(name, "reloadFailed"):
                    stream.reload_failed(reload_id, problem)

    def tick(self, timer: DueTimer) -> None:
        """A wait of a stream is over."""
        match timer.name:
            case "sync_timeout":
                if stream := self._find(timer.subject, "tick:syncTimeout"):
                    stream.request_ran_out()
            case "sync_retry":
                if stream := self._find(timer.subject, "tick:syncRetry"):
                    stream.wait_is_over()
            case "reload_retry":
                if stream := self._find(timer.subject, "tick:reloadRetry"):
                    stream.reload_again()

    def close(self) -> None:
        """The client is over (LIB-2)."""
        for stream in self._streams.values():
            stream.close()

    def connection_lost(self) -> None:
        self._wanted.clear()
        for stream in self._streams.values():
            stream.connection_lost()

    def flush(self) -> None:
        """Send what this input made due, split under maxFrameBytes (ACK-10)."""
        if not self._wanted:
            return
        wanted, self._wanted = self._wanted, []
        timestamp = self.port.timestamp
        envelope_bytes = utf8_length(write_json(RequestSyncFrame(streams=(), timestamp=timestamp)))
        limit = self.port.announced.limits.max_frame_bytes
        for streams in split_positions(wanted, envelope_bytes, limit):
            self.port.send(RequestSyncFrame(streams=streams, timestamp=timestamp))

    def _replace(self, heads: Sequence[StreamHead]) -> Iterator[tuple[Stream, StreamHead]]:
        listed = {head.stream for head in heads}
        for name in [name for name in self._streams if name not in listed]:
            self._remove(name)
        for head in heads:
            yield self._streams.get(head.stream) or self._create(head), head

    def _create(self, head: StreamHead) -> Stream:
        legacy = self._legacies.pop(head.stream, None) or self._first(head)
        stream = Stream(head.stream, self, legacy, self._settings.kept_events)
        self._streams[head.stream] = stream
        return stream

    def _first(self, head: StreamHead) -> StreamLegacy:
        position = first_position(head, self._settings.start_from)
        self.port.emit(effects.StorePosition(position=position))  # POS-3
        return StreamLegacy(position)

    def _remove(self, name: str) -> None:
        stream = self._streams[name]
        stream.removed()
        self._acks.removed(name)
        del self._streams[name]
        self._legacies[name] = stream.legacy

    def _handled(self, report: inputs.Handled) -> None:
        name, event_id = report.stream, report.event_id
        if report.problem is not None:  # STREAM-17
            self.port.notify(
                notices.HandlerFailed(stream=name, event_id=event_id, problem=report.problem)
            )
        if stream := self._streams.get(name):
            stream.handled(report.epoch, event_id)
            return
        legacy = self._legacies.get(name)
        if legacy is None or legacy.busy != event_id or legacy.position.epoch != report.epoch:
            return
        # the stream was removed while the handler ran: what was processed is stored all the same
        self._legacies[name] = StreamLegacy(legacy.position)
        self.port.emit(effects.StorePosition(position=legacy.position))

    def _find(self, stream_name: str, name: ClientStreamInput) -> Stream | None:
        """The stream, if it is the session's and takes this input now."""
        stream = self._streams.get(stream_name)
        if stream is None:
            self.port.trace(f"{name} ignored: not a stream of the session")  # STREAM-12
            return None
        return stream if self._accepts(stream, name) else None

    def _accepts(self, stream: Stream, name: ClientStreamInput) -> bool:
        if stream.accepts(name):
            return True
        self.port.trace(f"stream {name} ignored while {stream.state}")
        return False


def _refusal_of(code: str) -> Literal["error:forbidden_stream", "error:retryable"] | None:
    match code:
        case "forbidden_stream":
            return "error:forbidden_stream"
        case "internal" | "upstream_unavailable":
            return "error:retryable"
        case _:
            return None
