"""The client: a session with its socket, its stores and what the application listens to."""

from ..errors import (
    ClosedError,
    FrameTooLargeError,
    LatidoError,
    LocalProtocolError,
    OutboxFullError,
    StoreError,
    UsageError,
)
from ..session.effects import Refresh, StateChange
from ..session.notices import Notice
from ..session.peers import Group
from ..session.presence_change import GroupDiff, GroupGone, GroupState, PresenceChange
from ..session.send_result import Accepted, Failed, SendResult, UnknownOutcome
from ..session.settings import StartFrom
from ..session.statistics import Statistics
from ..session.stored_message import StoredMessage
from .application import EarlierResult, TokenProvider
from .application_event import ApplicationEvent, EventListener
from .client import Client
from .clock import Clock, SystemClock
from .dial import Dial, DialRequest, Socket, SocketListener
from .driver import Step
from .event_iterator import EventIterator
from .file_stores import FileOutbox, FilePositions
from .reload_handlers import ReloadHandler
from .stores import MemoryOutbox, MemoryPositions, OutboxStore, PositionStore
from .websocket import websocket_dial

__all__ = [
    "Accepted",
    "ApplicationEvent",
    "Client",
    "Clock",
    "ClosedError",
    "Dial",
    "DialRequest",
    "EarlierResult",
    "EventIterator",
    "EventListener",
    "Failed",
    "FileOutbox",
    "FilePositions",
    "FrameTooLargeError",
    "Group",
    "GroupDiff",
    "GroupGone",
    "GroupState",
    "LatidoError",
    "LocalProtocolError",
    "MemoryOutbox",
    "MemoryPositions",
    "Notice",
    "OutboxFullError",
    "OutboxStore",
    "PositionStore",
    "PresenceChange",
    "Refresh",
    "ReloadHandler",
    "SendResult",
    "Socket",
    "SocketListener",
    "StartFrom",
    "StateChange",
    "Statistics",
    "Step",
    "StoreError",
    "StoredMessage",
    "SystemClock",
    "TokenProvider",
    "UnknownOutcome",
    "UsageError",
    "websocket_dial",
]
