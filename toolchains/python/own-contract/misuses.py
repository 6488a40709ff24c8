"""Uses that the contract of events.yaml does not allow.

Each is ignored for the reason that types give. Were one allowed, mypy --strict would find its
ignore unused, and fail.
"""

from typing import Any

from awkward_shop import ApplicationEvent, Client, Line, Order


def line_seen(event: ApplicationEvent[Line]) -> None:
    """Take a line of a conversation."""


async def misuse(client: Client, order: Order) -> None:
    """Make every mistake that types can find."""
    client.on("order_made", line_seen)  # type: ignore[call-overload]
    client.on("order_created", line_seen)  # type: ignore[call-overload]

    @client.on("order_made")  # type: ignore[call-overload, untyped-decorator]
    def unknown(event: ApplicationEvent[Any]) -> None: ...

    @client.on("order_created")  # type: ignore[arg-type]
    def other(event: ApplicationEvent[Line]) -> None: ...

    @client.on("order_created")
    def member(event: ApplicationEvent[Order]) -> None:
        event.payload.order_number  # type: ignore[attr-defined]  # noqa: B018

    client.events("order_made")  # type: ignore[call-overload]
    await client.send("order_created", order)  # type: ignore[call-overload]
    await client.send("support.chat-message", order)  # type: ignore[call-overload]
    await client.send("support.chat-message", {"text": "hi"})  # type: ignore[call-overload]
    await client.send("typing", 7)  # type: ignore[call-overload]
    Line(text=7)  # type: ignore[arg-type]
    Line()  # type: ignore[call-arg]
