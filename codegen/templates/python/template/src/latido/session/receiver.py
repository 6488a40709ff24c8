"""Takes what the server sends to the parts that it concerns."""

from ..decoding import DecodeError, UnknownFrame
from ..messages import (
    ConnectFrame,
    ErrorFrame,
    EventFrame,
    FullRefreshFrame,
    HeartbeatAckFrame,
    MessageAckFrame,
    PongFrame,
    PresenceDiffFrame,
    PresenceStateFrame,
    ServerDisconnectFrame,
    ServerFrame,
    SyncFrame,
    TokenRefreshedFrame,
)
from ..tables import CloseCode
from . import notices
from .incoming import decode_text, input_of, server_error
from .parts import SessionParts
from .port import type_of
from .settings import announced_by


class Receiver:
    """The way in for frames."""

    def __init__(self, parts: SessionParts) -> None:
        self._parts = parts

    def receive(self, text: str) -> None:
        """A text message of the present connection."""
        port = self._parts.port
        port.counters.frames_received += 1
        self._parts.heartbeat.received()  # LIVE-3, even where it cannot be read
        try:
            frame = decode_text(text)
        except DecodeError as error:  # FRAME-27
            port.counters.invalid_frames += 1
            port.trace(f"frame ignored: {error.problem}")
            port.notify(notices.RemoteProtocolError(problem=error.problem))
            return
        if isinstance(frame, UnknownFrame):
            port.trace(f"frame of unknown type {frame.type} ignored")  # FRAME-8
        else:
            self._frame(frame)

    def _frame(self, frame: ServerFrame) -> None:
        connection = self._parts.connection
        name = input_of(frame)
        if not connection.accepts(name):
            self._parts.port.trace(f"{type_of(frame)} ignored while {connection.state}")
            return
        match frame:
            # CONNECT and DISCONNECT say themselves where the connection goes
            case ConnectFrame():
                self._connect(frame)
            case ServerDisconnectFrame():
                connection.announce_end(frame)
            case _:
                connection.stay(name)
                self._dispatch(frame)

    def _dispatch(self, frame: ServerFrame) -> None:
        parts = self._parts
        match frame:
            case EventFrame():
                parts.streams.event(frame)
            case SyncFrame():
                parts.streams.page(frame)
            case FullRefreshFrame():
                parts.streams.refresh(frame)
            case HeartbeatAckFrame(streams=streams):
                parts.heartbeat.acked()
                parts.streams.heartbeat_acknowledged(streams or (), parts.heartbeat.acknowledged)
            case MessageAckFrame():
                parts.outbox.acknowledged(frame)
            case PresenceStateFrame():
                parts.peers.state(frame)
            case PresenceDiffFrame():
                parts.peers.diff(frame)
            case ErrorFrame():
                self._error(frame)
            case TokenRefreshedFrame():
                self._token_refreshed(frame)
            case PongFrame() | ConnectFrame() | ServerDisconnectFrame():
                pass  # a pong says nothing beyond the sign of life; the others never come here

    def _connect(self, frame: ConnectFrame) -> None:
        connection = self._parts.connection
        if connection.state != "connecting":
            connection.stay("frame:CONNECT")  # CONN-19: a second one is ignored
            return
        version = frame.protocol_version
        if not version.startswith("1."):  # CONN-28
            reason = f"the server speaks version {version}"
            connection.give_up("ended", CloseCode.UNSUPPORTED_VERSION, reason)
            return
        self._parts.port.announced = announced_by(frame)  # CONN-22
        connection.connected()
        self._adopt(frame)

    def _adopt(self, frame: ConnectFrame) -> None:
        """What a new connection starts anew, presence first, for the others to see soon."""
        parts = self._parts
        parts.recovery.connected()
        parts.heartbeat.connected()
        parts.token.lives(frame.token)
        parts.presence.connected()
        parts.peers.renewed()
        parts.streams.connected(frame.streams)
        parts.streams.flush()
        parts.acks.compare(frame.streams)
        parts.outbox.connected()

    def _token_refreshed(self, frame: TokenRefreshedFrame) -> None:
        """AUTH-14: modules and streams of the new token, by the rules of CONNECT."""
        parts = self._parts
        parts.token.lives(frame.token)
        parts.peers.renewed()
        parts.streams.refreshed(frame.streams)
        parts.acks.compare(frame.streams)

    def _error(self, frame: ErrorFrame) -> None:
        parts = self._parts
        parts.port.notify(server_error(frame))
        if frame.message_id is not None:
            parts.outbox.refused(frame)
        elif frame.stream is not None:
            parts.streams.error(frame)
        elif frame.code == "unauthorized":
            parts.token.refused()
