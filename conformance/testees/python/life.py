"""One client from `open` to its end, with everything that it tells reported as driver events."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any

import msgspec

from disk import Disk, DiskOutbox, DiskPositions
from latido.client import (
    ApplicationEvent,
    Client,
    EarlierResult,
    Notice,
    PresenceChange,
    Refresh,
    StateChange,
)
from virtual_clock import VirtualClock


@dataclass(frozen=True)
class World:
    """What a life finds."""

    disk: Disk
    clock: VirtualClock | None
    random: Callable[[], float]
    token: Callable[[], str | None]
    """What the token provider gives now; None makes it fail."""
    report: Callable[[str, Mapping[str, Any]], None]


@dataclass
class _Held:
    what: str
    stream: str
    ended: asyncio.Future[int | None]


class Life:
    """A client and those who listen to it."""

    def __init__(self, settings: Mapping[str, Any], world: World) -> None:
        self._world = world
        self._settings = settings
        self._held: list[_Held] = []
        self._released: set[tuple[str, str]] = set()
        self._dead = False
        self._tasks: set[asyncio.Task[None]] = set()
        options = {
            name: settings[told]
            for name, told in (
                ("device_id", "deviceId"),
                ("heartbeat_ms", "heartbeatMs"),
                ("start_from", "startFrom"),
            )
            if told in settings
        }
        self.client = Client(
            settings["url"],
            user_id=settings["userId"],
            token=self._provider if "token" in settings else None,
            positions=DiskPositions(world.disk),
            outbox=DiskOutbox(world.disk, self._before_write),
            clock=world.clock,
            random=world.random,
            **options,
        )
        self._listen()

    def connect(self) -> None:
        self._start(self._connect())

    def send(self, command: Mapping[str, Any]) -> None:
        self._start(self._send(command))

    def settle(self, command: Mapping[str, Any]) -> None:
        """End the oldest held call of a kind and stream."""
        what, stream = command["what"], command.get("stream", "")
        if command.get("release"):
            self._released.add((what, stream))
        matching = (each for each in self._held if (each.what, each.stream) == (what, stream))
        held = next(matching, None)
        if held is None:
            raise LookupError(f"no {what} of {stream} is held")
        self._held.remove(held)
        if held.ended.done():
            return  # the library has given it up
        if command["outcome"] == "failed":
            held.ended.set_exception(RuntimeError("failed as the runner asked"))
        else:
            held.ended.set_result(command.get("lastEventId"))

    def report_statistics(self) -> None:
        told = msgspec.to_builtins(self.client.statistics())
        names = ("reconnects", "duplicatesDropped", "gaps", "outboxSize", "heartbeatLatencyMs")
        self._report("statistics", {name: told[name] for name in names if told[name] is not None})

    async def die(self) -> None:
        """Go on without being heard: what a killed process would do is not told and not stored."""
        self._dead = True
        for held in self._held:
            if held.what == "outbox":
                held.ended.set_exception(RuntimeError("the process ended"))
        await self.client.disconnect()
        for task in self._tasks:
            task.cancel()

    def _start(self, work: Awaitable[None]) -> None:
        task = asyncio.ensure_future(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _connect(self) -> None:
        try:
            await self.client.connect()
        except Exception as error:
            self._report("failure", {"call": "connect", "error": type(error).__name__})

    async def _send(self, command: Mapping[str, Any]) -> None:
        key = command["key"]
        try:
            result = await self.client.send(
                command["event"], command["payload"], scope=command.get("scope")
            )
        except Exception as error:
            reason = type(error).__name__
            self._report("result", {"key": key, "status": "failed", "reason": reason})
        else:
            self._report("result", {"key": key, **msgspec.to_builtins(result)})

    def _provider(self) -> str:
        self._report("token.asked", {})
        token = self._world.token()
        if token is None:
            raise RuntimeError("the provider has no token")
        return token

    async def _before_write(self) -> None:
        if self._holds("outbox", ""):
            await self._hold("outbox", "")

    def _listen(self) -> None:
        client = self.client

        @client.on_state
        def state(change: StateChange) -> None:
            self._report("state", msgspec.to_builtins(change))

        @client.on_notice
        def notice(told: Notice) -> None:
            self._report("notice", msgspec.to_builtins(told))

        @client.on_presence
        def presence(change: PresenceChange) -> None:
            known = client.groups.get(change.group)
            members = [] if known is None else [*known.members.values()]
            self._report(
                "presence",
                {
                    "group": change.group,
                    "scope": change.scope,
                    "members": msgspec.to_builtins(members),
                    "memberCount": 0 if known is None else known.member_count,
                },
            )

        @client.on_earlier_result
        def earlier(told: EarlierResult) -> None:
            outcome = msgspec.to_builtins(told.result)
            self._report("result", {"messageId": told.message_id, **outcome})

        @client.on_full_refresh
        def refresh(wanted: Refresh) -> Awaitable[int | None] | None:
            self._report("refresh", msgspec.to_builtins(wanted))
            if self._holds("refresh", wanted.stream):
                return self._hold("refresh", wanted.stream)
            return None

        for name in self._settings.get("listen", ["*"]):
            client.on(name)(self._delivered)

    def _delivered(self, event: ApplicationEvent[Any]) -> Awaitable[object] | None:
        told = {
            "stream": event.stream,
            "epoch": event.epoch,
            "eventId": event.event_id,
            "name": event.event,
            "scope": event.scope,
            "module": event.module,
            "messageId": event.message_id,
            "publicationId": event.publication_id,
            "senderId": event.sender_id,
        }
        present = {name: value for name, value in told.items() if value is not None}
        self._report("delivered", {**present, "payload": event.payload})
        if self._holds("event", event.stream):
            return self._hold("event", event.stream)
        return None

    def _holds(self, what: str, stream: str) -> bool:
        return what in self._settings.get("hold", ()) and (what, stream) not in self._released

    def _hold(self, what: str, stream: str) -> asyncio.Future[int | None]:
        ended: asyncio.Future[int | None] = asyncio.get_running_loop().create_future()
        self._held.append(_Held(what, stream, ended))
        return ended

    def _report(self, event: str, fields: Mapping[str, Any]) -> None:
        if not self._dead:
            self._world.report(event, fields)
