"""One side of the exchange: a client of the starter contract, as a team writes it."""

import asyncio
import json
import sys

from my_events import (
    ApplicationEvent,
    ChatMessage,
    Client,
    Notice,
    OrderCreated,
    UsageError,
)
from my_events.session.notices import InvalidEvent

SCOPE = {"place": "demo"}


def tell(**what: object) -> None:
    """Print what was seen."""
    print(json.dumps(what), flush=True)  # noqa: T201 - the test reads it


async def main(url: str, name: str, others: str) -> None:
    """Say one line, and hear those of the others and an order."""
    awaited = {*others.split(","), "order"}
    complete = asyncio.Event()

    def saw(whom: str) -> None:
        awaited.discard(whom)
        if not awaited:
            complete.set()

    client = Client(url, user_id=name, start_from="earliest")

    @client.on("chat_message")
    def line(event: ApplicationEvent[ChatMessage]) -> None:
        tell(heard=event.payload.text, **{"from": event.sender_id})
        saw(event.sender_id or "")

    @client.on("order_created")
    def order(event: ApplicationEvent[OrderCreated]) -> None:
        tell(order=event.payload.order_id, cents=event.payload.total_cents)
        saw("order")

    @client.on_notice
    def noticed(notice: Notice) -> None:
        if isinstance(notice, InvalidEvent):
            tell(invalid=notice.event, problem=notice.problem)

    async with client:
        tell(ready=True)
        for wrong in (
            client.send("chat_message", ChatMessage(text=7), scope=SCOPE),  # type: ignore[arg-type]
            client.send("order_created", ChatMessage(text="x"), scope=SCOPE),  # type: ignore[arg-type]
        ):
            try:
                await wrong
            except UsageError as error:
                tell(refused=str(error))
        await client.send("chat_message", ChatMessage(text=f"hello from {name}"), scope=SCOPE)
        await complete.wait()


asyncio.run(main(*sys.argv[1:]))
