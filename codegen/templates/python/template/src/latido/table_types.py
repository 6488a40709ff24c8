"""The shapes of the tables of the contract."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Generic, Literal, TypeAlias, TypeVar

ReconnectRule: TypeAlias = Literal[
    "stop", "stop_if_asked", "backoff", "backoff_spread", "token", "fresh_token_once"
]
"""What a client does after an end of its connection."""

S = TypeVar("S", bound=str)
I = TypeVar("I", bound=str)  # noqa: E741


@dataclass(frozen=True, slots=True)
class CloseRule:
    """The row of the reconnect table for one close code."""

    code: int
    name: str
    """Name of the code, or `unknown`."""
    reconnect: ReconnectRule


@dataclass(frozen=True, slots=True)
class ErrorRule:
    """One code of an ERROR. Where several apply, the lowest precedence is answered."""

    code: str
    precedence: int
    retryable: bool
    counts_as_violation: bool


@dataclass(frozen=True, slots=True)
class Bounded:
    """A number of the contract; a bound that is not given does not exist."""

    default: int
    min: int | None = None
    max: int | None = None


@dataclass(frozen=True, slots=True)
class Move(Generic[S]):
    """One move of a machine. Where a state and an input have several, `when` tells them apart."""

    to: S
    effects: tuple[str, ...] = ()
    when: str | None = None


@dataclass(frozen=True, slots=True)
class Machine(Generic[S, I]):
    """A machine as a table: a state and an input without a move are ignored."""

    initial: S
    final: tuple[S, ...]
    states: tuple[S, ...]
    inputs: tuple[I, ...]
    moves: Mapping[S, Mapping[I, tuple[Move[S], ...]]] = field(repr=False)
