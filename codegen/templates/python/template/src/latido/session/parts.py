"""What a session is made of, and what its parts ask of each other."""

from collections.abc import Callable

from ..tables import CloseCode
from .acks import Acks
from .connection import Connection
from .heartbeat import Heartbeat
from .machine import Move
from .outbox import Outbox
from .own_presence import OwnPresence
from .peers import Peers
from .port import Port
from .recovery import Recovery
from .settings import SessionSettings
from .streams import Streams
from .token_refresh import TokenRefresh


class SessionParts:
    """The parts, joined."""

    def __init__(
        self,
        settings: SessionSettings,
        random: Callable[[], float],
        moved: Callable[[Move], None] | None,
    ) -> None:
        self.settings = settings
        self.connection = Connection(settings, lost=self._lost, closed=self._closed)
        port = self.port = self.connection.port = Port(random, moved, self.connection)
        self.heartbeat = Heartbeat(port)
        self.acks = Acks(port, settings.positions)
        self.streams = Streams(port, settings, self.acks, self.heartbeat, self._unanswered)
        self.outbox = Outbox(port, settings)
        self.presence = OwnPresence(port)
        self.peers = Peers(port)
        self.token = TokenRefresh(port, has_provider=settings.tokens == "provider")
        self.recovery = Recovery(port)

    def _lost(self) -> None:
        self.recovery.lost()
        self.heartbeat.stop()
        self.token.stop()
        self.streams.connection_lost()
        self.acks.connection_lost()
        self.peers.connection_lost()
        self.outbox.connection_lost()

    def _closed(self) -> None:
        self.streams.close()
        self.outbox.closed()

    def _unanswered(self) -> None:
        reason = "requests for missed events stay unanswered"
        self.connection.give_up("ended", CloseCode.HEARTBEAT_TIMEOUT, reason)
