"""Lists of positions that fit their frames."""

from collections.abc import Iterator, Sequence
from typing import Final

from ..json_text import write_json
from ..messages import StreamPosition
from .utf8 import utf8_length

_MAX_ENTRIES: Final = 256
"""More entries than any session has streams are never put into one frame."""


def split_positions(
    positions: Sequence[StreamPosition], envelope_bytes: int, max_frame_bytes: int
) -> Iterator[tuple[StreamPosition, ...]]:
    """ACK-10: positions in as few groups as keep every frame within `max_frame_bytes`.

    A single position always makes a group, since nothing smaller can be sent. `envelope_bytes` is
    the size of the frame around an empty list.
    """
    group: list[StreamPosition] = []
    taken = envelope_bytes
    for position in positions:
        size = utf8_length(write_json(position)) + 1
        if group and (taken + size > max_frame_bytes or len(group) == _MAX_ENTRIES):
            yield tuple(group)
            group = []
            taken = envelope_bytes
        group.append(position)
        taken += size
    if group:
        yield tuple(group)
