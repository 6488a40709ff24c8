"""What a client does with the events of a team's own contract."""

from __future__ import annotations

import asyncio
from typing import Annotated, Any

import msgspec
import pytest

from latido.client import ApplicationEvent, UsageError, client_runtime
from latido.decoding import decoder_of
from latido.event_table import EventRow
from latido.message import Message
from scene import Scene, turns


class Order(Message, frozen=True, kw_only=True):
    """As the generator writes a payload."""

    order_number: Annotated[int, msgspec.Meta(ge=1)]
    note: str | None = None


@pytest.fixture(autouse=True)
def _contract(monkeypatch: pytest.MonkeyPatch) -> None:
    """A contract with two events."""
    events = {
        "chat": EventRow("chat", decoder_of(Order), sent_by_clients=True),
        "order_created": EventRow("orders", decoder_of(Order), sent_by_clients=False),
    }
    monkeypatch.setattr(client_runtime, "EVENTS", events)


@pytest.mark.parametrize(
    ("event", "payload", "message"),
    [
        ("made", 1, '"made" is not an event of the contract; clients send chat'),
        ("order_created", 1, '"order_created" is not for clients to send; clients send chat'),
        ("chat", 7, 'The payload of "chat": the value must be an object'),
        ("chat", {"orderNumber": 0}, 'The payload of "chat": orderNumber must be at least 1'),
        ("chat", Order(order_number=0), 'The payload of "chat": orderNumber must be at least 1'),
    ],
)
def test_refuses_to_send_what_the_contract_does_not_allow(
    event: str, payload: object, message: str
) -> None:
    async def run() -> None:
        scene = Scene()
        socket = await scene.connected()
        with pytest.raises(UsageError) as refused:
            await scene.client.send(event, payload)
        assert str(refused.value) == message
        assert "MESSAGE" not in socket.types()
        await scene.client.disconnect()

    asyncio.run(run())


def test_says_that_clients_send_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    async def run() -> None:
        monkeypatch.setattr(client_runtime, "EVENTS", {})
        with pytest.raises(UsageError, match="clients send none"):
            await Scene().client.send("chat", Order(order_number=1))

    asyncio.run(run())


def test_sends_a_payload_of_a_type_as_its_json() -> None:
    async def run() -> None:
        scene = Scene()
        socket = await scene.connected()
        sending = asyncio.ensure_future(scene.client.send("chat", Order(order_number=17)))
        await turns()
        assert socket.sent[-1]["event"] == "chat"
        assert socket.sent[-1]["payload"] == {"orderNumber": 17}
        await scene.client.disconnect()
        await sending

    asyncio.run(run())


def test_keeps_a_payload_that_the_contract_refuses_from_listeners_by_name() -> None:
    async def run() -> None:
        scene = Scene()
        typed: list[Order] = []
        every: list[Any] = []

        @scene.client.on("order_created")
        def named(event: ApplicationEvent[Any]) -> None:
            typed.append(event.payload)

        @scene.client.on()
        def anything(event: ApplicationEvent[Any]) -> None:
            every.append(event.payload)

        socket = await scene.connected()
        socket.event(1, payload={"orderNumber": "two"})
        socket.event(2, payload={"orderNumber": 2, "more": 1})
        assert typed == [Order(order_number=2)]
        assert every == [{"orderNumber": "two"}, {"orderNumber": 2, "more": 1}]
        [notice] = scene.notices
        assert msgspec.to_builtins(notice) == {
            "kind": "invalid_event",
            "stream": "orders",
            "eventId": 1,
            "event": "order_created",
            "problem": "orderNumber must be an integer",
        }
        await scene.clock.advance(1000)
        assert socket.sent[-1]["streams"][0]["lastEventId"] == 2
        await scene.client.disconnect()

    asyncio.run(run())


def test_leaves_an_event_that_the_contract_does_not_know_as_it_came() -> None:
    async def run() -> None:
        scene = Scene()
        heard: list[Any] = []

        @scene.client.on("later")
        def later(event: ApplicationEvent[Any]) -> None:
            heard.append(event.payload)

        socket = await scene.connected()
        socket.event(1, event="later", payload={"any": 1})
        assert heard == [{"any": 1}]
        assert scene.notices == []
        await scene.client.disconnect()

    asyncio.run(run())
