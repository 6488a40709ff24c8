"""Who else is present, by group name."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Final

from ..messages import (
    PresenceDiffFrame,
    PresenceMember,
    PresenceStateFrame,
    RequestPresenceFrame,
    Scope,
)
from ..tables import Timers
from . import effects, presence_change
from .port import Port

_MAX_QUESTIONS: Final = 3
"""A question that was not answered is repeated this often before the group counts as gone."""


@dataclass(slots=True)
class _KnownGroup:
    group: str
    scope: Scope
    members: dict[str, PresenceMember]
    member_count: int
    truncated: bool
    epoch: str | None
    """Which version `members` are at; None when a new connection or list made it unsure."""
    version: int
    view: "Group" = field(init=False)

    def __post_init__(self) -> None:
        self.view = Group(self)


class Group:
    """What the client knows of one presence group. A live view."""

    def __init__(self, known: _KnownGroup) -> None:
        self._known = known

    @property
    def group(self) -> str:
        """Its name."""
        return self._known.group

    @property
    def scope(self) -> Scope:
        return self._known.scope

    @property
    def members(self) -> Mapping[str, PresenceMember]:
        """Those who are listed, by their user's id."""
        return MappingProxyType(self._known.members)

    @property
    def member_count(self) -> int:
        """How many are present, listed or not."""
        return self._known.member_count

    @property
    def truncated(self) -> bool:
        """Whether some of those who are present are not listed."""
        return self._known.truncated


class Peers:
    """The session's presence groups."""

    def __init__(self, port: Port) -> None:
        self._port = port
        self._known: dict[str, _KnownGroup] = {}
        self._views: dict[str, Group] = {}
        self._awaited: dict[str, int] = {}  # groups to hear of, with the questions asked so far
        self._questions: dict[str, None] = {}  # in order

    @property
    def groups(self) -> Mapping[str, Group]:
        return MappingProxyType(self._views)

    def renewed(self) -> None:
        """A new connection or a new token: a group that is still the session's will be heard of.

        One that is not is asked for in time, and at last counts as gone.
        """
        for group in self._known:
            if group not in self._awaited:
                self._await(group, 0)

    def connection_lost(self) -> None:
        for group in self._awaited:
            self._port.timers.clear("presence_timeout", group)
        self._awaited.clear()
        self._questions.clear()
        for known in self._known.values():
            known.epoch = None  # PRES-13

    def state(self, frame: PresenceStateFrame) -> None:
        """PRES-6: a state replaces everything, whatever its version."""
        self._settle(frame.group)
        known = _KnownGroup(
            frame.group,
            frame.scope,
            {member.user_id: member for member in frame.members},
            frame.member_count,
            bool(frame.truncated),
            frame.epoch,
            frame.version,
        )
        self._known[frame.group] = known
        self._views[frame.group] = known.view
        self._tell(
            presence_change.GroupState(
                group=frame.group,
                scope=frame.scope,
                members=frame.members,
                member_count=frame.member_count,
                truncated=known.truncated,
            )
        )

    def diff(self, frame: PresenceDiffFrame) -> None:
        known = self._known.get(frame.group)
        if known is None or known.epoch != frame.epoch or _leaves_hole(known, frame):
            self._ask(frame.group)  # PRES-9
        else:
            if self._awaited.get(frame.group) == 0:
                self._settle(frame.group)
            if frame.version > known.version:  # PRES-7, else PRES-8
                self._apply(known, frame)

    def timed_out(self, group: str) -> None:
        """No state came in time: ask again, or give the group up."""
        asked = self._awaited.get(group, 0)
        if asked < _MAX_QUESTIONS:
            self._await(group, asked + 1)
            self._questions[group] = None
            return
        self._awaited.pop(group, None)
        known = self._known.pop(group, None)
        if known is None:
            return
        del self._views[group]
        self._tell(presence_change.GroupGone(group=group, scope=known.scope))

    def flush(self) -> None:
        """Send what this input made due."""
        if not self._questions:
            return
        groups = tuple(self._questions)
        self._questions.clear()
        self._port.send(RequestPresenceFrame(groups=groups, timestamp=self._port.timestamp))

    def _apply(self, known: _KnownGroup, frame: PresenceDiffFrame) -> None:
        for user_id in frame.leaves:
            known.members.pop(user_id, None)
        for member in frame.updates:
            known.members[member.user_id] = member
        known.member_count = frame.member_count
        known.version = frame.version
        self._tell(
            presence_change.GroupDiff(
                group=frame.group,
                scope=known.scope,
                updates=frame.updates,
                leaves=frame.leaves,
                member_count=frame.member_count,
            )
        )

    def _tell(self, change: presence_change.PresenceChange) -> None:
        self._port.emit(effects.Presence(presence=change))

    def _ask(self, group: str) -> None:
        """PRES-10: one question for a group at a time."""
        if self._awaited.get(group, 0) > 0:
            return
        self._await(group, 1)
        self._questions[group] = None

    def _await(self, group: str, asked: int) -> None:
        self._awaited[group] = asked
        wait_ms = Timers.request_presence_timeout_ms.default
        self._port.timers.set("presence_timeout", self._port.now, wait_ms, group)

    def _settle(self, group: str) -> None:
        self._awaited.pop(group, None)
        self._port.timers.clear("presence_timeout", group)


def _leaves_hole(known: _KnownGroup, frame: PresenceDiffFrame) -> bool:
    return frame.version > known.version and frame.base_version > known.version
