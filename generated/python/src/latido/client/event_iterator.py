"""Events one by one, for `async for`."""

import asyncio
from collections import deque
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from types import TracebackType
from typing import Any, Generic, Self, TypeVar

from .application_event import ApplicationEvent

P = TypeVar("P")


@dataclass(slots=True)
class _Offered:
    event: ApplicationEvent[Any]
    finished: asyncio.Future[None]


class EventFeed:
    """What waits for an iterator. The client holds this, and not the iterator: a loop that is left
    lets go of the iterator, which then ends by itself.
    """

    def __init__(self) -> None:
        self.remove: Callable[[], None] = lambda: None
        """Takes the feed out of the client's listeners."""
        self._waiting: deque[_Offered] = deque()
        self._wake_ups: list[asyncio.Future[None]] = []
        self._current: _Offered | None = None
        self._over = False

    def offer(self, event: ApplicationEvent[Any]) -> asyncio.Future[None]:
        """The listener: the event is handled when the future ends."""
        finished = asyncio.get_running_loop().create_future()
        if self._over:  # it ended while another listener held the event up
            finished.set_result(None)
            return finished
        self._waiting.append(_Offered(event, finished))
        self._wake()
        return finished

    async def take(self) -> ApplicationEvent[Any] | None:
        """The next event; the one before it is handled. None at the end."""
        self._finish_current()
        while not self._waiting and not self._over:
            wake_up = asyncio.get_running_loop().create_future()
            self._wake_ups.append(wake_up)
            try:
                await wake_up
            finally:
                self._wake_ups.remove(wake_up)
        if self._over:
            return None
        self._current = self._waiting.popleft()
        return self._current.event

    def close(self) -> None:
        """End the iteration: what was handed out or waits counts as handled."""
        if self._over:
            return
        self.abandon()
        self._finish_current()
        while self._waiting:
            _finish(self._waiting.popleft())

    def abandon(self) -> None:
        """The client is over: what was not handled does not count as handled."""
        self._over = True
        self.remove()
        self._wake()

    def _wake(self) -> None:
        for wake_up in self._wake_ups:
            if not wake_up.done():
                wake_up.set_result(None)

    def _finish_current(self) -> None:
        if self._current is not None:
            _finish(self._current)
            self._current = None


def _finish(offered: _Offered) -> None:
    finished = offered.finished
    if not finished.done() and not finished.get_loop().is_closed():
        finished.set_result(None)


class EventIterator(AsyncIterator[ApplicationEvent[P]], Generic[P]):
    """An event counts as handled when the next one is asked for or the iteration ends.

    So a slow loop holds up its streams and loses nothing. It ends when the loop that holds it is
    left, by `aclose()`, at the end of `async with`, and with the client.
    """

    def __init__(self, feed: EventFeed) -> None:
        self._feed = feed

    def __aiter__(self) -> Self:
        return self

    async def __anext__(self) -> ApplicationEvent[P]:
        event = await self._feed.take()
        if event is None:
            raise StopAsyncIteration
        return event

    async def aclose(self) -> None:
        """End the iteration: what was handed out counts as handled."""
        self._feed.close()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._feed.close()

    def __del__(self) -> None:
        self._feed.close()
