"""What changes in a presence group."""

from collections.abc import Sequence
from typing import TypeAlias

from ..messages import PresenceMember, Scope
from .wire_form import Plain


class _Change(Plain, frozen=True, tag_field="kind"):
    group: str
    scope: Scope


class GroupState(_Change, frozen=True, tag="state"):
    """Everyone, in place of what was known."""

    members: Sequence[PresenceMember]
    member_count: int
    """How many are present, listed or not."""
    truncated: bool


class GroupDiff(_Change, frozen=True, tag="diff"):
    """Who came, changed or left."""

    updates: Sequence[PresenceMember]
    leaves: Sequence[str]
    member_count: int


class GroupGone(_Change, frozen=True, tag="gone"):
    """The group is no longer one of the session's."""


PresenceChange: TypeAlias = GroupState | GroupDiff | GroupGone
