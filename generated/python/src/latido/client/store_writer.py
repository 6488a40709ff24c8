"""Writes to stores, in order and apart from the session."""

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable

from ..messages import StreamPosition
from ..session import StoredMessage
from .problem import problem_of
from .stores import OutboxStore, PositionStore
from .tasks import is_cancelled


class PositionWriter:
    """One call at a time; positions that change meanwhile go together into the next."""

    def __init__(self, store: PositionStore, failed: Callable[[str], None]) -> None:
        """`failed` is told what went wrong."""
        self._store = store
        self._failed = failed
        self._changed: dict[str, StreamPosition] = {}
        self._writing: asyncio.Task[None] | None = None

    def write(self, position: StreamPosition) -> None:
        self._changed[position.stream] = position
        if self._writing is None or self._writing.done():
            self._writing = asyncio.get_running_loop().create_task(
                self._run(), name="latido positions"
            )

    async def flushed(self) -> None:
        """Everything given so far is written, or has failed."""
        while self._writing is not None and not self._writing.done():
            await asyncio.wait((self._writing,))

    async def _run(self) -> None:
        while self._changed:
            changed, self._changed = tuple(self._changed.values()), {}
            problem = await _problem(self._store.save(changed))
            if problem is not None:
                self._failed(problem)


class OutboxWriter:
    """In order, and tells when a message is safe."""

    def __init__(self, store: OutboxStore, failed: Callable[[str], None]) -> None:
        """`failed` is told what went wrong."""
        self._store = store
        self._failed = failed
        self._waiting: deque[tuple[Callable[[], Awaitable[None]], Callable[[str | None], None]]]
        self._waiting = deque()
        self._writing: asyncio.Task[None] | None = None

    def save(self, message: StoredMessage, stored: Callable[[str | None], None]) -> None:
        """`stored` is told when it is safe, or what went wrong."""
        self._add(lambda: self._store.save(message), stored)

    def remove(self, message_id: str) -> None:
        self._add(lambda: self._store.remove(message_id), lambda _: None)

    async def flushed(self) -> None:
        """Everything given so far is written, or has failed."""
        while self._writing is not None and not self._writing.done():
            await asyncio.wait((self._writing,))

    def _add(
        self, write: Callable[[], Awaitable[None]], done: Callable[[str | None], None]
    ) -> None:
        self._waiting.append((write, done))
        if self._writing is None or self._writing.done():
            self._writing = asyncio.get_running_loop().create_task(
                self._run(), name="latido outbox"
            )

    async def _run(self) -> None:
        while self._waiting:
            write, done = self._waiting.popleft()
            problem = await _problem(write())
            if problem is not None:
                self._failed(problem)
            done(problem)


async def _problem(written: Awaitable[None]) -> str | None:
    try:
        await written
    except asyncio.CancelledError as error:
        if is_cancelled():
            raise
        return problem_of(error)
    except Exception as error:
        return problem_of(error)
    return None
