"""Time that moves only by `clock.advance`."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass

BEGIN = 1_750_000_000_000


@dataclass(eq=False)
class _Alarm:
    at: int
    ring: Callable[[], None]


async def breathe(turns: int) -> None:
    """Let the program catch its breath: what is ready runs, what has arrived is read."""
    for _ in range(turns):
        await asyncio.sleep(0)


class VirtualClock:
    """The client's clock, in the hands of the runner."""

    def __init__(self) -> None:
        self._now = BEGIN
        self._alarms: list[_Alarm] = []

    def now(self) -> int:
        return self._now

    def after(self, wait_ms: int, callback: Callable[[], None]) -> Callable[[], None]:
        alarm = _Alarm(self._now + max(0, wait_ms), callback)
        self._alarms.append(alarm)

        def cancel() -> None:
            if alarm in self._alarms:
                self._alarms.remove(alarm)

        return cancel

    async def advance(self, ms: int, *, asleep: bool) -> None:
        """Ring what falls due, in order.

        `asleep`: the program slept: whatever falls due on the way rings at the end, late.
        """
        until = self._now + ms
        if asleep:
            self._now = until
        while due := [alarm for alarm in self._alarms if alarm.at <= until]:
            alarm = min(due, key=lambda each: each.at)
            self._alarms.remove(alarm)
            self._now = max(self._now, alarm.at)
            alarm.ring()
            await breathe(3)
        self._now = until
