"""The application's listeners for events, by name."""

import asyncio
import inspect
import logging
from collections.abc import Awaitable, Callable, Sequence
from functools import partial
from typing import Any, Final

from .application_event import ApplicationEvent, EventListener
from .listeners import Listeners
from .problem import problem_of
from .tasks import Tasks, is_cancelled

ANY_EVENT: Final = "*"
"""Name under which a listener hears of every event."""

_log = logging.getLogger("latido")

Done = Callable[[str | None], None]


class EventHandlers:
    """Runs what the application does with an event."""

    def __init__(self, tasks: Tasks) -> None:
        self._tasks = tasks
        self._by_name: dict[str, Listeners[ApplicationEvent[Any], Awaitable[object] | None]] = {}

    def of(self, name: str) -> Listeners[ApplicationEvent[Any], Awaitable[object] | None]:
        """The listeners for one name."""
        return self._by_name.setdefault(name, Listeners())

    def remove(self, known_as: object) -> None:
        """Remove a listener wherever it was added."""
        for listeners in self._by_name.values():
            listeners.remove(known_as)

    def clear(self) -> None:
        """Remove all listeners."""
        for listeners in self._by_name.values():
            listeners.clear()
        self._by_name.clear()

    def run(
        self, event: ApplicationEvent[Any], typed: ApplicationEvent[Any] | None, done: Done
    ) -> None:
        """Call every listener of an event, one after the other, and then `done`.

        Listeners by name are given `typed`, the event with the payload that the contract says;
        where that is None, they are left out. All are called at once where none is `async`. One
        that raises does not keep the event from the others; `done` is told what went wrong first,
        if anything did (STREAM-17).
        """
        listeners = [partial(listener, event) for listener in self._named(ANY_EVENT)]
        if typed is not None:
            listeners[:0] = [partial(listener, typed) for listener in self._named(event.event)]
        problem: str | None = None
        for index, listener in enumerate(listeners):
            try:
                answer = listener()
            except (Exception, asyncio.CancelledError) as error:
                problem = problem or _raised(event, error)
                continue
            if inspect.isawaitable(answer):
                rest = self._rest(event, answer, listeners[index + 1 :], problem, done)
                self._tasks.start(rest, f"handler of {event.event}", awaits=(answer,))
                return
        done(problem)

    def _named(self, name: str) -> Sequence[EventListener]:
        listeners = self._by_name.get(name)
        return () if listeners is None else listeners.all()

    async def _rest(
        self,
        event: ApplicationEvent[Any],
        running: Awaitable[object],
        rest: Sequence[Callable[[], Awaitable[object] | None]],
        problem: str | None,
        done: Done,
    ) -> None:
        found = await _problem(event, lambda: running)
        problem = problem or found
        for listener in rest:
            found = await _problem(event, listener)
            problem = problem or found
        done(problem)


async def _problem(
    event: ApplicationEvent[Any], begin: Callable[[], Awaitable[object] | None]
) -> str | None:
    try:
        answer = begin()
        if inspect.isawaitable(answer):
            await answer
    except asyncio.CancelledError as error:
        if is_cancelled():
            raise  # the client ends: the event was not processed
        return _raised(event, error)
    except Exception as error:
        return _raised(event, error)
    return None


def _raised(event: ApplicationEvent[Any], error: BaseException) -> str:
    where = f"{event.event} ({event.stream} {event.event_id})"
    _log.error("A handler of %s raised", where, exc_info=error)
    return problem_of(error)
