"""Uses of a package made from events.yaml that type-check under mypy --strict."""

from typing import Any, assert_type

from awkward_shop import ApplicationEvent, Client, Line, Order
from awkward_shop.client import EventIterator


def order_seen(event: ApplicationEvent[Order]) -> None:
    """Take an order."""
    assert_type(event.payload.order_id, str)


def anything_seen(event: ApplicationEvent[Any]) -> None:
    """Take whatever comes."""


async def use(client: Client) -> None:
    """Listen and send as the contract says."""
    client.on("order_created", order_seen)
    client.on("order_updated", order_seen, throttle_ms=100)
    client.on("anything", anything_seen)
    client.on("*", anything_seen)

    @client.on("support.chat-message")
    async def line(event: ApplicationEvent[Line]) -> None:
        assert_type(event.payload.text, str)
        await client.send("typing", "ana")

    @client.on("tags")
    def tags(event: ApplicationEvent[tuple[str, ...]]) -> None:
        assert_type(event.payload, tuple[str, ...])

    @client.on()
    def every(event: ApplicationEvent[Any]) -> None:
        anything_seen(event)

    assert_type(client.events("order_created"), EventIterator[Order])
    assert_type(client.events(), EventIterator[Any])
    await client.send("support.chat-message", Line(text="hi"), scope={"shop": "madrid"})
    await client.send("line_seen", "ana", message_id="0b8f3c62-7e01-4a59-b7b7-5f2b4e0f0a01")
    for listener in (line, tags, every):
        client.off(listener)
