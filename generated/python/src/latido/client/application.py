"""The application's side of a session: its listeners, stores and token provider."""

import asyncio
import inspect
import logging
from collections.abc import Awaitable, Callable
from dataclasses import replace
from typing import Any, TypeAlias, TypeVar

from ..decoding import DecodeError
from ..errors import ClosedError, UsageError
from ..event_table import EventTable, typed_payload
from ..session import effects, inputs, notices
from ..session.presence_change import PresenceChange
from ..session.send_result import SendResult
from ..session.wire_form import Plain
from .application_event import ApplicationEvent, application_event
from .driver import Step
from .event_handlers import EventHandlers
from .listeners import Listeners
from .option_checks import checked_token
from .pending_sends import PendingSends
from .problem import problem_of
from .reload_handlers import ReloadHandlers
from .store_writer import OutboxWriter, PositionWriter
from .stores import OutboxStore, PositionStore
from .tasks import Tasks, is_cancelled
from .trace import without_tokens

V = TypeVar("V")

TokenProvider: TypeAlias = Callable[[], Awaitable[str] | str]
"""Gives a valid token. Called before every connection and before a token ends (AUTH-17, AUTH-8).

Cancelled where the answer is no longer wanted.
"""

_log = logging.getLogger("latido")


class EarlierResult(Plain, frozen=True):
    """What became of a message that an earlier process had sent."""

    message_id: str
    result: SendResult


class Application:
    """Performs what a session wants of the application, and reports what comes of it."""

    def __init__(
        self,
        *,
        events: EventTable | None,
        positions: PositionStore,
        outbox: OutboxStore,
        token_provider: TokenProvider | None,
        submit: Callable[[inputs.SessionInput], None],
        changed: Callable[[effects.StateChange], None],
        closed_error: Callable[[], ClosedError],
    ) -> None:
        """`submit` takes what the application reports.

        `events` are those of the contract, where it names any. `changed` is told of each state
        before the listeners are. `closed_error` is what a send is refused with when the client is
        over.
        """
        self.tasks = Tasks()
        self.events = EventHandlers(self.tasks)
        self.reloads = ReloadHandlers(self.tasks)
        self.states: Listeners[effects.StateChange, object] = Listeners()
        self.notices: Listeners[notices.Notice, object] = Listeners()
        self.presence: Listeners[PresenceChange, object] = Listeners()
        self.earlier: Listeners[EarlierResult, object] = Listeners()
        self.traces: Listeners[Step, object] = Listeners()
        self.sends = PendingSends()
        self._table = events
        self._token_provider = token_provider
        self._asking: asyncio.Task[object] | None = None  # the provider, for a token
        self._submit = submit
        self._changed = changed
        self._closed_error = closed_error
        self._position_writer = PositionWriter(positions, self._store_failed)
        self._outbox_writer = OutboxWriter(outbox, self._store_failed)

    def perform(self, effect: effects.ApplicationEffect) -> None:
        """Perform an effect; what comes of it is submitted, now or later."""
        match effect:
            case effects.Deliver():
                self._deliver(effect)
            case effects.StorePosition(position=position):
                self._position_writer.write(position)
            case effects.Reload(reload_id=reload_id, refresh=refresh):
                self._reload(reload_id, refresh)
            case effects.RequestToken(request_id=request_id):
                self._request_token(request_id)
            case effects.StoreMessage(message=message):
                message_id = message.message_id

                def stored(problem: str | None) -> None:
                    self._submit(inputs.MessageStored(message_id=message_id, problem=problem))

                self._outbox_writer.save(message, stored)
            case effects.ForgetMessage(message_id=message_id):
                self._outbox_writer.remove(message_id)
            case effects.Settle(message_id=message_id, result=result):
                if not self.sends.settle(message_id, result):
                    self._tell(self.earlier, EarlierResult(message_id=message_id, result=result))
            case effects.Refuse(message_id=message_id, refusal=refusal):
                self.sends.refuse(message_id, refusal, self._closed_error())
            case effects.State(state=change):
                self.tell_state(change)
            case effects.Notice(notice=notice):
                self._notify(notice)
            case effects.Presence(presence=presence):
                self._tell(self.presence, presence)
            case effects.Trace():
                pass  # part of the step

    def tell_state(self, change: effects.StateChange) -> None:
        self._changed(change)
        self._tell(self.states, change)

    def trace(self, step: Step) -> None:
        if len(self.traces):
            self._tell(self.traces, without_tokens(step))

    def guard(self, call: Callable[[V], object], value: V) -> None:
        """A listener that raises must not keep the rest of an effect from being performed.

        One that is `async` runs by itself.
        """
        self._call(call, value, self._listener_failed)

    def remove(self, known_as: object) -> None:
        """Remove a listener wherever it was added."""
        self.events.remove(known_as)
        for listeners in self._all():
            listeners.remove(known_as)

    def clear(self) -> None:
        """LIB-2: forget every listener."""
        self.events.clear()
        for listeners in self._all():
            listeners.clear()

    async def flushed(self) -> None:
        """The stores hold everything that was given to them."""
        await self._position_writer.flushed()
        await self._outbox_writer.flushed()

    def _all(self) -> tuple[Listeners[Any, Any], ...]:
        return (
            self.reloads.listeners,
            self.states,
            self.notices,
            self.presence,
            self.earlier,
            self.traces,
        )

    def _deliver(self, effect: effects.Deliver) -> None:
        frame = effect.event

        def done(problem: str | None) -> None:
            self._submit(
                inputs.Handled(
                    stream=frame.stream,
                    epoch=frame.epoch,
                    event_id=frame.event_id,
                    problem=problem,
                )
            )

        event = application_event(frame, effect.module)
        typed: ApplicationEvent[Any] | None
        try:
            payload = typed_payload(self._table, event.event, event.payload)
            typed = event if payload is event.payload else replace(event, payload=payload)
        except DecodeError as error:
            told = notices.InvalidEvent(
                stream=frame.stream,
                event_id=frame.event_id,
                event=frame.event,
                problem=error.problem,
            )
            self._notify(told)
            typed = None
        self.events.run(event, typed, done)

    def _reload(self, reload_id: int, refresh: effects.Refresh) -> None:
        stream = refresh.stream

        def reloaded(last_event_id: int | None) -> None:
            self._submit(
                inputs.Reloaded(stream=stream, reload_id=reload_id, last_event_id=last_event_id)
            )

        def failed(problem: str) -> None:
            self._submit(inputs.ReloadFailed(stream=stream, reload_id=reload_id, problem=problem))

        self.reloads.run(refresh, reloaded=reloaded, failed=failed)

    def _request_token(self, request_id: int) -> None:
        provider = self._token_provider
        if provider is None:
            raise UsageError("There is no token provider to ask")
        if self._asking is not None:
            self._asking.cancel()  # the attempt that asked is over
            self._asking = None
        try:
            answer = provider()
        except (Exception, asyncio.CancelledError) as error:
            self._submit(inputs.TokenFailed(request_id=request_id, problem=problem_of(error)))
            return
        if inspect.isawaitable(answer):
            asking = self._await_token(request_id, answer)
            self._asking = self.tasks.start(asking, "token", awaits=(answer,))
        else:
            self._token(request_id, answer)

    async def _await_token(self, request_id: int, answer: Awaitable[str]) -> None:
        try:
            token = await answer
        except asyncio.CancelledError as error:
            if is_cancelled():
                raise
            self._submit(inputs.TokenFailed(request_id=request_id, problem=problem_of(error)))
        except Exception as error:
            self._submit(inputs.TokenFailed(request_id=request_id, problem=problem_of(error)))
        else:
            self._token(request_id, token)

    def _token(self, request_id: int, token: object) -> None:
        try:
            given = checked_token("The token", token)
        except UsageError as error:
            self._submit(inputs.TokenFailed(request_id=request_id, problem=str(error)))
        else:
            self._submit(inputs.Token(request_id=request_id, token=given))

    def _store_failed(self, problem: str) -> None:
        self._notify(notices.StoreFailed(problem=problem))

    def _notify(self, notice: notices.Notice) -> None:
        for listener in self.notices.all():
            self._call(listener, notice, _notice_listener_failed)

    def _call(
        self, call: Callable[[V], object], value: V, failed: Callable[[BaseException], None]
    ) -> None:
        try:
            answer = call(value)
        except (Exception, asyncio.CancelledError) as error:
            failed(error)
            return
        if inspect.iscoroutine(answer):
            self.tasks.start(answer, "listener", failed)

    def _listener_failed(self, error: BaseException) -> None:
        _log.error("A listener raised", exc_info=error)
        self._notify(notices.ListenerFailed(problem=problem_of(error)))

    def _tell(self, listeners: Listeners[V, object], value: V) -> None:
        for listener in listeners.all():
            self.guard(listener, value)


def _notice_listener_failed(error: BaseException) -> None:
    _log.error("A listener for notices raised", exc_info=error)  # there is nobody left to tell
