"""What a client does with events and the listeners for them."""

from __future__ import annotations

import asyncio
import gc
from typing import Any

import msgspec

from latido.client import ApplicationEvent
from scene import Scene, tasks, turns


class Order(msgspec.Struct):
    """A payload with a type."""

    number: int


def test_lib_1_calls_listeners_by_name_and_by_wildcard() -> None:
    async def run() -> None:
        scene = Scene()
        heard: list[tuple[str, int]] = []

        @scene.client.on("order_created")
        def named(event: ApplicationEvent[Any]) -> None:
            heard.append(("named", event.event_id))

        @scene.client.on()
        async def every(event: ApplicationEvent[Any]) -> None:
            heard.append(("every", event.event_id))

        socket = await scene.connected()
        socket.event(1)
        await turns()
        socket.event(2, event="order_paid")
        await turns()
        assert heard == [("named", 1), ("every", 1), ("every", 2)]
        scene.client.off(every)
        socket.event(3)
        await turns()
        assert heard[3:] == [("named", 3)]
        await scene.client.disconnect()

    asyncio.run(run())


def test_lib_1_gives_payloads_of_a_type_and_reports_those_of_another() -> None:
    async def run() -> None:
        scene = Scene()
        numbers: list[int] = []

        @scene.client.on("order_created", Order)
        def created(event: ApplicationEvent[Order]) -> None:
            numbers.append(event.payload.number)

        socket = await scene.connected()
        socket.event(1)
        socket.event(2, payload={"number": "two"})
        socket.event(3)
        assert numbers == [1, 3]
        assert [type(notice).__name__ for notice in scene.notices] == ["HandlerFailed"]
        await scene.client.disconnect()

    asyncio.run(run())


def test_stream_14_and_15_a_hanging_handler_holds_up_its_stream_alone() -> None:
    async def run() -> None:
        scene = Scene()
        gate = asyncio.Event()
        heard: list[tuple[str, int]] = []

        @scene.client.on("order_created")
        async def slow(event: ApplicationEvent[Any]) -> None:
            heard.append((event.stream, event.event_id))
            if event.stream == "orders":
                await gate.wait()

        socket = await scene.connected("orders", "chat")
        socket.event(1)
        socket.event(2)
        socket.event(1, "chat")
        await turns()
        assert heard == [("orders", 1), ("chat", 1)]
        await scene.clock.advance(3000)
        assert "HEARTBEAT" in socket.types()
        gate.set()
        await turns()
        assert heard[2:] == [("orders", 2)]
        await scene.client.disconnect()

    asyncio.run(run())


def test_stream_17_a_handler_that_raises_counts_as_finished() -> None:
    async def run() -> None:
        scene = Scene()
        heard: list[int] = []

        @scene.client.on("order_created")
        async def failing(event: ApplicationEvent[Any]) -> None:
            heard.append(event.event_id)
            raise RuntimeError("no")

        @scene.client.on("order_created")
        def other(event: ApplicationEvent[Any]) -> None:
            heard.append(-event.event_id)

        socket = await scene.connected()
        socket.event(1)
        socket.event(2)
        await turns()
        assert heard == [1, -1, 2, -2]
        assert [notice.problem for notice in scene.notices] == ["no", "no"]
        await scene.client.disconnect()

    asyncio.run(run())


def test_stream_17_what_a_handler_awaits_may_be_cancelled() -> None:
    async def run() -> None:
        scene = Scene()
        heard: list[int] = []

        @scene.client.on("order_created")
        async def waiting(event: ApplicationEvent[Any]) -> None:
            heard.append(event.event_id)
            never = asyncio.get_running_loop().create_future()
            never.cancel()
            await never

        socket = await scene.connected()
        socket.event(1)
        socket.event(2)
        await turns()
        assert heard == [1, 2]
        await scene.client.disconnect()

    asyncio.run(run())


def test_a_throttled_listener_hears_the_latest() -> None:
    async def run() -> None:
        scene = Scene()
        heard: list[int] = []
        scene.client.on("order_created", throttle_ms=100)(
            lambda event: heard.append(event.event_id)
        )
        socket = await scene.connected()
        for event_id in (1, 2, 3):
            socket.event(event_id)
        assert heard == [1]
        await scene.clock.advance(100)
        assert heard == [1, 3]
        await scene.client.disconnect()
        assert scene.clock.alarms == 0

    asyncio.run(run())


def test_a_throttled_listener_may_be_async() -> None:
    async def run() -> None:
        scene = Scene()
        heard: list[int] = []

        @scene.client.on("order_created", throttle_ms=100)
        async def latest(event: ApplicationEvent[Any]) -> None:
            await asyncio.sleep(0)
            heard.append(event.event_id)
            if event.event_id == 3:
                raise RuntimeError("no")

        socket = await scene.connected()
        for event_id in (1, 2, 3):
            socket.event(event_id)
        await turns()
        assert heard == [1]
        await scene.clock.advance(100)
        assert heard == [1, 3]
        assert [notice.problem for notice in scene.notices] == ["no"]
        await scene.client.disconnect()
        assert tasks() == set()

    asyncio.run(run())


def test_an_iterator_counts_an_event_as_handled_when_the_next_is_asked_for() -> None:
    async def run() -> None:
        scene = Scene()
        socket = await scene.connected()
        events = scene.client.events("order_created", Order)
        for event_id in (1, 2):
            socket.event(event_id)
        first = await anext(events)
        assert first.payload == Order(1)
        await scene.clock.advance(1000)
        assert "ACK" not in socket.types()
        assert (await anext(events)).event_id == 2
        await scene.clock.advance(1000)
        assert socket.sent[-1]["streams"][0]["lastEventId"] == 1
        await scene.client.disconnect()
        assert [event async for event in events] == []

    asyncio.run(run())


def test_a_loop_that_is_left_lets_its_stream_go() -> None:
    async def run() -> None:
        scene = Scene()
        socket = await scene.connected()
        heard: list[int] = []

        async def read() -> None:
            async for event in scene.client.events():
                heard.append(event.event_id)
                if event.event_id == 2:
                    break

        reading = asyncio.ensure_future(read())
        await turns()
        for event_id in (1, 2, 3):
            socket.event(event_id)
        await reading
        gc.collect()
        await turns()
        assert heard == [1, 2]
        await scene.clock.advance(1000)
        assert socket.sent[-1]["streams"][0]["lastEventId"] == 3
        await scene.client.disconnect()

    asyncio.run(run())


def test_a_cancelled_wait_for_an_event_loses_nothing() -> None:
    async def run() -> None:
        scene = Scene()
        socket = await scene.connected()
        events = scene.client.events()
        waiting = asyncio.ensure_future(anext(events))
        await turns()
        socket.event(1)
        waiting.cancel()
        await turns()
        assert (await anext(events)).event_id == 1
        await scene.client.disconnect()
        assert tasks() == set()

    asyncio.run(run())


def test_an_iterator_that_ended_holds_no_event_up() -> None:
    async def run() -> None:
        scene = Scene()
        gate = asyncio.Event()
        heard: list[int] = []

        @scene.client.on("order_created")
        async def slow(event: ApplicationEvent[Any]) -> None:
            heard.append(event.event_id)
            await gate.wait()

        events = scene.client.events()
        socket = await scene.connected()
        socket.event(1)
        socket.event(2)
        await turns()
        await events.aclose()
        gate.set()
        await turns()
        assert heard == [1, 2]
        await scene.client.disconnect()

    asyncio.run(run())


def test_iterators_end_when_the_server_closes_the_client() -> None:
    async def run() -> None:
        scene = Scene()
        socket = await scene.connected()
        early = asyncio.ensure_future(anext(scene.client.events(), None))
        await turns()
        socket.listener.ended(4501, "not yours")
        await turns()
        assert early.done()
        assert early.result() is None
        late = asyncio.ensure_future(anext(scene.client.events(), None))
        await turns()
        assert late.done()
        assert late.result() is None
        await scene.client.disconnect()

    asyncio.run(run())
