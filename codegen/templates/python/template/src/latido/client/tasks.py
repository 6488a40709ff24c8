"""The tasks of one client: none is left when it is over."""

import asyncio
from collections.abc import Coroutine
from typing import Any, Final

_PATIENCE_S: Final = 2.0
"""How long a cancelled task may take to end, in seconds."""


class Tasks:
    """What runs for the application: handlers, reloads, questions to the token provider."""

    def __init__(self) -> None:
        self._running: set[asyncio.Task[None]] = set()

    def start(self, work: Coroutine[Any, Any, None], name: str) -> None:
        """Run it to its end; it must catch what it can raise."""
        task = asyncio.get_running_loop().create_task(work, name=f"latido {name}")
        self._running.add(task)
        task.add_done_callback(self._running.discard)

    async def cancel(self, spared: asyncio.Task[Any] | None) -> None:
        """End all but the one that asks for it; answers when they have ended."""
        ended = [task for task in self._running if task is not spared]
        for task in ended:
            task.cancel()
        if ended:
            await asyncio.wait(ended, timeout=_PATIENCE_S)


def is_cancelled() -> bool:
    """Whether the present task is to end, as against an awaited thing that was cancelled."""
    task = asyncio.current_task()
    return task is not None and task.cancelling() > 0
