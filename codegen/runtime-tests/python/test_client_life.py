"""A client from its making to its end."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import Any

import pytest

from latido.client import (
    ApplicationEvent,
    Client,
    ClosedError,
    FrameTooLargeError,
    MemoryPositions,
    OutboxFullError,
    Refresh,
    StoreError,
    UsageError,
)
from latido.messages import StreamPosition
from scene import Scene, tasks, turns


def test_lib_12_leaves_no_task_no_timer_and_no_pending_send() -> None:
    async def run() -> None:
        scene = Scene()

        @scene.client.on()
        async def hanging(_: ApplicationEvent[Any]) -> None:
            await asyncio.Event().wait()

        @scene.client.on_full_refresh
        async def reload(_: Refresh) -> None:
            await asyncio.Event().wait()

        socket = await scene.connected("orders", "chat")
        socket.event(1)
        socket.frame("FULL_REFRESH", stream="chat", epoch="e1", lastEventId=3, reason="overflow")
        sending = asyncio.ensure_future(scene.client.send("order_seen", None))
        await turns()
        assert tasks() >= {"latido handler of order_created", "latido reload of chat"}
        await scene.client.disconnect("done")
        assert tasks() == set()
        assert scene.clock.alarms == 0
        assert (await sending).status == "unknown_outcome"
        assert socket.sent[-1]["type"] == "DISCONNECT"
        assert socket.closed == (1000, "done")
        with pytest.raises(ClosedError):
            await scene.client.connect()

    asyncio.run(run())


def test_lib_2_a_handler_may_end_the_client() -> None:
    async def run() -> None:
        scene = Scene()
        ended = asyncio.Event()

        @scene.client.on()
        async def leave(_: ApplicationEvent[Any]) -> None:
            await scene.client.disconnect()
            ended.set()

        socket = await scene.connected()
        socket.event(1)
        await asyncio.wait_for(ended.wait(), 60)
        await turns()
        assert tasks() == set()

    asyncio.run(run())


def test_a_cancelled_connect_inside_async_with_leaves_nothing() -> None:
    async def run() -> None:
        scene = Scene()

        async def use() -> None:
            async with scene.client:
                raise AssertionError("it never connects")

        using = asyncio.ensure_future(use())
        await turns()
        using.cancel()
        with pytest.raises(asyncio.CancelledError):
            await using
        assert scene.client.state == "closed"
        assert (tasks(), scene.clock.alarms) == (set(), 0)
        assert scene.socket.closed is not None

    asyncio.run(run())


def test_a_cancelled_disconnect_goes_on() -> None:
    async def run() -> None:
        scene = Scene()
        await scene.connected()
        leaving = asyncio.ensure_future(scene.client.disconnect())
        await asyncio.sleep(0)
        leaving.cancel()
        await turns()
        assert scene.client.state == "closed"
        assert tasks() == set()

    asyncio.run(run())


def test_connect_waits_for_the_first_connect_over_all_attempts() -> None:
    async def run() -> None:
        scene = Scene()
        connecting = asyncio.ensure_future(scene.client.connect())
        again = asyncio.ensure_future(scene.client.connect())
        await turns()
        scene.socket.listener.ended(1006, "")
        await scene.clock.advance(5000)
        assert not connecting.done()
        scene.socket.connect("orders")
        await connecting
        await again
        await scene.client.disconnect()

    asyncio.run(run())


def test_lib_6_a_close_code_that_stops_ends_connect() -> None:
    async def run() -> None:
        scene = Scene()
        connecting = asyncio.ensure_future(scene.client.connect())
        await turns()
        scene.socket.listener.ended(4501, "not yours")
        with pytest.raises(ClosedError) as caught:
            await connecting
        assert (caught.value.code, caught.value.reason) == (4501, "not yours")
        with pytest.raises(ClosedError):
            await scene.client.send("order_seen", None)

    asyncio.run(run())


def test_lib_3_suspend_and_resume_keep_what_was_asked() -> None:
    async def run() -> None:
        scene = Scene()
        socket = await scene.connected()
        scene.client.suspend()
        assert scene.client.state == "suspended"
        sending = asyncio.ensure_future(scene.client.send("order_seen", {"a": 1}))
        await turns()
        assert socket.types() == ["DISCONNECT"]
        scene.client.resume()
        scene.socket.connect("orders")
        await turns()
        message = scene.socket.sent[-1]
        assert (message["event"], message["payload"]) == ("order_seen", {"a": 1})
        scene.socket.frame("MESSAGE_ACK", messageId=message["messageId"])
        assert (await sending).status == "accepted"
        await scene.client.disconnect()

    asyncio.run(run())


def test_msg_22_and_frame_22_sends_are_refused_by_name() -> None:
    async def run() -> None:
        scene = Scene(outbox_limit=1)
        await scene.connected()
        first = asyncio.ensure_future(scene.client.send("order_seen", 1))
        await turns()
        with pytest.raises(OutboxFullError) as full:
            await scene.client.send("order_seen", 2)
        assert full.value.limit == 1
        first.cancel()
        await turns()
        message = scene.socket.sent[-1]
        scene.socket.frame("MESSAGE_ACK", messageId=message["messageId"])
        with pytest.raises(FrameTooLargeError) as large:
            await scene.client.send("order_seen", "x" * 40_000)
        assert (large.value.what, large.value.bytes) == ("payload", 40_002)
        for payload in (object(), {1, object()}):
            with pytest.raises(UsageError):
                await scene.client.send("order_seen", payload)
        with pytest.raises(UsageError):
            await scene.client.send("no spaces", None)
        await scene.client.disconnect()

    asyncio.run(run())


def test_sends_before_a_session_are_settled_by_disconnect() -> None:
    async def run() -> None:
        scene = Scene()
        sending = asyncio.ensure_future(scene.client.send("order_seen", 1))
        await turns()
        await scene.client.disconnect()
        result = await sending
        assert (result.status, getattr(result, "reason", None)) == ("failed", "closed")

    asyncio.run(run())


def test_auth_17_and_19_asks_the_provider_for_every_connection() -> None:
    async def run() -> None:
        tokens: list[Any] = ["first", RuntimeError("away"), "third"]

        async def provider() -> str:
            token = tokens.pop(0)
            if isinstance(token, Exception):
                raise token
            return str(token)

        scene = Scene(token=provider)
        socket = await scene.connected()
        assert socket.request.token == "first"
        assert "first" not in repr(socket.request)
        socket.listener.ended(1006, "")
        await scene.clock.advance(1000)
        assert scene.notices[-1].attempt == 2
        await scene.clock.advance(3000)
        assert scene.socket.request.token == "third"
        await scene.client.disconnect()

    asyncio.run(run())


def test_a_store_that_cannot_be_read_is_named_and_asked_again() -> None:
    class Failing(MemoryPositions):
        faults = 1

        async def load(self) -> Sequence[StreamPosition]:
            if self.faults:
                self.faults -= 1
                raise OSError("the disk is away")
            return await super().load()

    async def run() -> None:
        scene = Scene(positions=Failing())
        with pytest.raises(StoreError, match="the disk is away"):
            await scene.client.connect()
        await scene.connected()
        await scene.client.disconnect()

    asyncio.run(run())


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"url": "http://127.0.0.1/"}, "url must be"),
        ({"url": "ws://127.0.0.1/#here"}, "fragment"),
        ({"user_id": "no spaces"}, "user_id must be"),
        ({"device_id": ""}, "device_id must be"),
        ({"heartbeat_ms": 0}, "heartbeat_ms must be a whole number from 1"),
        ({"connect_timeout_ms": True}, "connect_timeout_ms must be"),
        ({"outbox_limit": 2_000_000}, "outbox_limit must be"),
        ({"kept_events_limit": 1.5}, "kept_events_limit must be"),
    ],
)
def test_a_malformed_option_is_named(options: dict[str, Any], said: str) -> None:
    given = {"url": "ws://127.0.0.1/", "user_id": "user-1", **options}
    with pytest.raises(UsageError, match=said):
        Client(given.pop("url"), **given)


def test_a_start_that_was_given_up_leaves_no_error_behind() -> None:
    class SlowThenFailing(MemoryPositions):
        def __init__(self) -> None:
            super().__init__()
            self.gate = asyncio.Event()
            self.loads = 0

        async def load(self) -> Sequence[StreamPosition]:
            self.loads += 1
            if self.loads == 1:
                await self.gate.wait()
                raise OSError("the disk is away")
            return await super().load()

    async def run() -> None:
        positions = SlowThenFailing()
        scene = Scene(positions=positions)
        given_up = asyncio.ensure_future(scene.client.connect())
        await turns()
        given_up.cancel()
        positions.gate.set()
        await turns()
        await scene.connected()
        assert positions.loads == 2
        await scene.client.disconnect()

    asyncio.run(run())


def test_lib_12_disconnect_waits_for_a_start_that_takes_time_to_end() -> None:
    class Reluctant(MemoryPositions):
        async def load(self) -> Sequence[StreamPosition]:
            try:
                await asyncio.get_running_loop().create_future()
            finally:
                await turns()
            return ()

    async def run() -> None:
        scene = Scene(positions=Reluctant())
        connecting = asyncio.ensure_future(scene.client.connect())
        await turns()
        await scene.client.disconnect()
        assert tasks() == set()
        with pytest.raises(ClosedError):
            await connecting

    asyncio.run(run())


def test_disconnect_ends_also_when_a_writer_was_cancelled() -> None:
    async def run() -> None:
        scene = Scene()
        scene.client.on("order_created")(lambda _: None)
        socket = await scene.connected()
        socket.event(1)
        writers = [each for each in asyncio.all_tasks() if each.get_name() == "latido positions"]
        assert len(writers) == 1
        writers[0].cancel()
        await turns()
        socket.event(2)
        leaving = asyncio.ensure_future(scene.client.disconnect())
        await turns(50)
        assert leaving.done()

    asyncio.run(run())
