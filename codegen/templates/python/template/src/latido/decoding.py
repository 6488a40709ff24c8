"""Decoding with full validation: what is refused, and what is kept of a newer peer."""

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any, Generic, TypeVar

import msgspec

from .checks import Check, CheckError, check_of
from .json_text import parse_json

T = TypeVar("T", bound=msgspec.Struct)
V = TypeVar("V")


class DecodeError(ValueError):
    """A text that its schema refuses: says which member and which bound, and never the value."""

    def __init__(self, path: str, problem: str) -> None:
        """Keep where the fault is and one sentence about it."""
        super().__init__(problem)
        self.path = path
        """JSON pointer to the member at fault; empty for the value itself."""
        self.problem = problem
        """One sentence that names the member and the bound."""


class JsonDecodeError(DecodeError):
    """A text that is not JSON."""


class UnknownFrame(msgspec.Struct, frozen=True):
    """A frame of a type that this version does not know, of a newer peer: it is no error."""

    type: str
    value: Mapping[str, Any]
    """Every member of the frame, as JSON has it."""


class FrameDecoder(Generic[T]):
    """Decodes the frames of one direction by their `type`."""

    def __init__(self, frames: Sequence[type[T]]) -> None:
        """Prepare the checks of every frame."""
        self._checks: dict[Any, Check[T]] = {
            frame.__struct_config__.tag: check_of(frame) for frame in frames
        }

    def decode(self, data: str | bytes) -> T | UnknownFrame:
        """Decode one frame; raises DecodeError."""
        value = _parse(data)
        if type(value) is not dict:
            raise DecodeError("", "the frame must be an object")
        if "type" not in value:
            raise DecodeError("", "the frame lacks the member type")
        name = value["type"]
        if type(name) is not str:
            raise DecodeError("/type", "type must be a string")
        check = self._checks.get(name)
        return UnknownFrame(name, value) if check is None else _checked(check, value)


class BodyDecoder(Generic[T]):
    """Decodes one HTTP body or query."""

    def __init__(self, body: type[T]) -> None:
        """Prepare the checks of the body."""
        self._check = check_of(body)

    def decode(self, data: str | bytes) -> T:
        """Decode one body; raises DecodeError."""
        return _checked(self._check, _parse(data))


def decoder_of(wanted: Any) -> Callable[[Any], Any]:
    """Make what gives a value of JSON its type, or raises DecodeError."""
    check: Check[Any] = check_of(wanted)
    return partial(_checked, check)


def _parse(data: str | bytes) -> Any:
    try:
        return parse_json(data)
    except ValueError:
        raise JsonDecodeError("", "the text is not JSON") from None


def _checked(check: Check[V], value: Any) -> V:
    try:
        return check(value)
    except CheckError as error:
        raise DecodeError(error.pointer(), error.sentence()) from None
    except RecursionError:
        raise DecodeError("", "the value is nested too deeply") from None
