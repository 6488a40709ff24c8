"""The callers of `send` that have no result yet (MSG-23: each is settled once)."""

import asyncio
from typing import Final

from ..errors import ClosedError, FrameTooLargeError, LatidoError, OutboxFullError, UsageError
from ..session.send_result import Refusal, SendResult

_ID_IN_USE: Final = "message_id is that of a message without a result; use a new UUID"


class PendingSends:
    """Futures by messageId."""

    def __init__(self) -> None:
        self._pending: dict[str, asyncio.Future[SendResult]] = {}

    def add(self, message_id: str) -> asyncio.Future[SendResult]:
        """A new one; raises UsageError when the id is in use."""
        if message_id in self._pending:
            raise UsageError(_ID_IN_USE)
        future = self._pending[message_id] = asyncio.get_running_loop().create_future()
        return future

    def settle(self, message_id: str, result: SendResult) -> bool:
        """Say what became of a message; answers whether it was one of this process."""
        future = self._pending.pop(message_id, None)
        if future is None:
            return False
        if not future.done():  # its caller may have been cancelled
            future.set_result(result)
        return True

    def refuse(self, message_id: str, refusal: Refusal, closed: ClosedError) -> None:
        """Raise at the caller."""
        future = self._pending.pop(message_id, None)
        if future is not None and not future.done():
            future.set_exception(_error_of(refusal, closed))


def _error_of(refusal: Refusal, closed: ClosedError) -> LatidoError:
    limit, found = refusal.limit or 0, refusal.bytes or 0
    match refusal.why:
        case "closed":
            return closed
        case "id_in_use":
            return UsageError(_ID_IN_USE)
        case "outbox_full":
            return OutboxFullError(limit)
        case "frame_too_large":
            return FrameTooLargeError("frame", limit, found)
        case "payload_too_large":
            return FrameTooLargeError("payload", limit, found)
