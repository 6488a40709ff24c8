"""Renews the token of a running session, in band. Only with a token provider."""

from math import floor
from typing import Final

from ..messages import TokenLife, TokenRefreshFrame
from ..tables import Timers
from . import effects, notices
from .backoff import doubling
from .port import Port

_JITTER: Final = 0.1
"""AUTH-8: chance moves a refresh earlier by at most this share."""


class TokenRefresh:
    """The questions to the provider that are not for a new connection."""

    def __init__(self, port: Port, *, has_provider: bool) -> None:
        self._port = port
        self._has_provider = has_provider
        self._requests = 0  # numbered below 0, where no generation is
        self._request: int | None = None
        self._offered = False  # TOKEN_REFRESH is sent and not answered (AUTH-9)
        self._failures = 0

    def lives(self, life: TokenLife | None) -> None:
        """CONNECT or TOKEN_REFRESHED tells how long the token lives."""
        self.stop()
        if life is None or not self._has_provider:
            return
        port = self._port
        due_ms = max(life.expires_in_ms / 2, life.expires_in_ms - life.refresh_lead_ms)
        port.timers.set("token_refresh", port.now, floor(due_ms * (1 - _JITTER * port.random())))

    def due(self, timeout_ms: int) -> None:
        """It is time to ask the provider."""
        port = self._port
        self._requests -= 1
        self._request = self._requests
        port.timers.set("token_timeout", port.now, timeout_ms)
        port.emit(effects.RequestToken(request_id=self._request, purpose="refresh"))

    def awaits(self, request_id: int) -> bool:
        return self._request == request_id

    def received(self, token: str) -> None:
        port = self._port
        self._request = None
        port.timers.clear("token_timeout")
        self._failures = 0
        self._offered = True
        port.send(TokenRefreshFrame(token=token, timestamp=port.timestamp))

    def failed(self, problem: str) -> None:
        """AUTH-19: try again while the session lives."""
        port = self._port
        self._request = None
        port.timers.clear("token_timeout")
        bound = port.announced.reconnect.max_delay_ms
        wait_ms = doubling(Timers.base_delay_ms.default, self._failures, bound)
        port.timers.set("token_refresh", port.now, wait_ms)
        self._failures += 1
        port.notify(notices.TokenFailed(problem=problem))

    def refused(self) -> bool:
        """ERROR unauthorized: the session lives on. Says whether it answered an offer."""
        answers = self._offered
        self._offered = False
        return answers

    def stop(self) -> None:
        self._request = None
        self._offered = False
        self._failures = 0
        self._port.timers.clear("token_refresh")
        self._port.timers.clear("token_timeout")
