"""Where positions and unanswered messages are kept (LIB-10)."""

from collections.abc import Sequence
from typing import Protocol

from ..messages import StreamPosition
from ..session import StoredMessage


class PositionStore(Protocol):
    """Keeps what was processed of each stream over restarts of the process."""

    async def load(self) -> Sequence[StreamPosition]:
        """Every stored position, once, before the first connection."""

    async def save(self, positions: Sequence[StreamPosition]) -> None:
        """Replace the positions of these streams, each as a whole (STREAM-11).

        Never called again before the last call has ended.
        """


class OutboxStore(Protocol):
    """Keeps messages until they are answered."""

    @property
    def persistent(self) -> bool:
        """Whether messages outlive the process: `disconnect()` then leaves them there (MSG-29)."""

    async def load(self) -> Sequence[StoredMessage]:
        """Every stored message, in the order in which they were first saved."""

    async def save(self, message: StoredMessage) -> None:
        """Add or replace a message. Only when this has ended is the message sent (MSG-6)."""

    async def remove(self, message_id: str) -> None:
        """Forget a message, if it is there."""


class MemoryPositions:
    """Positions in memory: they live as long as this object."""

    def __init__(self) -> None:
        self._positions: dict[str, StreamPosition] = {}

    async def load(self) -> Sequence[StreamPosition]:
        return tuple(self._positions.values())

    async def save(self, positions: Sequence[StreamPosition]) -> None:
        self._positions.update((position.stream, position) for position in positions)


class MemoryOutbox:
    """An outbox in memory: messages end with the client."""

    persistent = False

    def __init__(self) -> None:
        self._messages: dict[str, StoredMessage] = {}

    async def load(self) -> Sequence[StoredMessage]:
        return tuple(self._messages.values())

    async def save(self, message: StoredMessage) -> None:
        self._messages[message.message_id] = message

    async def remove(self, message_id: str) -> None:
        self._messages.pop(message_id, None)
