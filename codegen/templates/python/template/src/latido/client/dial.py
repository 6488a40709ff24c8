"""What opens connections, and how a client asks for one."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from typing import Final, Protocol, TypeAlias
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from ..session.effects import Open
from ..tables import SUBPROTOCOL

CLOSE_TIMEOUT_S: Final = 2.0
"""How long a closing handshake may take before the socket is dropped, in seconds."""


@dataclass(frozen=True, slots=True)
class DialRequest:
    """How to reach the server."""

    url: str
    """With the query of this attempt, without the token."""
    subprotocols: Sequence[str]
    """Subprotocols to offer, without a bearer entry."""
    token: str | None = field(default=None, repr=False)


class SocketListener(Protocol):
    """What a socket reports. Nothing comes after `ended`."""

    def opened(self) -> None: ...

    def text(self, text: str) -> None: ...

    def ended(self, code: int, reason: str) -> None:
        """`code`: the close code, 1006 where there was none."""


class Socket(Protocol):
    """An open or opening connection."""

    def send(self, text: str) -> None: ...

    def close(self, code: int, reason: str) -> Awaitable[None]:
        """Close, reporting nothing more; in 2 s at most nothing of the socket is left."""


Dial: TypeAlias = Callable[[DialRequest, SocketListener], Socket]
"""Opens a socket. Must not report before it has returned."""


def dial_request(base_url: str, effect: Open) -> DialRequest:
    """The URL and subprotocols of an attempt (CONN-2, CONN-8).

    The token travels as the dialler can.
    """
    query: dict[str, object] = {
        "userId": effect.user_id,
        "deviceId": effect.device_id,
        "attempt": effect.attempt,
        "intentAgeMs": effect.intent_age_ms,
    }
    if effect.heartbeat_ms is not None:
        query["heartbeatMs"] = effect.heartbeat_ms
    parts = urlsplit(base_url)
    others = [
        (name, value)
        for name, value in parse_qsl(parts.query, keep_blank_values=True)
        if name not in query
    ]
    url = urlunsplit(
        parts._replace(path=parts.path or "/", query=urlencode([*others, *query.items()]))
    )
    return DialRequest(url, (SUBPROTOCOL,), effect.token)
