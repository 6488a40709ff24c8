"""A MESSAGE as an outbox store keeps it."""

from typing import Any

from ..messages import Scope
from .wire_form import Plain


class StoredMessage(Plain, frozen=True):
    """A message without an answer, with what is needed to send it again."""

    message_id: str
    """UUID, the same for every send."""
    event: str
    payload: Any
    scope: Scope | None = None
    first_sent_at: int | None = None
    """When it was first sent, by the client's own clock in milliseconds since 1970; None before
    (MSG-6). The re-send window counts from here."""
