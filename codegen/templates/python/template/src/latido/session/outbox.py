"""MESSAGEs until they are answered, in the order of the application (MSG-1, MSG-3)."""

from dataclasses import dataclass

from msgspec.structs import replace

from ..json_text import write_json
from ..messages import ErrorFrame, MessageAckFrame, MessageFrame
from . import effects, inputs
from .port import Port
from .send_result import Accepted, Failed, Refusal, SendResult, UnknownOutcome
from .settings import SessionSettings
from .stored_message import StoredMessage
from .utf8 import fits_utf8, utf8_length


@dataclass(slots=True)
class _Item:
    message: StoredMessage
    storing: int = 0
    """Writes to the store that it has not confirmed."""
    in_flight: bool = False
    """Sent on the present connection."""
    sent: bool = False
    """Sent on any connection, as far as is known."""


class Outbox:
    """Messages without a result."""

    def __init__(self, port: Port, settings: SessionSettings) -> None:
        self._port = port
        self._bound = settings.outbox_messages
        self._persistent = settings.persistent_outbox
        self._items = {
            message.message_id: _Item(message, sent=message.first_sent_at is not None)
            for message in settings.messages
        }
        self._in_flight = 0
        # MSG-31: a retryable ERROR leaves it and all later ones to the next connection
        self._halted = False

    def __len__(self) -> int:
        return len(self._items)

    @property
    def in_flight(self) -> int:
        return self._in_flight

    def add(self, send: inputs.Send) -> None:
        message = StoredMessage(
            message_id=send.message_id, event=send.event, payload=send.payload, scope=send.scope
        )
        refusal = self._refusal_of(message)
        if refusal is not None:
            self._port.emit(effects.Refuse(message_id=send.message_id, refusal=refusal))
            return
        item = self._items[send.message_id] = _Item(message)
        self.pump()
        if item.storing == 0:
            self._store(item)

    def stored(self, report: inputs.MessageStored) -> None:
        """The store has answered.

        What it did not take is not sent: a restart could send it twice.
        """
        item = self._items.get(report.message_id)
        if item is None or item.storing == 0:
            return
        item.storing -= 1
        if report.problem is not None and not item.in_flight:
            self._settle(report.message_id, Failed(reason="store_failed"))
        self.pump()

    def connected(self) -> None:
        self._halted = False
        self.expire()
        for item in list(self._items.values()):
            self._recheck(item)
        self.pump()

    def connection_lost(self) -> None:
        for item in self._items.values():
            item.in_flight = False
        self._in_flight = 0
        self.expire()

    def pump(self) -> None:
        """Send what credit, order and the store allow."""
        port = self._port
        if not port.connected or self._halted:
            return
        credit = port.announced.limits.max_in_flight_messages - self._in_flight  # MSG-12
        blocked = False
        for item in self._items.values():
            if item.in_flight:
                continue
            if credit <= 0:
                return
            credit -= 1
            if item.message.first_sent_at is None:
                item.message = replace(item.message, first_sent_at=port.now)
                self._store(item)  # MSG-6: before it is sent
            if item.storing > 0:
                blocked = True  # MSG-3: later ones wait for it
            if not blocked:
                self._send(item)

    def acknowledged(self, frame: MessageAckFrame) -> None:
        result = Accepted(
            stream=frame.stream,
            epoch=frame.epoch,
            event_id=frame.event_id,
            duplicate=frame.duplicate,
        )
        self._answered(frame.message_id, result)

    def refused(self, frame: ErrorFrame) -> None:
        """An ERROR that names a message."""
        message_id = frame.message_id
        if message_id is None:
            return
        if frame.code == "internal":
            self._answered(message_id, UnknownOutcome())  # MSG-20
        elif not frame.retryable:
            self._answered(message_id, Failed(reason=frame.code))
        elif message_id in self._items:
            self._halted = True  # MSG-31

    def expire(self) -> None:
        """MSG-4, MSG-5: what may no longer be sent again has an unknown outcome."""
        port = self._port
        window_ms = port.announced.limits.dedup_window_ms
        rests: list[int] = []
        for message_id, item in list(self._items.items()):
            first_sent_at = item.message.first_sent_at
            if item.in_flight or first_sent_at is None:
                continue
            age_ms = port.now - first_sent_at
            # an age below 0 says that the clock was set back: nothing is known about the window
            if 0 <= age_ms <= window_ms:
                rests.append(window_ms - age_ms + 1)
            else:
                self._settle(message_id, UnknownOutcome())
        if rests:
            port.timers.set("outbox_window", port.now, min(rests))
        else:
            port.timers.clear("outbox_window")

    def closed(self) -> None:
        """The client is over: MSG-27, MSG-28, and a persistent store keeps everything (MSG-29)."""
        for message_id, item in self._items.items():
            result = self._result_of_closing(sent=item.sent)
            self._port.emit(effects.Settle(message_id=message_id, result=result))
        self._items.clear()
        self._in_flight = 0

    def _result_of_closing(self, *, sent: bool) -> SendResult:
        if self._persistent:
            return UnknownOutcome(kept=True)
        return UnknownOutcome() if sent else Failed(reason="closed")

    def _answered(self, message_id: str, result: SendResult) -> None:
        if message_id not in self._items:
            self._port.trace(f"answer to an unknown message {message_id}")
            return
        self._settle(message_id, result)
        self.pump()

    def _settle(self, message_id: str, result: SendResult) -> None:
        item = self._items.pop(message_id)
        if item.in_flight:
            self._in_flight -= 1
        self._port.emit(effects.ForgetMessage(message_id=message_id))
        self._port.emit(effects.Settle(message_id=message_id, result=result))

    def _store(self, item: _Item) -> None:
        item.storing += 1
        self._port.emit(effects.StoreMessage(message=item.message))

    def _send(self, item: _Item) -> None:
        item.in_flight = True
        item.sent = True
        self._in_flight += 1
        self._port.send_text(self._encode(item.message))

    def _encode(self, message: StoredMessage) -> str:
        return write_json(
            MessageFrame(
                message_id=message.message_id,
                event=message.event,
                scope=message.scope,
                payload=message.payload,
                timestamp=self._port.timestamp,
            )
        )

    def _recheck(self, item: _Item) -> None:
        """FRAME-23: a new connection may take less than the one before."""
        refusal = self._too_large(item.message)
        if refusal is None:
            return
        # one that was sent may have been accepted
        result = UnknownOutcome() if item.sent else Failed(reason=refusal.why)
        self._settle(item.message.message_id, result)

    def _refusal_of(self, message: StoredMessage) -> Refusal | None:
        if message.message_id in self._items:
            return Refusal(why="id_in_use")
        if len(self._items) >= self._bound:
            return Refusal(why="outbox_full", limit=self._bound)  # MSG-22
        return self._too_large(message)

    def _too_large(self, message: StoredMessage) -> Refusal | None:
        """FRAME-22: what does not fit never enters the outbox."""
        limits = self._port.announced.limits
        payload = write_json(message.payload)
        if not fits_utf8(payload, limits.max_payload_bytes):
            return Refusal(
                why="payload_too_large",
                limit=limits.max_payload_bytes,
                bytes=utf8_length(payload),
            )
        frame = self._encode(message)
        if fits_utf8(frame, limits.max_frame_bytes):
            return None
        return Refusal(
            why="frame_too_large", limit=limits.max_frame_bytes, bytes=utf8_length(frame)
        )
