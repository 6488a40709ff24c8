"""The machines of spec/lifecycle.yaml at work."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Generic, Literal, TypeVar

from ..errors import LocalProtocolError
from ..table_types import Machine

StateName = TypeVar("StateName", bound=str)
InputName = TypeVar("InputName", bound=str)


@dataclass(frozen=True, slots=True)
class Move:
    """A row of a lifecycle table that was taken."""

    machine: Literal["clientConnection", "clientStream"]
    subject: str
    """Name of the stream; empty for the connection."""
    source: str
    input: str
    target: str


class RunningMachine(Generic[StateName, InputName]):
    """One machine at work: its state changes only along a row of its table (LIB-15)."""

    def __init__(
        self,
        table: Machine[StateName, InputName],
        moved: Callable[[StateName, InputName, StateName], None],
    ) -> None:
        """`moved` is told of every move, before it has effects."""
        self._table = table
        self._moved = moved
        self._state = table.initial

    @property
    def state(self) -> StateName:
        return self._state

    def accepts(self, name: InputName) -> bool:
        """Whether the table lists this input in the present state; the others are ignored."""
        return name in self._table.moves[self._state]

    def move(self, name: InputName, to: StateName) -> None:
        """Take the row that leads to `to`.

        Raises LocalProtocolError when the table has no such row: a defect of this library, never of
        a peer.
        """
        rows = self._table.moves[self._state].get(name, ())
        if not any(row.to == to for row in rows):
            raise LocalProtocolError(
                f"The lifecycle table has no move from {self._state} by {name} to {to}"
            )
        self._moved(self._state, name, to)
        self._state = to

    def stay(self, name: InputName) -> None:
        """Take the row that leaves the state as it is."""
        self.move(name, self._state)
