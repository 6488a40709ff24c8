"""What a client tells its application beside events."""

from __future__ import annotations

import asyncio
from typing import Any

import msgspec
import pytest

from latido.client import (
    Notice,
    Refresh,
    StateChange,
    UsageError,
)
from scene import Scene, tasks, turns


def test_lib_4_and_5_tells_states_with_the_delay_that_it_waits() -> None:
    async def run() -> None:
        scene = Scene()
        states: list[StateChange] = []
        scene.client.on_state(states.append)
        socket = await scene.connected()
        socket.listener.ended(1006, "")
        assert [change.state for change in states] == ["connecting", "connected", "backoff"]
        assert (states[-1].attempt, states[-1].retry_in_ms, states[-1].code) == (1, 750, 1006)
        await scene.clock.advance(749)
        assert len(scene.network.sockets) == 1
        await scene.clock.advance(1)
        assert len(scene.network.sockets) == 2
        await scene.client.disconnect()
        assert scene.client.state == "closed"

    asyncio.run(run())


def test_lib_7_reloads_may_fail_and_report_their_snapshot() -> None:
    async def run() -> None:
        scene = Scene()
        answers: list[Any] = [RuntimeError("away"), 9]

        @scene.client.on_full_refresh
        async def orders(_: Refresh) -> int:
            answer = answers.pop(0)
            if isinstance(answer, Exception):
                raise answer
            assert isinstance(answer, int)
            return answer

        scene.client.on_full_refresh(lambda _: 7)
        socket = await scene.connected()
        socket.frame("FULL_REFRESH", stream="orders", epoch="e1", lastEventId=5, reason="overflow")
        await turns()
        assert [notice.problem for notice in scene.notices] == ["away"]
        await scene.clock.advance(2000)
        acks = [frame for frame in socket.sent if frame["type"] == "ACK"]
        assert acks[-1]["streams"][0]["lastEventId"] == 7
        await scene.client.disconnect()

    asyncio.run(run())


def test_auth_20_traces_hide_tokens() -> None:
    async def run() -> None:
        scene = Scene(token=lambda: "secret-token")
        steps: list[bytes] = []
        scene.client.on_trace(lambda step: steps.append(msgspec.json.encode(step)))
        socket = await scene.connected()
        socket.frame(
            "TOKEN_REFRESHED",
            token={"expiresInMs": 1000, "refreshLeadMs": 10},
            modules=[],
            streams=[],
        )
        await scene.clock.advance(1000)
        assert "TOKEN_REFRESH" in socket.types()
        assert len(steps) > 5
        assert b"secret-token" not in b"".join(steps)
        await scene.client.disconnect()

    asyncio.run(run())


def test_a_listener_that_raises_keeps_nothing_from_the_others() -> None:
    async def run() -> None:
        scene = Scene()
        states: list[str] = []

        @scene.client.on_state
        def failing(_: StateChange) -> None:
            raise RuntimeError("no")

        scene.client.on_state(lambda change: states.append(change.state))
        await scene.connected()
        assert states == ["connecting", "connected"]
        assert {type(notice).__name__ for notice in scene.notices} == {"ListenerFailed"}
        await scene.client.disconnect()

    asyncio.run(run())


def test_listeners_of_every_kind_may_be_async() -> None:
    async def run() -> None:
        scene = Scene()
        heard: list[str] = []

        @scene.client.on_state
        async def failing(_: StateChange) -> None:
            raise RuntimeError("no")

        @scene.client.on_state
        async def state(change: StateChange) -> None:
            heard.append(change.state)

        @scene.client.on_notice
        async def notice(told: Notice) -> None:
            heard.append(type(told).__name__)

        await scene.connected()
        await turns()
        assert heard == ["connecting", "ListenerFailed", "connected", "ListenerFailed"]
        await scene.client.disconnect()
        assert tasks() == set()

    asyncio.run(run())


def test_lib_16_tells_presence_and_shows_groups() -> None:
    async def run() -> None:
        scene = Scene()
        changes: list[str] = []
        scene.client.on_presence(lambda change: changes.append(type(change).__name__))
        socket = await scene.connected()
        place = {"group": "g", "epoch": "p1", "memberCount": 1}
        member = {"userId": "ann", "status": "away"}
        socket.frame("PRESENCE_STATE", version=1, scope={"shop": "1"}, members=[member], **place)
        group = scene.client.groups["g"]
        assert (group.members["ann"].status, group.member_count) == ("away", 1)
        gone = {"group": "g", "epoch": "p1", "memberCount": 0}
        socket.frame("PRESENCE_DIFF", baseVersion=1, version=2, updates=[], leaves=["ann"], **gone)
        assert (dict(group.members), changes) == ({}, ["GroupState", "GroupDiff"])
        scene.client.set_presence("busy", {"note": "back at 5"})
        assert socket.sent[-1]["payload"] == {"status": "busy", "metadata": {"note": "back at 5"}}
        with pytest.raises(UsageError, match="metadata takes"):
            scene.client.set_presence("busy", {"note": "x" * 5000})
        await scene.client.disconnect()

    asyncio.run(run())
