"""What a contract says of the events of an application."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias

from .decoding import DecodeError
from .errors import UsageError


@dataclass(frozen=True, slots=True)
class EventRow:
    """What is known of one event."""

    module: str
    """Module that takes it (ROUTE-4)."""
    decode: Callable[[Any], Any]
    """Gives the payload its type, from what JSON has; raises DecodeError."""
    sent_by_clients: bool
    """Whether clients may send it (MSG-34)."""


EventTable: TypeAlias = Mapping[str, EventRow]
"""The events of an application, by name."""


def typed_payload(table: EventTable | None, event: str, payload: Any) -> Any:
    """Give a payload the type that the contract says; raises DecodeError.

    Where the contract knows no such event, it stays as it came.
    """
    row = None if table is None else table.get(event)
    return payload if row is None else row.decode(payload)


def check_send(table: EventTable | None, event: str, payload: Any) -> None:
    """Raise UsageError unless the contract lets clients send this."""
    if table is None:
        return
    row = table.get(event)
    if row is None or not row.sent_by_clients:
        sent = [name for name, each in table.items() if each.sent_by_clients]
        instead = f"clients send {', '.join(sent)}" if sent else "clients send none"
        known = "an event of the contract" if row is None else "for clients to send"
        raise UsageError(f'"{event}" is not {known}; {instead}')
    try:
        row.decode(payload)
    except DecodeError as error:
        raise UsageError(f'The payload of "{event}": {error.problem}') from error
