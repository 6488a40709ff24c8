"""The application's reload callbacks."""

import asyncio
import inspect
from collections.abc import Awaitable, Callable, Coroutine
from typing import Any, Final, TypeAlias

from ..errors import UsageError
from ..session.effects import Refresh
from .listeners import Listeners
from .problem import problem_of
from .tasks import Tasks, close_all, is_cancelled

ReloadHandler: TypeAlias = Callable[[Refresh], Awaitable[int | None] | int | None]
"""Reloads the application's state behind a stream.

It may answer the id that the loaded snapshot contains. It may raise, and is then called again
(REFRESH-22).
"""

_LARGEST_ID: Final = 2**53 - 1


class ReloadHandlers:
    """Runs all of them for a refresh."""

    def __init__(self, tasks: Tasks) -> None:
        self._tasks = tasks
        self.listeners: Listeners[Refresh, Awaitable[int | None] | int | None] = Listeners()

    def run(
        self,
        refresh: Refresh,
        *,
        reloaded: Callable[[int | None], None],
        failed: Callable[[str], None],
    ) -> None:
        """Run all of them, and then `reloaded` or, when one raises, `failed`.

        `reloaded` is told the lowest id that all snapshots contain, if every one reports an id
        (REFRESH-18).
        """
        answers: list[Awaitable[int | None] | int | None] = []
        try:
            for handler in self.listeners.all():
                answers.append(handler(refresh))  # noqa: PERF401 - those before a failure are closed
            if not any(inspect.isawaitable(answer) for answer in answers):
                reloaded(_lowest([_reported(answer) for answer in answers]))
                return
        except (Exception, asyncio.CancelledError) as error:
            close_all(answers)
            failed(problem_of(error))
            return
        finishing = _finish(answers, reloaded, failed)
        self._tasks.start(finishing, f"reload of {refresh.stream}", awaits=answers)


async def _finish(
    answers: list[Awaitable[int | None] | int | None],
    reloaded: Callable[[int | None], None],
    failed: Callable[[str], None],
) -> None:
    try:
        async with asyncio.TaskGroup() as group:
            tasks = [group.create_task(_awaited(answer)) for answer in answers]
        snapshot_id = _lowest([_reported(task.result()) for task in tasks])
    except asyncio.CancelledError as error:
        if is_cancelled():
            raise
        failed(problem_of(error))
    except Exception as error:
        failed(problem_of(error))
    else:
        reloaded(snapshot_id)


def _awaited(answer: Awaitable[int | None] | int | None) -> Coroutine[Any, Any, int | None]:
    async def wait() -> int | None:
        return await answer if inspect.isawaitable(answer) else answer

    return wait()


def _reported(answer: object) -> int | None:
    if answer is None:
        return None
    if type(answer) is int and 0 <= answer <= _LARGEST_ID:
        return answer
    raise UsageError("A reload must answer None or an id: a whole number from 0 to 2^53-1")


def _lowest(ids: list[int | None]) -> int | None:
    known = [each for each in ids if each is not None]
    return min(known) if known and len(known) == len(ids) else None
