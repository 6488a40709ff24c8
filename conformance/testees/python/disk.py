"""What outlives a restart. `freeze` is the death of the process that wrote to it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence

from latido.client import StoredMessage
from latido.messages import StreamPosition


class Disk:
    """Stored positions and messages of one case."""

    def __init__(
        self,
        positions: dict[str, StreamPosition],
        messages: dict[str, StoredMessage],
        *,
        persistent: bool,
    ) -> None:
        """`persistent`: what the outbox store says of itself; both last as long as the case."""
        self.positions_by_stream = positions
        self.messages_by_id = messages
        self.persistent = persistent
        self.frozen = False

    def freeze(self) -> Disk:
        """Nothing reaches this disk any more; the answer is what the next process finds."""
        self.frozen = True
        return Disk(
            dict(self.positions_by_stream), dict(self.messages_by_id), persistent=self.persistent
        )


class DiskPositions:
    """The position store of one life."""

    def __init__(self, disk: Disk) -> None:
        self._disk = disk

    async def load(self) -> Sequence[StreamPosition]:
        return tuple(self._disk.positions_by_stream.values())

    async def save(self, positions: Sequence[StreamPosition]) -> None:
        if not self._disk.frozen:
            self._disk.positions_by_stream.update((each.stream, each) for each in positions)


class DiskOutbox:
    """The outbox store of one life."""

    def __init__(self, disk: Disk, write: Callable[[], Awaitable[object]]) -> None:
        """`write` stands before each write of a message: before its end nothing is on the disk."""
        self._disk = disk
        self._write = write
        self.persistent = disk.persistent

    async def load(self) -> Sequence[StoredMessage]:
        return tuple(self._disk.messages_by_id.values())

    async def save(self, message: StoredMessage) -> None:
        await self._write()
        if not self._disk.frozen:
            self._disk.messages_by_id[message.message_id] = message

    async def remove(self, message_id: str) -> None:
        if not self._disk.frozen:
            self._disk.messages_by_id.pop(message_id, None)
