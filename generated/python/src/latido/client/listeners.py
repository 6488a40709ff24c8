"""Functions that want to hear of one thing, in the order in which they came."""

from collections.abc import Callable
from typing import Any, Generic, TypeVar

V = TypeVar("V")
R = TypeVar("R")


class Listeners(Generic[V, R]):
    """Each is called with a value of V and answers an R."""

    def __init__(self) -> None:
        self._entries: list[tuple[object, Callable[[V], R], Callable[[], None] | None]] = []

    def __len__(self) -> int:
        return len(self._entries)

    def add(
        self,
        call: Callable[[V], R],
        *,
        known_as: object = None,
        removed: Callable[[], None] | None = None,
    ) -> None:
        """Add a listener, which `remove` knows as itself or as `known_as`.

        The same one may be added twice. `removed` is called when it is removed.
        """
        self._entries.append((call if known_as is None else known_as, call, removed))

    def remove(self, known_as: object) -> None:
        """Remove a listener wherever it was added; nothing happens where it was not."""
        self._drop([entry for entry in self._entries if entry[0] == known_as])

    def clear(self) -> None:
        """Remove all of them."""
        self._drop(list(self._entries))

    def all(self) -> tuple[Callable[[V], R], ...]:
        """Those of this moment: one that is added while others are called is not."""
        return tuple(call for _, call, _ in self._entries)

    def _drop(self, dropped: list[Any]) -> None:
        self._entries = [entry for entry in self._entries if entry not in dropped]
        for _, _, removed in dropped:
            if removed is not None:
                removed()
