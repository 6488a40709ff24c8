"""What a client does: joins a session, its driver and the application's side."""

import asyncio
import random as chance
import ssl
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from types import MappingProxyType, TracebackType
from typing import Any, Literal, Self, get_args
from uuid import uuid4

from ..errors import ClosedError, StoreError
from ..event_table import check_send
from ..events import EVENTS
from ..lifecycle import ClientConnectionState
from ..messages import OwnStatus, PresenceMetadata, Scope, StreamPosition
from ..session import (
    FixedToken,
    Group,
    Session,
    SessionSettings,
    StartFrom,
    StoredMessage,
    TokenSource,
    effects,
    inputs,
)
from ..session.send_result import Failed, SendResult
from ..session.statistics import Statistics
from ..session.timers import MAX_WAIT_MS
from ..tables import CloseCode, Limits, Timers
from .application import Application, TokenProvider
from .clock import Clock, SystemClock
from .dial import Dial
from .driver import Driver
from .listening import Listening
from .option_checks import (
    check_choice,
    check_event_name,
    check_id,
    check_message_id,
    check_metadata,
    check_reason,
    check_url,
    check_whole,
    checked_token,
    json_copy,
)
from .problem import problem_of
from .stores import MemoryOutbox, MemoryPositions, OutboxStore, PositionStore
from .tasks import cancel_all
from .websocket import websocket_dial


class ClientRuntime(Listening):
    """All of a client but `on`, `events` and `send`, whose types depend on the contract."""

    def __init__(
        self,
        url: str,
        *,
        user_id: str,
        token: str | TokenProvider | None = None,
        device_id: str | None = None,
        heartbeat_ms: int | None = None,
        start_from: StartFrom = "latest",
        positions: PositionStore | None = None,
        outbox: OutboxStore | None = None,
        tls: ssl.SSLContext | None = None,
        dial: Dial | None = None,
        clock: Clock | None = None,
        random: Callable[[], float] = chance.random,
        new_id: Callable[[], str] = lambda: str(uuid4()),
        connect_timeout_ms: int = Timers.connect_timeout_ms.default,
        outbox_limit: int = Limits.outbox_messages.default,
        kept_events_limit: int = Limits.kept_events.default,
    ) -> None:
        """Make a client. It does nothing until `connect()`.

        Raises UsageError for a malformed option.

        Args:
            url: `ws://` or `wss://` address of the server.
            user_id: 1 to 128 of the characters A-Z a-z 0-9 _ . : -
            token: A token, or what gives one, `async` or not. With a fixed token the client stops
                when it ends (RECON-24). A provider that raises is asked again later (AUTH-19).
            device_id: Names this device over restarts of the process. By default random and in
                memory only (SESS-12). Two running clients must not share one.
            heartbeat_ms: Wished heartbeat interval; the server clamps it and announces the result.
            start_from: Where a stream begins that has no stored position: `latest`, `acked` (where
                this device last acknowledged) or `earliest` (as far as the history goes).
            positions: Where positions are kept. By default in memory.
            outbox: Where unanswered messages are kept. By default in memory.
            tls: For `wss://`. By default the platform's certificates are trusted.
            dial: Opens sockets in place of WebSockets.
            clock: Time. By default the platform's.
            random: Chance, uniform in [0, 1).
            new_id: New UUIDs for messages and for a device_id.
            connect_timeout_ms: From dialling to CONNECT (CONN-20).
            outbox_limit: Messages that may wait for an answer (MSG-22).
            kept_events_limit: Events kept for one stream that cannot be delivered yet (STREAM-9).

        """
        check_url(url)
        check_id("user_id", user_id)
        check_id("device_id", device_id)
        if isinstance(token, str):
            checked_token("token", token)
        check_choice("start_from", start_from, get_args(StartFrom))
        check_whole("heartbeat_ms", heartbeat_ms, MAX_WAIT_MS)
        check_whole("connect_timeout_ms", connect_timeout_ms, Timers.connect_timeout_ms.max)
        check_whole("outbox_limit", outbox_limit, Limits.outbox_messages.max)
        check_whole("kept_events_limit", kept_events_limit, Limits.kept_events.max)
        self._url = url
        self._dial = websocket_dial(tls) if dial is None else dial
        self._random = random
        self._new_id = new_id
        self._positions: PositionStore = MemoryPositions() if positions is None else positions
        self._outbox: OutboxStore = MemoryOutbox() if outbox is None else outbox
        self._lasting_device = device_id is not None
        self._settings = SessionSettings(
            user_id=user_id,
            device_id=new_id() if device_id is None else device_id,  # SESS-12
            heartbeat_ms=heartbeat_ms,
            start_from=start_from,
            tokens=_source_of(token),
            persistent_outbox=self._outbox.persistent,
            connect_timeout_ms=connect_timeout_ms,
            outbox_messages=outbox_limit,
            kept_events=kept_events_limit,
        )
        self._events = EVENTS
        application = Application(
            events=EVENTS,
            positions=self._positions,
            outbox=self._outbox,
            token_provider=None if isinstance(token, str) else token,
            submit=self._submit,
            changed=self._changed,
            closed_error=self._closed_error,
        )
        super().__init__(application, SystemClock() if clock is None else clock)
        self._session: Session | None = None  # it exists once the stores are read, like its driver
        self._driver: Driver | None = None
        self._early: list[inputs.SessionInput] = []  # came before the session exists
        self._starting: asyncio.Task[None] | None = None
        self._ending: asyncio.Task[None] | None = None
        self._waiters: set[asyncio.Future[None]] = set()  # calls of connect that wait for CONNECT
        self._closed: tuple[int, str] | None = None

    async def __aenter__(self) -> Self:
        try:
            await self.connect()
        except BaseException:
            await self.disconnect()
            raise
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        await self.disconnect()

    @property
    def state(self) -> ClientConnectionState:
        """One of idle, connecting, connected, backoff, circuit_open, suspended, closed (LIB-4)."""
        if self._closed is not None:
            return "closed"
        return "idle" if self._session is None else self._session.state

    @property
    def groups(self) -> Mapping[str, Group]:
        """Who is present, by group name. A live view."""
        return MappingProxyType({}) if self._session is None else self._session.groups

    def statistics(self) -> Statistics:
        """What was counted since the client was made (LIB-11)."""
        return Statistics() if self._session is None else self._session.statistics()

    async def connect(self) -> None:
        """Load the stores, dial, and keep the session alive from then on.

        Ends at the first CONNECT, however many attempts that takes. A caller that is cancelled ends
        the wait alone: the client goes on. Raises ClosedError when a close code ends the client, or
        `disconnect()` does; StoreError when a store cannot be read: then it may be called again.
        """
        if self._closed is not None:
            raise self._closed_error()
        if self.state == "connected":
            return
        waiter = asyncio.get_running_loop().create_future()
        self._waiters.add(waiter)
        try:
            await self._start(waiter)
            await waiter
        finally:
            self._waiters.discard(waiter)
        if self._closed is not None:
            raise self._closed_error()

    async def disconnect(self, reason: str | None = None) -> None:
        """End for good: presence ends at once, and pending sends are settled.

        When this returns no listener is called any more, and no task, timer and socket is left
        (LIB-2, LIB-12); handlers that still run are cancelled. `reason` is for people, 256
        characters at most.
        """
        check_reason(reason)
        if self._ending is None:
            self._leave(reason)
            spared = asyncio.current_task()
            self._ending = asyncio.get_running_loop().create_task(
                self._settle(spared), name="latido disconnect"
            )
        await asyncio.shield(self._ending)

    def suspend(self) -> None:
        """Rest: presence ends at once; listeners, outbox and positions are kept (LIB-3)."""
        self._submit(inputs.Suspend())

    def resume(self) -> None:
        """Come back after `suspend()`."""
        self._submit(inputs.Resume())

    def signal(self, signal: Literal["online", "visible"]) -> None:
        """The network or the page is back: try at once, where that is allowed (RECON-14)."""
        check_choice("signal", signal, ("online", "visible"))
        if self._driver is not None:
            self._submit(inputs.Signal(signal=signal))

    def set_presence(self, status: OwnStatus, metadata: PresenceMetadata | None = None) -> None:
        """Show a status to the others, now and after every reconnect (PRES-22).

        Raises UsageError for another status, or metadata of more than 4096 bytes of JSON.
        """
        check_choice("status", status, get_args(OwnStatus))
        copy = None if metadata is None else json_copy("metadata", metadata)
        if copy is not None:
            check_metadata(copy)
        self._submit(inputs.SetPresence(status=status, metadata=copy))

    async def _send(
        self, event: str, payload: object, scope: Scope | None, message_id: str | None
    ) -> SendResult:
        if self._closed is not None:
            raise self._closed_error()
        check_event_name(event)
        message_id = self._new_id() if message_id is None else message_id
        check_message_id(message_id)
        copy = json_copy("payload", payload)
        check_send(self._events, event, copy)
        given = inputs.Send(
            message_id=message_id,
            event=event,
            payload=copy,
            scope=None if scope is None else json_copy("scope", scope),
        )
        result = self._application.sends.add(message_id)
        self._submit(given)
        return await result

    async def _start(self, waiter: asyncio.Future[None]) -> None:
        """Read the stores and ask for a session; ends early when the client does."""
        if self._session is None:
            if self._starting is None or self._starting.done():
                loop = asyncio.get_running_loop()
                self._starting = loop.create_task(self._load(), name="latido start")
            starting = self._starting
            await asyncio.wait((starting, waiter), return_when=asyncio.FIRST_COMPLETED)
            if not starting.done() or starting.cancelled():
                return
            starting.result()
        if self.state == "suspended":
            self._submit(inputs.Resume())
        elif self.state == "idle":
            self._submit(inputs.Connect())

    async def _load(self) -> None:
        try:
            positions = await self._positions.load()
            messages = await self._outbox.load()
        except StoreError:
            raise
        except Exception as error:
            raise StoreError(f"A store could not be read: {problem_of(error)}") from error
        if self._closed is None:
            self._run(positions, messages)

    def _run(self, positions: Sequence[StreamPosition], messages: Sequence[StoredMessage]) -> None:
        """Make the session and hand it what was asked meanwhile."""
        settings = replace(
            self._settings,
            positions=positions,
            messages=messages,
            # CONN-4: a lasting device has had lower numbers in earlier processes, at earlier times
            first_attempt=self._clock.now() if self._lasting_device else 1,
        )
        self._session = Session(settings, self._random)
        self._driver = Driver(
            self._session,
            url=self._url,
            clock=self._clock,
            dial=self._dial,
            perform=self._application.perform,
            trace=self._application.trace,
        )
        early, self._early = self._early, []
        for given in early:
            self._driver.submit(given)

    def _leave(self, reason: str | None) -> None:
        if self._driver is not None:
            self._submit(inputs.Disconnect(reason=reason))
        elif self._closed is None:
            self._leave_before_start("disconnect" if reason is None else reason)
        self._stop_listening()

    def _leave_before_start(self, reason: str) -> None:
        """There is no session that could settle what was asked for."""
        for given in self._early:
            if isinstance(given, inputs.Send):
                self._application.sends.settle(given.message_id, Failed(reason="closed"))
        self._early.clear()
        code = int(CloseCode.NORMAL)
        self._application.tell_state(
            effects.StateChange(state="closed", attempt=0, code=code, reason=reason)
        )

    async def _settle(self, spared: asyncio.Task[Any] | None) -> None:
        """LIB-12: nothing is left."""
        if self._starting is not None and self._starting is not spared:
            await cancel_all((self._starting,))
        await self._application.tasks.cancel(spared)
        await self._application.flushed()
        if self._driver is not None:
            await self._driver.settled()

    def _submit(self, given: inputs.SessionInput) -> None:
        if self._driver is not None:
            self._driver.submit(given)
        elif self._closed is None:
            self._early.append(given)

    def _changed(self, change: effects.StateChange) -> None:
        if change.state == "closed":
            code = CloseCode.NORMAL if change.code is None else change.code
            self._closed = (int(code), change.reason or "")
            self._end_iterators()
        if change.state in ("connected", "closed"):
            for waiter in self._waiters:
                if not waiter.done():
                    waiter.set_result(None)

    def _closed_error(self) -> ClosedError:
        return ClosedError(*(self._closed or (int(CloseCode.NORMAL), "")))


def _source_of(token: str | TokenProvider | None) -> TokenSource:
    if token is None:
        return None
    return FixedToken(token) if isinstance(token, str) else "provider"
