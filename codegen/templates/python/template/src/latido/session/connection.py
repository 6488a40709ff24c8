"""The connection over all its attempts: when to dial, and what an end means."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal, TypeAlias

from ..lifecycle import CLIENT_CONNECTION, ClientConnectionInput, ClientConnectionState
from ..messages import ClientDisconnectFrame, ServerDisconnectFrame
from ..tables import CloseCode, Timers, close_rule
from . import effects, notices
from .backoff import ReturnAdvice, advice_of, circuit_rest, retry_delay
from .machine import Move, RunningMachine
from .port import Port
from .settings import FixedToken, SessionSettings
from .timers import TimerName

_EndInput: TypeAlias = Literal[
    "ended", "tick:connectTimeout", "tick:heartbeatDeadline", "token:failed"
]
_ATTEMPT_TIMERS: tuple[TimerName, ...] = ("connect_timeout", "stable", "backoff", "circuit_rest")


@dataclass(frozen=True, slots=True)
class _End:
    code: int
    reason: str
    own: bool
    """This client closed the connection for a reason of its own."""


class Connection:
    """One client and its connection to the server."""

    port: Port

    def __init__(
        self, settings: SessionSettings, *, lost: Callable[[], None], closed: Callable[[], None]
    ) -> None:
        """`lost`: a connection that had brought CONNECT is over. `closed`: the client is over.

        Both are called before the next state is told.
        """
        self._settings = settings
        self._lost = lost
        self._closed = closed
        self._machine: RunningMachine[ClientConnectionState, ClientConnectionInput]
        self._machine = RunningMachine(CLIENT_CONNECTION, self._moved)
        self._generation = 0
        self._dialled = False  # the socket of the present generation was asked for and is not over
        self._attempt = settings.first_attempt - 1
        self._intent_at = 0
        self._token_request: int | None = None
        self._connected_at: int | None = None
        self._stable = False
        self._retries = 0  # since the last stable connection, like the failures
        self._failures = 0
        self._fresh_token_armed = True
        self._disconnect: ServerDisconnectFrame | None = None
        self._not_before = 0  # until when a retryAfterMs forbids an early attempt
        self._early_at: int | None = None

    @property
    def state(self) -> ClientConnectionState:
        return self._machine.state

    @property
    def generation(self) -> int:
        return self._generation

    def accepts(self, name: ClientConnectionInput) -> bool:
        return self._machine.accepts(name)

    def stay(self, name: ClientConnectionInput) -> None:
        """An input that changes nothing here."""
        self._machine.stay(name)

    def is_current(self, generation: int) -> bool:
        """RECON-17: whether an event of this generation still counts."""
        return self._dialled and generation == self._generation

    def start(self, name: Literal["connect", "resume"]) -> None:
        """The application wants a session (CONN-5: automatic retries keep counting from here)."""
        self._intent_at = self.port.now
        self._machine.move(name, "connecting")
        self._dial()

    def retry(self, name: Literal["tick:backoff", "tick:circuitRest"]) -> None:
        """The delay or the rest is over."""
        self._machine.move(name, "connecting")
        self._dial()

    def signal(self, name: Literal["signal:online", "signal:visible"]) -> None:
        """The platform says that the network or the page is back."""
        now = self.port.now
        spacing = Timers.early_attempt_ms.default
        too_soon = self._early_at is not None and now - self._early_at < spacing
        if too_soon or now < self._not_before:
            # RECON-15, RECON-16
            self.port.trace(f"{name} ignored: too early for another attempt")
            return
        self._early_at = now
        self._machine.move(name, "connecting")
        self._dial()

    def awaits_token(self, request_id: int) -> bool:
        """Whether this is the answer that the present attempt waits for."""
        return self._token_request == request_id

    def token_received(self, token: str) -> None:
        self._machine.move("token:received", "connecting")
        self._token_request = None
        self._open(token)

    def token_failed(self, problem: str) -> None:
        self.port.notify(notices.TokenFailed(problem=problem))
        end = _End(CloseCode.ABNORMAL, "the token provider failed", own=True)
        self._end("token:failed", end)

    def opened(self) -> None:
        self._machine.move("opened", "connecting")

    def connected(self) -> None:
        """CONNECT has arrived."""
        port = self.port
        self._machine.move("frame:CONNECT", "connected")
        self._connected_at = port.now
        self._stable = False
        port.timers.clear("connect_timeout")
        port.timers.set("stable", port.now, port.announced.reconnect.stable_after_ms)
        self._tell()

    def announce_end(self, frame: ServerDisconnectFrame) -> None:
        self._machine.stay("frame:DISCONNECT")
        self._disconnect = frame

    def become_stable(self) -> None:
        """RECON-9: from now on an end is no failure in a row."""
        self._machine.move("tick:stable", "connected")
        self._mark_stable()

    def ended(self, code: int, reason: str) -> None:
        self._dialled = False
        self._end("ended", _End(code, reason, own=False))

    def give_up(
        self,
        name: Literal["ended", "tick:connectTimeout", "tick:heartbeatDeadline"],
        code: int,
        reason: str,
    ) -> None:
        """This client gives the connection up for a reason of its own."""
        self._close(code, reason)
        self._end(name, _End(code, reason, own=True))

    def leave(self, name: Literal["suspend", "disconnect"], reason: str | None) -> None:
        """Leave on purpose: presence ends at once (MSG-30)."""
        port = self.port
        was_connected = self.state == "connected"
        if was_connected:
            port.send(ClientDisconnectFrame(reason=reason, timestamp=port.timestamp))
        self._close(CloseCode.NORMAL, reason or "")
        self._forget_attempt()
        self._retries = 0
        self._machine.move(name, "suspended" if name == "suspend" else "closed")
        if was_connected:
            self._lost()
        if name == "suspend":
            self._tell()
            return
        port.timers.clear_all()
        self._closed()
        self._tell(code=CloseCode.NORMAL, reason="disconnect" if reason is None else reason)

    def _moved(
        self,
        source: ClientConnectionState,
        name: ClientConnectionInput,
        target: ClientConnectionState,
    ) -> None:
        self.port.moved(Move("clientConnection", "", source, name, target))

    def _dial(self) -> None:
        port = self.port
        self._clear_waits()
        self._generation += 1
        port.timers.set("connect_timeout", port.now, self._settings.connect_timeout_ms)  # CONN-20
        self._tell()
        match self._settings.tokens:
            case "provider":  # AUTH-17: every connection with a token of its own
                self._token_request = self._generation
                port.emit(effects.RequestToken(request_id=self._generation, purpose="connect"))
            case FixedToken(token):
                self._open(token)
            case None:
                self._open(None)

    def _open(self, token: str | None) -> None:
        settings, port = self._settings, self.port
        self._attempt += 1  # CONN-4
        self._dialled = True
        port.timers.set("connect_timeout", port.now, settings.connect_timeout_ms)
        port.emit(
            effects.Open(
                generation=self._generation,
                user_id=settings.user_id,
                device_id=settings.device_id,
                attempt=self._attempt,
                intent_age_ms=max(0, port.now - self._intent_at),
                heartbeat_ms=settings.heartbeat_ms,
                token=token,
            )
        )

    def _close(self, code: int, reason: str) -> None:
        if not self._dialled:
            return
        self._dialled = False
        self.port.emit(effects.Close(generation=self._generation, code=int(code), reason=reason))

    def _end(self, name: _EndInput, end: _End) -> None:
        """RECON-19: the own reason decides, else the code of a DISCONNECT, else the close code."""
        told = self._disconnect
        code, reason = end.code, end.reason
        if told is not None and not end.own:
            code, reason = told.code, told.reason
        was_connected = self.state == "connected"
        after_stable = self._count_end()
        forbidden = told is not None and not told.reconnect
        stops = forbidden or self._stops(code)  # RECON-28, RECON-29
        advice = advice_of(told, draining=close_rule(code).reconnect == "backoff_spread")
        self._forget_attempt()
        if stops:
            self._machine.move(name, "closed")
            if was_connected:
                self._lost()
            self.port.timers.clear_all()
            self._closed()
            self._tell(code=code, reason=reason)
            return
        opens = self._failures >= self.port.announced.reconnect.circuit_after  # RECON-12
        self._machine.move(name, "circuit_open" if opens else "backoff")
        if was_connected:
            self._lost()
        retry_in_ms = self._wait(advice, resting=opens, after_stable=after_stable)
        self._tell(retry_in_ms=retry_in_ms, code=code, reason=reason)
        self.port.notify(notices.Reconnecting(attempt=self._retries, retry_in_ms=retry_in_ms))

    def _count_end(self) -> bool:
        """Count the end; says whether a stable connection came before this retry."""
        since = self._connected_at
        lasts_ms = self.port.announced.reconnect.stable_after_ms
        if since is not None and self.port.now - since >= lasts_ms:
            self._mark_stable()
        if not self._stable:
            self._failures += 1  # RECON-9
        return self._stable

    def _mark_stable(self) -> None:
        self._stable = True
        self._retries = 0
        self._failures = 0
        self._fresh_token_armed = True  # RECON-26

    def _stops(self, code: int) -> bool:
        has_provider = self._settings.tokens == "provider"
        match close_rule(code).reconnect:
            case "stop":
                return True
            case "token":  # RECON-24
                return not has_provider
            case "fresh_token_once":  # RECON-25
                goes_on = has_provider and self._fresh_token_armed
                self._fresh_token_armed = False
                return not goes_on
            case "stop_if_asked" | "backoff" | "backoff_spread":
                return False  # RECON-23: an end that was asked for never comes here

    def _wait(self, advice: ReturnAdvice, *, resting: bool, after_stable: bool) -> int:
        port = self.port
        reconnect = port.announced.reconnect
        retry_in_ms = (
            circuit_rest(reconnect, advice, port.random)
            if resting
            else retry_delay(
                self._retries, reconnect, advice, after_stable=after_stable, random=port.random
            )
        )
        self._retries += 1
        self._not_before = port.now + advice.retry_after_ms
        port.timers.set("circuit_rest" if resting else "backoff", port.now, retry_in_ms)
        return retry_in_ms

    def _forget_attempt(self) -> None:
        """What belonged to the attempt alone."""
        self._clear_waits()
        self._dialled = False
        self._token_request = None
        self._connected_at = None
        self._stable = False
        self._disconnect = None
        self._not_before = 0

    def _clear_waits(self) -> None:
        for name in _ATTEMPT_TIMERS:
            self.port.timers.clear(name)

    def _tell(
        self, *, retry_in_ms: int | None = None, code: int | None = None, reason: str | None = None
    ) -> None:
        change = effects.StateChange(
            state=self.state,
            attempt=self._retries,
            retry_in_ms=retry_in_ms,
            code=code,
            reason=reason,
        )
        self.port.emit(effects.State(state=change))
