"""A client between a network and a clock that tests hold in their hands."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from typing import Any

from latido.client import Client, DialRequest, SocketListener

BEGIN = 1_750_000_000_000
USER = "user-1"


class HeldClock:
    """Time that moves only by `advance`."""

    def __init__(self) -> None:
        self._now = BEGIN
        self._alarms: list[tuple[int, Callable[[], None]]] = []

    def now(self) -> int:
        return self._now

    def after(self, wait_ms: int, callback: Callable[[], None]) -> Callable[[], None]:
        alarm = (self._now + wait_ms, callback)
        self._alarms.append(alarm)

        def cancel() -> None:
            if alarm in self._alarms:
                self._alarms.remove(alarm)

        return cancel

    @property
    def alarms(self) -> int:
        return len(self._alarms)

    async def advance(self, ms: int) -> None:
        until = self._now + ms
        while due := [alarm for alarm in self._alarms if alarm[0] <= until]:
            alarm = min(due, key=lambda each: each[0])
            self._alarms.remove(alarm)
            self._now = max(self._now, alarm[0])
            alarm[1]()
            await turns()
        self._now = until


class HeldSocket:
    """The server's end of one connection."""

    def __init__(self, request: DialRequest, listener: SocketListener) -> None:
        self.request = request
        self.listener = listener
        self.sent: list[dict[str, Any]] = []
        self.closed: tuple[int, str] | None = None

    def send(self, text: str) -> None:
        self.sent.append(json.loads(text))

    async def close(self, code: int, reason: str) -> None:
        self.closed = (code, reason)

    def frame(self, kind: str, **members: Any) -> None:
        """A frame from the server."""
        frame = {"type": kind, "timestamp": "2026-03-01T12:00:00.000Z", **members}
        self.listener.text(json.dumps(frame))

    def connect(self, *streams: str, **more: Any) -> None:
        self.listener.opened()
        self.frame("CONNECT", **connect_frame(*streams), **more)

    def event(self, event_id: int, stream: str = "orders", **more: Any) -> None:
        told = {"event": "order_created", "payload": {"number": event_id}, **more}
        self.frame("EVENT", stream=stream, epoch="e1", eventId=event_id, **told)

    def types(self) -> list[str]:
        return [frame["type"] for frame in self.sent]


class Network:
    """What the client dials."""

    def __init__(self) -> None:
        self.sockets: list[HeldSocket] = []

    def dial(self, request: DialRequest, listener: SocketListener) -> HeldSocket:
        self.sockets.append(HeldSocket(request, listener))
        return self.sockets[-1]

    @property
    def socket(self) -> HeldSocket:
        return self.sockets[-1]


class Scene:
    """A client, its network and its clock."""

    def __init__(self, **options: Any) -> None:
        self.network = Network()
        self.clock = HeldClock()
        given = {"dial": self.network.dial, "clock": self.clock, "random": lambda: 0.5, **options}
        self.client = Client("ws://127.0.0.1:1/", user_id=USER, **given)
        self.notices: list[Any] = []
        self.client.on_notice(self.notices.append)

    @property
    def socket(self) -> HeldSocket:
        return self.network.socket

    async def connected(self, *streams: str) -> HeldSocket:
        """Connect the client to a server with these streams."""
        connecting = asyncio.ensure_future(self.client.connect())
        await turns()
        self.socket.connect(*(streams or ("orders",)))
        await connecting
        return self.socket


async def turns(count: int = 8) -> None:
    """Let what is ready run."""
    for _ in range(count):
        await asyncio.sleep(0)


def tasks() -> set[str]:
    """Names of the client's tasks that run."""
    return {each.get_name() for each in asyncio.all_tasks() if each.get_name().startswith("latido")}


def connect_frame(*streams: str) -> dict[str, Any]:
    return {
        "userId": USER,
        "sessionId": "session-1",
        "protocolVersion": "1.0",
        "heartbeat": {"intervalMs": 5000, "timeoutMs": 4000},
        "reconnect": {
            "baseDelayMs": 1000,
            "maxDelayMs": 30000,
            "jitter": 0.5,
            "firstSpreadMs": 0,
            "stableAfterMs": 5000,
            "circuitAfter": 10,
            "circuitRestMs": 60000,
        },
        "ack": {"maxDelayMs": 1000, "maxPending": 100},
        "sync": {"timeoutMs": 10000, "maxPageEvents": 500, "maxPageBytes": 16384, "maxPages": 20},
        "limits": {
            "maxFrameBytes": 65536,
            "maxPayloadBytes": 32768,
            "maxInFlightMessages": 32,
            "dedupWindowMs": 600000,
        },
        "presence": {"graceMs": 15000},
        "modules": [],
        "streams": [{"stream": name, "epoch": "e1", "lastEventId": 0} for name in streams],
    }
