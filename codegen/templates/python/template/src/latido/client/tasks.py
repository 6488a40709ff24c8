"""The tasks of one client: none is left when it is over."""

import asyncio
import inspect
from collections.abc import Callable, Collection, Coroutine
from typing import Any, Final

_PATIENCE_S: Final = 2.0
"""How long a cancelled task may take to end, in seconds."""


class Tasks:
    """What runs for the application: handlers, reloads, questions to the token provider."""

    def __init__(self) -> None:
        self._running: set[asyncio.Task[object]] = set()

    def start(
        self,
        work: Coroutine[Any, Any, object],
        name: str,
        failed: Callable[[BaseException], None] | None = None,
        awaits: Collection[object] = (),
    ) -> asyncio.Task[object]:
        """Run it to its end. Without `failed` it must catch what it can raise.

        `awaits`: what it awaits; where it is cancelled before it could, this ends with it.
        """

        def ended(task: asyncio.Task[object]) -> None:
            self._running.discard(task)
            close_all(awaits)
            if failed is not None and not task.cancelled():
                error = task.exception()
                if error is not None:
                    failed(error)

        task = asyncio.get_running_loop().create_task(work, name=f"latido {name}")
        self._running.add(task)
        task.add_done_callback(ended)
        return task

    async def cancel(self, spared: asyncio.Task[Any] | None) -> None:
        """End all but the one that asks for it; answers when they have ended."""
        await cancel_all([task for task in self._running if task is not spared])


async def cancel_all(tasks: Collection[asyncio.Task[Any]]) -> None:
    """End tasks; answers when they have ended, in 2 s at most."""
    for task in tasks:
        task.cancel()
    if tasks:
        await asyncio.wait(tasks, timeout=_PATIENCE_S)


def close_all(answers: Collection[object]) -> None:
    """End the coroutines among them that nobody awaits any more."""
    for answer in answers:
        if inspect.iscoroutine(answer):
            answer.close()


def is_cancelled() -> bool:
    """Whether the present task is to end, as against an awaited thing that was cancelled."""
    task = asyncio.current_task()
    return task is not None and task.cancelling() > 0
