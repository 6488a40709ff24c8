"""One stream of the session. It knows of the connection only whether there is one."""

from typing import Literal

from msgspec.structs import replace

from ..lifecycle import CLIENT_STREAM, ClientStreamInput, ClientStreamState
from ..messages import EventFrame, FullRefreshFrame, Scope, StreamHead, StreamPosition, SyncFrame
from . import effects, notices
from .kept_events import KeptEvents
from .known_head import KnownHead
from .machine import Move, RunningMachine
from .reload import PendingReload, ReloadQueue
from .stream_host import StreamHost, StreamLegacy
from .sync_request import SyncRequest


class Stream:
    """Its position, what is kept for it, and what is asked for."""

    def __init__(self, name: str, host: StreamHost, legacy: StreamLegacy, kept_events: int) -> None:
        self.name = name
        self._host = host
        self._port = host.port
        self._machine: RunningMachine[ClientStreamState, ClientStreamInput]
        self._machine = RunningMachine(CLIENT_STREAM, self._moved)
        self._kept = KeptEvents(kept_events)
        self._known = KnownHead()
        self._request = SyncRequest()
        self._reload = ReloadQueue()
        self._scope: Scope | None = None
        self._module: str | None = None
        self._epoch = legacy.position.epoch
        self._last = legacy.position.last_event_id  # the last id handed to the application
        self._reach = self._last  # up to here nothing is missing: delivered, or kept without a hole
        self._busy = legacy.busy  # the event whose handler runs
        self._more_pages = False  # the server said that its page was not the last

    @property
    def state(self) -> ClientStreamState:
        return self._machine.state

    @property
    def kept_events(self) -> int:
        return len(self._kept)

    @property
    def position(self) -> StreamPosition:
        """The own position: everything up to it was handed to the application."""
        return StreamPosition(stream=self.name, epoch=self._epoch, last_event_id=self._last)

    @property
    def legacy(self) -> StreamLegacy:
        return StreamLegacy(self.position, self._busy)

    @property
    def is_current(self) -> bool:
        """Nothing is missing and no reload runs."""
        return self.state != "reloading" and (self.state == "forbidden" or not self._is_behind())

    def accepts(self, name: ClientStreamInput) -> bool:
        return self._machine.accepts(name)

    def connected(self, head: StreamHead) -> None:
        """A new connection, or a new stream list, names the stream."""
        self._listed(head)
        self._look("connected")

    def relisted(self, head: StreamHead) -> None:
        """A new stream list on the present connection names the stream."""
        self._listed(head)
        self._look("head")

    def head(self, place: StreamPosition) -> None:
        """A frame names a head of the stream."""
        self._known.see(place.epoch, place.last_event_id, self._epoch)
        self._look("head")

    def event(self, frame: EventFrame) -> None:
        self._apply(frame)
        self._deliver()
        self._look("event")

    def page(self, frame: SyncFrame) -> None:
        if frame.epoch == self._epoch:
            self._known.clear_unless(frame.epoch)  # SYNC-7
        self._known.see(frame.epoch, frame.head_event_id, self._epoch)
        reach_before = self._reach
        for event in frame.events:
            if event.stream == self.name:  # SYNC-12
                self._apply(event)
        self._deliver()
        if self._request.is_answered_from(frame.from_event_id):
            self._settle()
            self._request.no_error()
            self._more_pages = not frame.complete  # SYNC-30
            if self._reach > reach_before or not self._is_behind():
                self._request.progressed()
            else:
                self._wait(self._request.wait_after_nothing())  # SYNC-32
        self._look("page")

    def refresh(self, frame: FullRefreshFrame) -> None:
        self._settle()  # SYNC-13
        self._request.reset()
        self._port.timers.clear("sync_retry", self.name)
        self._more_pages = False
        self._known.clear()  # SYNC-5
        self._kept.retain_only(frame.epoch)  # SYNC-6
        self._machine.move("refresh", "reloading")
        if self._reload.add(frame):
            self._start_reload()

    def refused(
        self, name: Literal["error:forbidden_stream", "error:retryable"], retry_after_ms: int
    ) -> None:
        """An ERROR named the stream."""
        self._settle()
        if name == "error:forbidden_stream":
            self._port.timers.clear("sync_retry", self.name)
            self._machine.move(name, "forbidden")  # SYNC-21
            return
        self._wait(self._request.wait_after_error(retry_after_ms))  # SYNC-22
        self._machine.move(name, "syncing")

    def handled(self, epoch: str, event_id: int) -> None:
        """The handlers of the event that was delivered last have finished (STREAM-14)."""
        if self._busy != event_id or epoch != self._epoch:
            return
        self._busy = None
        position = StreamPosition(stream=self.name, epoch=epoch, last_event_id=event_id)
        self._port.emit(effects.StorePosition(position=position))  # POS-2
        self._host.processed(position, 1)
        if self.state == "reloading":
            self._start_reload()
        self._deliver()
        self._ask()

    def reloaded(self, reload_id: int, snapshot_id: int | None) -> None:
        """The application has reloaded; its snapshot may know the id that it contains."""
        reload = self._reload.current
        if reload is None or not self._reload.is_running(reload_id):
            return
        self._adopt(reload, snapshot_id)
        self._port.notify(notices.Refreshed(stream=self.name, reason=reload.frame.reason))
        if self._reload.ended() is None:
            self._deliver()
            self._look("reloadEnded")  # SYNC-8
            return
        self._machine.move("reloadEnded", "reloading")  # REFRESH-14
        self._start_reload()

    def reload_failed(self, reload_id: int, problem: str) -> None:
        if not self._reload.is_running(reload_id):
            return
        port = self._port
        retry_in_ms = self._reload.failed(port.announced.reconnect.max_delay_ms)
        port.timers.set("reload_retry", port.now, retry_in_ms, self.name)
        self._machine.move("reloadFailed", "reloading")
        port.notify(
            notices.ReloadFailed(stream=self.name, problem=problem, retry_in_ms=retry_in_ms)
        )

    def reload_again(self) -> None:
        self._machine.move("tick:reloadRetry", "reloading")
        self._start_reload()

    def heartbeat_acknowledged(self, count: int) -> None:
        """SYNC-15: a request is timed from the answer to a heartbeat that was sent after it."""
        if self._request.starts_timing(count):
            port = self._port
            port.timers.set("sync_timeout", port.now, port.announced.sync_timeout_ms, self.name)

    def request_ran_out(self) -> None:
        if self._request.ran_out():
            self._machine.move("tick:syncTimeout", "live")
            self._host.unanswered()
            return
        self._machine.move("tick:syncTimeout", "syncing")
        self._ask()

    def wait_is_over(self) -> None:
        self._machine.move("tick:syncRetry", "syncing" if self._is_behind() else "live")
        self._ask()

    def connection_lost(self) -> None:
        self._settle()
        self._request.reset()  # SYNC-10
        self._more_pages = False
        self._port.timers.clear("sync_retry", self.name)
        # REFRESH-21: a reload goes on
        self._machine.move("connectionLost", "reloading" if self.state == "reloading" else "live")

    def removed(self) -> None:
        """STREAM-13: no longer in the session's set."""
        self._machine.move("removed", "removed")
        self._settle()
        self._port.timers.clear("sync_retry", self.name)
        self._port.timers.clear("reload_retry", self.name)
        self.close()

    def close(self) -> None:
        """Hand nothing more to the application; a handler that runs may still end."""
        self._kept.clear()
        self._reload.clear()

    def _moved(
        self, source: ClientStreamState, name: ClientStreamInput, target: ClientStreamState
    ) -> None:
        self._port.moved(Move("clientStream", self.name, source, name, target))

    def _listed(self, head: StreamHead) -> None:
        if head.scope is not None:
            self._scope = head.scope
        if head.module is not None:
            self._module = head.module
        self._known.see(head.epoch, head.last_event_id, self._epoch)

    def _apply(self, event: EventFrame) -> None:
        """STREAM-6, STREAM-7, STREAM-8: drop what was delivered, keep the rest until its turn."""
        counters = self._port.counters
        self._known.see(event.epoch, event.event_id, self._epoch)
        own = event.epoch == self._epoch
        if own and event.event_id <= self._last:
            counters.duplicates_dropped += 1
            return
        if own and event.event_id == self._last + 1 and self._is_free():
            self._hand(event)
            self._reach = self._kept.run_from(self._epoch, max(self._reach, self._last))
            return
        outcome = self._kept.keep(event)
        match outcome:
            case "duplicate":
                counters.duplicates_dropped += 1
            case "overflow" | "replaced the newest":
                counters.overflow_dropped += 1
            case "kept":
                pass
        if own and outcome in ("kept", "replaced the newest"):
            start = self._reach if outcome == "kept" else self._last
            self._reach = self._kept.run_from(self._epoch, start)

    def _deliver(self) -> None:
        """Hand the next event to the application, if it was kept."""
        if self._is_free():
            event = self._kept.take(self._epoch, self._last + 1)
            if event is not None:
                self._hand(event)

    def _is_free(self) -> bool:
        """Neither a handler nor a reload runs."""
        return self._busy is None and self.state != "removed" and self._reload.current is None

    def _hand(self, event: EventFrame) -> None:
        self._last = event.event_id
        self._busy = event.event_id
        self._port.counters.events_delivered += 1
        if event.scope is None and self._scope is not None:
            event = replace(event, scope=self._scope)  # LIB-9: what the stream is about
        self._port.emit(effects.Deliver(event=event, module=self._module))

    def _is_behind(self) -> bool:
        return self._more_pages or self._known.is_beyond(self._epoch, self._reach)

    def _look(self, name: Literal["connected", "head", "event", "page", "reloadEnded"]) -> None:
        """SYNC-2: compare with the known head, and ask where something is missing."""
        before = self.state
        if self._reload.current is not None:
            self._machine.move(name, "reloading")
            return
        stays = before == "syncing" and name in ("head", "event")
        unsettled = before == "syncing" and name == "page" and self._is_asking()
        # Without a connection there is nobody to ask; the next one compares again.
        behind = self._port.connected and self._is_behind()
        self._machine.move(name, "syncing" if stays or unsettled or behind else "live")
        if behind and before != "syncing":
            self._port.counters.gaps += 1
        self._ask()

    def _is_asking(self) -> bool:
        waits = self._port.timers.at("sync_retry", self.name) is not None
        return self._request.outstanding or waits

    def _ask(self) -> None:
        """Ask for what follows the own position, once everything at hand was delivered.

        Asking earlier would bring the same events again, and a hanging handler would keep the
        server busy.
        """
        port = self._port
        if self.state != "syncing" or not port.connected or self._is_asking():
            return
        if self._reach > self._last:
            return
        if not self._is_behind():
            self._wait(0)  # an event closed the gap: nothing to ask for
            return
        self._more_pages = False
        self._request.asked(self._last, self._host.heartbeats_sent())
        port.counters.syncs_requested += 1
        self._host.request_sync(self.position)  # SYNC-4

    def _settle(self) -> None:
        self._request.settle()
        self._port.timers.clear("sync_timeout", self.name)

    def _wait(self, wait_ms: int) -> None:
        self._port.timers.set("sync_retry", self._port.now, wait_ms, self.name)

    def _start_reload(self) -> None:
        """STREAM-14: a handler that runs is waited for."""
        reload = self._reload.current
        if reload is None or self._reload.running or self._busy is not None:
            return
        reload_id = self._host.next_reload_id()
        self._reload.started(reload_id)
        self._port.counters.refreshes += 1
        frame = reload.frame
        refresh = effects.Refresh(
            stream=self.name,
            epoch=frame.epoch,
            last_event_id=frame.last_event_id,
            reason=frame.reason,
            scope=self._scope if frame.scope is None else frame.scope,
            module=self._module if frame.module is None else frame.module,
        )
        self._port.emit(effects.Reload(reload_id=reload_id, refresh=refresh))

    def _adopt(self, reload: PendingReload, snapshot_id: int | None) -> None:
        """REFRESH-15 to REFRESH-19: epoch and id together, once the application has reloaded."""
        frame = reload.frame
        keeps_place = frame.epoch == self._epoch and not reload.lowers
        base = max(self._last, frame.last_event_id) if keeps_place else frame.last_event_id
        if frame.epoch != self._epoch:
            self._kept.drop(self._epoch)
        self._epoch = frame.epoch
        self._last = max(base, snapshot_id or 0)
        self._kept.drop_through(self._epoch, self._last)
        self._reach = self._kept.run_from(self._epoch, self._last)
        self._port.emit(effects.StorePosition(position=self.position))
        self._host.processed(self.position, 1)  # REFRESH-20
