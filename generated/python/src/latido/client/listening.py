"""What an application listens to, whatever the types of its events."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any, TypeVar

import msgspec

from ..session import effects, notices
from ..session.presence_change import PresenceChange
from ..session.timers import MAX_WAIT_MS
from .application import Application, EarlierResult
from .application_event import ApplicationEvent
from .clock import Clock
from .driver import Step
from .event_handlers import ANY_EVENT
from .event_iterator import EventFeed, EventIterator
from .option_checks import check_event_name, check_whole
from .reload_handlers import ReloadHandler
from .throttle import Throttled

L = TypeVar("L", bound=Callable[..., object])
StateListener = TypeVar("StateListener", bound=Callable[[effects.StateChange], object])
NoticeListener = TypeVar("NoticeListener", bound=Callable[[notices.Notice], object])
Reloader = TypeVar("Reloader", bound=ReloadHandler)
PresenceListener = TypeVar("PresenceListener", bound=Callable[[PresenceChange], object])
EarlierListener = TypeVar("EarlierListener", bound=Callable[[EarlierResult], object])
TraceListener = TypeVar("TraceListener", bound=Callable[[Step], object])


class Listening:
    """The half of a client that tells the application things.

    Every listener may be `async`. Those for events hold up their stream; the others run by
    themselves, and are cancelled when the client ends.
    """

    def __init__(self, application: Application, clock: Clock) -> None:
        self._application = application
        self._clock = clock
        self._feeds: list[EventFeed] = []
        self._over = False

    def _adding(self, event: str, payload: Any, throttle_ms: int | None) -> Callable[[L], L]:
        """A decorator that adds a listener for payloads of a type."""
        if event != ANY_EVENT:
            check_event_name(event)
        check_whole("throttle_ms", throttle_ms, MAX_WAIT_MS)

        def add(listener: L) -> L:
            call: Callable[[ApplicationEvent[Any]], Any] = _converting(listener, payload)
            removed: Callable[[], None] | None = None
            if throttle_ms is not None:
                guarded = _guarded(self._application, call)
                throttled = Throttled(guarded, throttle_ms, self._clock)
                call, removed = throttled, throttled.cancel
            self._application.events.of(event).add(call, known_as=listener, removed=removed)
            return listener

        return add

    def _iterating(self, event: str, payload: Any) -> EventIterator[Any]:
        if event != ANY_EVENT:
            check_event_name(event)
        feed = EventFeed()
        if self._over:
            feed.abandon()
            return EventIterator(feed)
        self._feeds.append(feed)

        def remove() -> None:
            self._application.events.remove(feed)
            if feed in self._feeds:
                self._feeds.remove(feed)

        feed.remove = remove
        call = _converting(feed.offer, payload)
        self._application.events.of(event).add(call, known_as=feed)
        return EventIterator(feed)

    def on_state(self, listener: StateListener) -> StateListener:
        """Told every change of the state, with the delay of a coming attempt (LIB-5)."""
        self._application.states.add(listener)
        return listener

    def on_notice(self, listener: NoticeListener) -> NoticeListener:
        """Told what a person or a log may want to know: recovered, refreshed, errors (LIB-8)."""
        self._application.notices.add(listener)
        return listener

    def on_full_refresh(self, handler: Reloader) -> Reloader:
        """Called when missed events cannot be given: reload the state behind the stream.

        Nothing of the stream is delivered until it ends. Where several are set, all are called, and
        the lowest id that all report counts. Without any, the stream goes on after what was missed.
        """
        self._application.reloads.listeners.add(handler)
        return handler

    def on_presence(self, listener: PresenceListener) -> PresenceListener:
        """Told every change in the session's presence groups (LIB-16)."""
        self._application.presence.add(listener)
        return listener

    def on_earlier_result(self, listener: EarlierListener) -> EarlierListener:
        """Told what became of messages that an earlier process left in a persistent outbox."""
        self._application.earlier.add(listener)
        return listener

    def on_trace(self, listener: TraceListener) -> TraceListener:
        """Told every input, its effects and the next deadline, without tokens (LIB-13)."""
        self._application.traces.add(listener)
        return listener

    def off(self, listener: Callable[..., object]) -> None:
        """Remove a listener from wherever it was added."""
        self._application.remove(listener)

    def _stop_listening(self) -> None:
        """LIB-2: nothing is told any more."""
        self._end_iterators()
        self._application.clear()

    def _end_iterators(self) -> None:
        """No event comes any more, and none counts as handled."""
        self._over = True
        for feed in list(self._feeds):
            feed.abandon()


def _converting(
    listener: Callable[[ApplicationEvent[Any]], Any], payload: Any
) -> Callable[[ApplicationEvent[Any]], Any]:
    """A listener that is given payloads of a type."""
    if payload is Any:
        return listener

    def call(event: ApplicationEvent[Any]) -> Any:
        return listener(replace(event, payload=msgspec.convert(event.payload, payload)))

    return call


def _guarded(
    application: Application, call: Callable[[ApplicationEvent[Any]], Any]
) -> Callable[[ApplicationEvent[Any]], None]:
    return lambda event: application.guard(call, event)
