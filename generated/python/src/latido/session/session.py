"""The client side of the protocol without input or output."""

from collections.abc import Callable, Mapping, Sequence

from msgspec.structs import asdict

from ..lifecycle import ClientConnectionInput, ClientConnectionState
from ..messages import PresenceUpdatePayload
from ..tables import CloseCode
from . import effects, inputs
from .machine import Move
from .parts import SessionParts
from .peers import Group
from .receiver import Receiver
from .send_result import Refusal
from .settings import SessionSettings
from .statistics import Statistics
from .timers import DueTimer


class Session:
    """It is told what happens and when, and answers with effects and the time of its next work.

    It owns no socket, no clock and no chance.
    """

    def __init__(
        self,
        settings: SessionSettings,
        random: Callable[[], float],
        moved: Callable[[Move], None] | None = None,
    ) -> None:
        """`random`: uniform in [0, 1), the only chance there is.

        `moved` is told of every row of the lifecycle tables that is taken, for tests and diagrams.
        """
        self._parts = SessionParts(settings, random, moved)
        self._receiver = Receiver(self._parts)
        self._handling = False

    @property
    def deadline(self) -> int | None:
        """When `inputs.Tick` next has work, in the time of `handle`; None when it has none."""
        return self._parts.port.timers.deadline

    @property
    def chances(self) -> Sequence[float]:
        """What chance gave during the last input, in order: with it the input can be replayed."""
        return self._parts.port.chances

    @property
    def state(self) -> ClientConnectionState:
        return self._parts.connection.state

    @property
    def groups(self) -> Mapping[str, Group]:
        """Presence by group name. A live view."""
        return self._parts.peers.groups

    def statistics(self) -> Statistics:
        parts = self._parts
        return Statistics(
            **asdict(parts.port.counters),
            outbox_size=len(parts.outbox),
            in_flight=parts.outbox.in_flight,
            kept_events=parts.streams.kept_events,
            streams=len(parts.streams),
        )

    def handle(self, given: inputs.SessionInput, now: int) -> Sequence[effects.SessionEffect]:
        """Take one input; answers what is to be done, in order.

        `now`: milliseconds since 1970 by a clock that never goes back. Raises RuntimeError when
        called while it is handling: effects are performed afterwards.
        """
        if self._handling:
            raise RuntimeError("A session takes one input at a time")
        self._handling = True
        try:
            self._parts.port.begin(now)
            self._take(given)
            self._finish()
            return self._parts.port.effects
        finally:
            self._handling = False

    def _take(self, given: inputs.SessionInput) -> None:
        parts = self._parts
        connection = parts.connection
        match given:
            case inputs.Frame(generation=generation, text=text):
                if connection.is_current(generation):
                    self._receiver.receive(text)
                else:
                    parts.port.trace("frame ignored: of an attempt that is over")
            case inputs.Tick():
                parts.port.timers.fire(parts.port.now, self._timer)
            case inputs.Handled() | inputs.Reloaded() | inputs.ReloadFailed():
                parts.streams.reported(given)
            case inputs.Send():
                if connection.state == "closed":
                    self._refuse_closed(given.message_id)
                else:
                    parts.outbox.add(given)
            case inputs.MessageStored():
                parts.outbox.stored(given)
            case inputs.Opened(generation=generation):
                if self._counts(generation, "opened"):
                    connection.opened()
            case inputs.Ended(generation=generation, code=code, reason=reason):
                if self._counts(generation, "ended"):
                    connection.ended(code, reason)
            case inputs.Token(request_id=request_id, token=token):
                self._token(request_id, token)
            case inputs.TokenFailed(request_id=request_id, problem=problem):
                self._token_failed(request_id, problem)
            case inputs.SetPresence(status=status, metadata=metadata):
                parts.presence.set(PresenceUpdatePayload(status=status, metadata=metadata))
            case inputs.Signal(signal="online"):
                if self._accepts("signal:online"):
                    connection.signal("signal:online")
            case inputs.Signal():
                if self._accepts("signal:visible"):
                    connection.signal("signal:visible")
            case inputs.Connect():
                if self._accepts("connect"):
                    parts.outbox.expire()
                    connection.start("connect")
            case inputs.Resume():
                if self._accepts("resume"):
                    parts.outbox.expire()
                    connection.start("resume")
            case inputs.Suspend():
                if self._accepts("suspend"):
                    parts.acks.flush()
                    connection.leave("suspend", None)
                    parts.recovery.forget()
            case inputs.Disconnect(reason=why):
                if self._accepts("disconnect"):
                    parts.acks.flush()
                    connection.leave("disconnect", why)
                    parts.recovery.forget()

    def _finish(self) -> None:
        """What several parts of one input made due goes out together, after everything else."""
        parts = self._parts
        if parts.acks.is_full:
            parts.acks.flush()  # ACK-3
        if parts.port.connected:
            parts.streams.flush()
            parts.peers.flush()
        parts.recovery.look(parts.streams.are_current)

    def _accepts(self, name: ClientConnectionInput) -> bool:
        connection = self._parts.connection
        if connection.accepts(name):
            return True
        self._parts.port.trace(f"{name} ignored while {connection.state}")
        return False

    def _counts(self, generation: int, name: ClientConnectionInput) -> bool:
        """RECON-17: a late event of an older attempt has no effect."""
        if self._parts.connection.is_current(generation):
            return self._accepts(name)
        self._parts.port.trace(f"{name} ignored: of an attempt that is over")
        return False

    def _refuse_closed(self, message_id: str) -> None:
        refusal = Refusal(why="closed")
        self._parts.port.emit(effects.Refuse(message_id=message_id, refusal=refusal))

    def _token(self, request_id: int, token: str) -> None:
        """The token provider answered, for the present attempt or for a refresh."""
        parts = self._parts
        if parts.connection.awaits_token(request_id):
            parts.connection.token_received(token)
        elif parts.token.awaits(request_id):
            parts.connection.stay("token:received")
            parts.token.received(token)
        else:
            parts.port.trace("token ignored: of a question that is over")

    def _token_failed(self, request_id: int, problem: str) -> None:
        parts = self._parts
        if parts.connection.awaits_token(request_id):
            parts.connection.token_failed(problem)
        elif parts.token.awaits(request_id):
            self._refresh_failed(problem)
        else:
            parts.port.trace("token ignored: of a question that is over")

    def _refresh_failed(self, problem: str) -> None:
        self._parts.connection.stay("token:failed")
        self._parts.token.failed(problem)

    def _timer(self, timer: DueTimer) -> None:
        parts = self._parts
        connection = parts.connection
        match timer.name:
            case "ack":
                parts.acks.flush()
            case "backoff":
                connection.retry("tick:backoff")
            case "circuit_rest":
                connection.retry("tick:circuitRest")
            case "connect_timeout":  # CONN-20
                code = CloseCode.HEARTBEAT_TIMEOUT
                connection.give_up("tick:connectTimeout", code, "no CONNECT in time")
            case "heartbeat":
                connection.stay("tick:heartbeat")
                parts.heartbeat.beat(timer.at)
            case "heartbeat_deadline":
                self._heartbeat_deadline(timer.at)
            case "outbox_window":
                parts.outbox.expire()
            case "presence_timeout":
                parts.peers.timed_out(timer.subject)
            case "stable":
                connection.become_stable()
            case "token_refresh":
                connection.stay("tick:tokenRefresh")
                parts.token.due(parts.settings.connect_timeout_ms)
            case "token_timeout":
                self._refresh_failed("the token provider did not answer in time")
            case "reload_retry" | "sync_retry" | "sync_timeout":
                parts.streams.tick(timer)

    def _heartbeat_deadline(self, at: int) -> None:
        parts = self._parts
        if parts.heartbeat.is_late(at):  # LIVE-5
            parts.connection.stay("tick:heartbeatDeadline")
            parts.heartbeat.start_afresh()
            return
        code = CloseCode.HEARTBEAT_TIMEOUT
        reason = "no sign of life from the server"
        parts.connection.give_up("tick:heartbeatDeadline", code, reason)  # LIVE-4
