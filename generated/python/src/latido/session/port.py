"""What the parts of a session share."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Protocol

import msgspec

from ..json_text import write_json
from ..lifecycle import ClientConnectionState
from ..messages import ClientFrame
from . import notices
from .effects import Notice, Send, SessionEffect, Trace
from .machine import Move
from .settings import UNANNOUNCED
from .statistics import Counters
from .timers import Timers
from .utf8 import fits_utf8, utf8_length


class Link(Protocol):
    """What the port asks of the connection."""

    @property
    def state(self) -> ClientConnectionState: ...

    @property
    def generation(self) -> int: ...


class Port:
    """The time of the present input, and where effects go."""

    def __init__(
        self, random: Callable[[], float], moved: Callable[[Move], None] | None, link: Link
    ) -> None:
        self.timers = Timers()
        self.counters = Counters()
        self.announced = UNANNOUNCED
        self.now = 0
        """Time of the present input, in milliseconds."""
        self.effects: list[SessionEffect] = []
        self.chances: list[float] = []
        """What chance gave during the present input, in order."""
        self._random = random
        self._moved = moved
        self._link = link

    @property
    def connected(self) -> bool:
        """Between CONNECT and the end of its connection."""
        return self._link.state == "connected"

    @property
    def timestamp(self) -> str:
        """The present input's time as frames carry it; for people (FRAME-5)."""
        at = datetime.fromtimestamp(self.now / 1000, UTC)
        return f"{at:%Y-%m-%dT%H:%M:%S}.{self.now % 1000:03d}Z"

    def begin(self, now: int) -> None:
        """A new input: nothing is to be done yet."""
        self.now = now
        self.effects = []
        self.chances = []

    def random(self) -> float:
        """Uniform in [0, 1)."""
        chance = self._random()
        self.chances.append(chance)
        return chance

    def emit(self, effect: SessionEffect) -> None:
        self.effects.append(effect)

    def notify(self, notice: notices.Notice) -> None:
        self.emit(Notice(notice=notice))

    def trace(self, note: str) -> None:
        self.emit(Trace(note=note))

    def moved(self, move: Move) -> None:
        """A lifecycle table's row was taken."""
        if self._moved is not None:
            self._moved(move)

    def send(self, frame: ClientFrame) -> None:
        """Write a frame; only while connected.

        One that the server would not take is told instead.
        """
        text = write_json(frame)
        limit = self.announced.limits.max_frame_bytes
        if fits_utf8(text, limit):
            self.send_text(text)
            return
        kind = type_of(frame)
        self.notify(notices.NotSent(type=kind, bytes=utf8_length(text), limit=limit))

    def send_text(self, text: str) -> None:
        """The same for text that was encoded before."""
        self.counters.frames_sent += 1
        self.emit(Send(generation=self._link.generation, text=text))


def type_of(frame: msgspec.Struct) -> str:
    """The frame's type on the wire."""
    return str(frame.__struct_config__.tag)
