"""What an application gives or does wrongly is told where it does so, and costs nothing else."""

from __future__ import annotations

import asyncio
import gc
import warnings
from typing import Any, cast

import pytest

from latido.client import ApplicationEvent, Refresh, UsageError
from scene import Scene, tasks, turns


def ask_what_was_cancelled(_: object) -> None:
    """Fail as a call does that asks a cancelled future for its result."""
    future = asyncio.get_running_loop().create_future()
    future.cancel()
    future.result()


def test_a_cancelled_future_asked_by_a_plain_listener_is_an_error_like_others() -> None:
    async def run() -> None:
        scene = Scene()
        heard: list[int] = []
        scene.client.on_state(ask_what_was_cancelled)
        scene.client.on()(ask_what_was_cancelled)
        scene.client.on()(lambda event: heard.append(event.event_id))
        socket = await scene.connected()
        socket.event(1)
        socket.event(2)
        assert heard == [1, 2]
        kinds = [type(notice).__name__ for notice in scene.notices]
        assert kinds == ["ListenerFailed", "ListenerFailed", "HandlerFailed", "HandlerFailed"]
        await scene.client.disconnect()

    asyncio.run(run())


def test_a_cancelled_future_asked_by_a_plain_reload_is_tried_again() -> None:
    async def run() -> None:
        scene = Scene()
        scene.client.on_full_refresh(cast("Any", ask_what_was_cancelled))
        socket = await scene.connected()
        socket.frame("FULL_REFRESH", stream="orders", epoch="e1", lastEventId=5, reason="overflow")
        assert [type(notice).__name__ for notice in scene.notices] == ["ReloadFailed"]
        await scene.client.disconnect()

    asyncio.run(run())


def test_a_cancelled_future_asked_by_a_plain_token_provider_is_tried_again() -> None:
    async def run() -> None:
        scene = Scene(token=ask_what_was_cancelled)
        connecting = asyncio.ensure_future(scene.client.connect())
        await turns()
        assert scene.client.state == "backoff"
        await scene.client.disconnect()
        with pytest.raises(Exception, match="closed"):
            await connecting

    asyncio.run(run())


def test_no_coroutine_is_left_without_being_awaited() -> None:
    async def run() -> None:
        scene = Scene()

        @scene.client.on()
        async def handler(_: ApplicationEvent[Any]) -> None:
            await asyncio.sleep(0)

        @scene.client.on_full_refresh
        async def reload(_: Refresh) -> None:
            await asyncio.sleep(0)

        @scene.client.on_full_refresh
        def failing(_: Refresh) -> None:
            raise RuntimeError("away")

        socket = await scene.connected("orders", "chat")
        socket.frame("FULL_REFRESH", stream="chat", epoch="e1", lastEventId=5, reason="overflow")
        socket.event(1)
        await scene.client.disconnect()
        assert tasks() == set()

    with warnings.catch_warnings(record=True) as told:
        warnings.simplefilter("always")
        asyncio.run(run())
        gc.collect()
    assert [str(each.message) for each in told] == []


@pytest.mark.parametrize(
    ("option", "value", "told"),
    [
        ("start_from", "newest", "start_from must be latest, acked or earliest"),
        ("token", "", "token must be visible characters of ASCII, without spaces"),
        ("token", "secret\n", "token must be visible characters of ASCII, without spaces"),
    ],
)
def test_an_option_that_is_no_choice_is_refused_at_once(option: str, value: str, told: str) -> None:
    with pytest.raises(UsageError) as caught:
        Scene(**{option: value})
    assert str(caught.value) == told


def test_a_status_that_nobody_shows_is_refused() -> None:
    async def run() -> None:
        scene = Scene()
        with pytest.raises(UsageError, match="status must be online, away or busy"):
            scene.client.set_presence(cast("Any", "offline"))
        with pytest.raises(UsageError, match="signal must be online or visible"):
            scene.client.signal(cast("Any", "back"))
        await scene.client.disconnect()

    asyncio.run(run())


def test_auth_20_a_token_that_no_header_carries_ends_the_attempt_and_is_not_told() -> None:
    async def run() -> None:
        told: list[object] = []
        asyncio.get_running_loop().set_exception_handler(lambda _, context: told.append(context))
        scene = Scene(token=lambda: "secret\n")
        connecting = asyncio.ensure_future(scene.client.connect())
        await turns()
        problems = [getattr(notice, "problem", "") for notice in scene.notices]
        assert problems[0] == "The token must be visible characters of ASCII, without spaces"
        assert "secret" not in repr(scene.notices)
        await scene.client.disconnect()
        with pytest.raises(Exception, match="closed"):
            await connecting
        assert told == []

    asyncio.run(run())


def test_an_answer_that_is_no_longer_wanted_is_cancelled() -> None:
    async def run() -> None:
        asked = 0

        async def hanging() -> str:
            nonlocal asked
            asked += 1
            await asyncio.Event().wait()
            return "never"

        scene = Scene(token=hanging)
        connecting = asyncio.ensure_future(scene.client.connect())
        await turns()
        for _ in range(3):
            await scene.clock.advance(60_000)
        assert asked >= 3
        running = [task for task in asyncio.all_tasks() if task.get_name() == "latido token"]
        assert len(running) <= 1
        await scene.client.disconnect()
        with pytest.raises(Exception, match="closed"):
            await connecting

    asyncio.run(run())
