"""Gives a session its socket and its timer."""

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable, Sequence

from ..session import Session, effects, inputs
from ..session.wire_form import Plain
from ..tables import CloseCode
from .clock import Cancel, Clock
from .dial import Dial, Socket, dial_request
from .problem import problem_of


class Step(Plain, frozen=True):
    """One step of a session: the line of a trace.

    The same inputs at the same times, with the same chances, give the same effects and deadlines in
    a session of the same settings, in any language.
    """

    now: int
    """Milliseconds since 1970."""
    input: inputs.SessionInput
    chances: Sequence[float]
    """What chance gave, uniform in [0, 1), in the order in which it was drawn."""
    effects: Sequence[effects.SessionEffect]
    deadline: int | None = None


class _Reports:
    """What the socket of one attempt reports."""

    def __init__(self, submit: Callable[[inputs.SessionInput], None], generation: int) -> None:
        self._submit = submit
        self._generation = generation

    def opened(self) -> None:
        self._submit(inputs.Opened(generation=self._generation))

    def text(self, text: str) -> None:
        self._submit(inputs.Frame(generation=self._generation, text=text))

    def ended(self, code: int, reason: str) -> None:
        self._submit(inputs.Ended(generation=self._generation, code=code, reason=reason))


class Driver:
    """Inputs wait in a queue while effects are performed."""

    def __init__(
        self,
        session: Session,
        *,
        url: str,
        clock: Clock,
        dial: Dial,
        perform: Callable[[effects.ApplicationEffect], None],
        trace: Callable[[Step], None],
    ) -> None:
        """`perform`: perform an effect for the application; it may call `submit`."""
        self._session = session
        self._url = url
        self._clock = clock
        self._dial = dial
        self._perform_effect = perform
        self._trace = trace
        self._queue: deque[inputs.SessionInput] = deque()
        self._draining = False
        self._socket: tuple[int, Socket] | None = None
        self._closing: set[asyncio.Task[None]] = set()
        self._cancel_timer: Cancel | None = None
        self._timer_at: int | None = None

    def submit(self, given: inputs.SessionInput) -> None:
        """Take an input as soon as the effects of those before it are performed."""
        self._queue.append(given)
        if self._draining:
            return
        self._draining = True
        try:
            while self._queue:
                self._step(self._queue.popleft())
        finally:
            self._draining = False
        self._schedule()

    async def settled(self) -> None:
        """Nothing is left of any socket that was closed."""
        if self._closing:
            await asyncio.wait(self._closing)

    def _step(self, given: inputs.SessionInput) -> None:
        now = self._clock.now()
        wanted = self._session.handle(given, now)
        session = self._session
        self._trace(
            Step(
                now=now,
                input=given,
                chances=session.chances,
                effects=wanted,
                deadline=session.deadline,
            )
        )
        for effect in wanted:
            self._perform(effect)

    def _perform(self, effect: effects.SessionEffect) -> None:
        match effect:
            case effects.Send(generation=generation, text=text):
                if self._socket is not None and self._socket[0] == generation:
                    self._socket[1].send(text)
            case effects.Open():
                self._open(effect)
            case effects.Close(generation=generation, code=code, reason=reason):
                self._close(generation, code, reason)
            case _:
                self._perform_effect(effect)

    def _open(self, effect: effects.Open) -> None:
        reports = _Reports(self.submit, effect.generation)
        try:
            socket = self._dial(dial_request(self._url, effect), reports)
        except Exception as error:
            reports.ended(CloseCode.ABNORMAL, problem_of(error))
        else:
            self._socket = (effect.generation, socket)

    def _close(self, generation: int, code: int, reason: str) -> None:
        if self._socket is None or self._socket[0] != generation:
            return
        ended = _ended(self._socket[1].close(code, reason))
        closing = asyncio.get_running_loop().create_task(ended, name="latido close")
        self._closing.add(closing)
        closing.add_done_callback(self._closing.discard)
        self._socket = None

    def _schedule(self) -> None:
        deadline = self._session.deadline
        if deadline == self._timer_at:
            return
        if self._cancel_timer is not None:
            self._cancel_timer()
            self._cancel_timer = None
        self._timer_at = deadline
        if deadline is not None:
            wait_ms = max(deadline - self._clock.now(), 0)
            self._cancel_timer = self._clock.after(wait_ms, self._tick)

    def _tick(self) -> None:
        self._timer_at = None
        self.submit(inputs.Tick())


async def _ended(closing: Awaitable[None]) -> None:
    await closing
