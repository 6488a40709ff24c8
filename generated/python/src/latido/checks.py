"""Checks made once from the types of messages, which enforce every bound as JSON Schema has it.

Unlike msgspec's own conversion they take 1.0 for an integer, want the `type` of a frame inside
another one, tell null from what is absent, and name the member at fault.
"""

import math
import re
from collections.abc import Callable, Mapping
from typing import Any, TypeAlias, TypeVar

from msgspec import inspect

T = TypeVar("T")
Check: TypeAlias = Callable[[Any], T]
"""Gives the value of the type, or raises CheckError."""

_Known: TypeAlias = dict[type, Check[Any]]
"""The checks of structs that are made already, or are being made."""

_LONGEST_PATH = 512
"""Characters of a path that is told; a longer one is the sender's own text."""


class CheckError(Exception):
    """A value that its type refuses."""

    def __init__(self, problem: str) -> None:
        """Keep what is wrong; where it is wrong is added on the way out."""
        super().__init__(problem)
        self._problem = problem
        self._steps: list[str] = []

    def within(self, step: str) -> "CheckError":
        """Add the member that the fault lies in."""
        self._steps.append(step)
        return self

    def pointer(self) -> str:
        """JSON pointer to the member at fault."""
        steps = (step.replace("~", "~0").replace("/", "~1") for step in reversed(self._steps))
        path = "".join(f"/{step}" for step in steps)
        return path if len(path) <= _LONGEST_PATH else ""

    def sentence(self) -> str:
        """One sentence that names the member and the bound."""
        path = self.pointer()
        name = path[1:].replace("/", ".") if path else "the value"
        return f"{name} {self._problem}"


def check_of(wanted: type[T]) -> Check[T]:
    """Make the check of a struct, as plain functions."""
    return _check(inspect.type_info(wanted), {})


def _check(wanted: inspect.Type, known: _Known) -> Check[Any]:
    match wanted:
        case inspect.AnyType():
            return _anything
        case inspect.BoolType():
            return _boolean
        case inspect.IntType():
            return _integer(wanted)
        case inspect.FloatType():
            return _number(wanted)
        case inspect.StrType():
            return _text(wanted)
        case inspect.LiteralType():
            return _one_of(wanted)
        case inspect.VarTupleType():
            return _list(wanted, known)
        case inspect.DictType():
            return _map(wanted, known)
        case inspect.StructType():
            return _struct(wanted, known)
        case inspect.UnionType(types=types):
            # None only says that the member may be absent: null is refused.
            present = [each for each in types if not isinstance(each, inspect.NoneType)]
            if len(present) == 1:
                return _check(present[0], known)
    raise TypeError(f"{wanted} has no check")


def _anything(value: Any) -> Any:
    return value


def _boolean(value: Any) -> bool:
    if type(value) is not bool:
        raise CheckError("must be a boolean")
    return value


def _integer(wanted: inspect.IntType) -> Check[int]:
    least, most = _bound(wanted.ge), _bound(wanted.le)

    def check(value: Any) -> int:
        if type(value) is float and value.is_integer():
            value = int(value)
        if type(value) is not int:
            raise CheckError("must be an integer")
        return _within(value, least, most)

    return check


def _number(wanted: inspect.FloatType) -> Check[float]:
    least, most = _bound(wanted.ge), _bound(wanted.le)

    def check(value: Any) -> float:
        if type(value) is not float and type(value) is not int:
            raise CheckError("must be a number")
        try:
            number = float(value)
        except OverflowError:
            number = math.inf
        if not math.isfinite(number):
            raise CheckError("must be a number")
        return _within(number, least, most)

    return check


def _bound(bound: float | None) -> float | None:
    return bound


N = TypeVar("N", int, float)


def _within(value: N, least: float | None, most: float | None) -> N:
    if most is not None and value > most:
        raise CheckError(f"must be at most {most}")
    if least is not None and value < least:
        raise CheckError(f"must be at least {least}")
    return value


def _text(wanted: inspect.StrType) -> Check[str]:
    least = wanted.min_length or 0
    most = math.inf if wanted.max_length is None else wanted.max_length
    search = None if wanted.pattern is None else re.compile(wanted.pattern).search
    shown = "" if wanted.pattern is None else f"^{wanted.pattern[2:-2]}$"

    def check(value: Any) -> str:
        if type(value) is not str:
            raise CheckError("must be a string")
        if len(value) > most:
            raise CheckError(f"must have at most {_counted(most, 'character')}")
        if len(value) < least:
            raise CheckError(f"must have at least {_counted(least, 'character')}")
        if search is not None and search(value) is None:
            raise CheckError(f"must match {shown}")
        return value

    return check


def _one_of(wanted: inspect.LiteralType) -> Check[Any]:
    values = wanted.values
    kinds = {type(value) for value in values}

    def check(value: Any) -> Any:
        if type(value) is float and value.is_integer():
            value = int(value)
        # True is 1 in Python; in JSON it is not.
        if type(value) not in kinds or value not in values:
            if kinds == {str} and type(value) is not str:
                raise CheckError("must be a string")
            raise CheckError(f"must be one of {', '.join(str(each) for each in values)}")
        return value

    return check


def _list(wanted: inspect.VarTupleType, known: _Known) -> Check[tuple[Any, ...]]:
    item_check = _check(wanted.item_type, known)
    count = _count(wanted.min_length, wanted.max_length, "item")

    def check(value: Any) -> tuple[Any, ...]:
        if type(value) is not list:
            raise CheckError("must be an array")
        count(value)
        items: list[Any] = []
        try:
            for item in value:
                items.append(item_check(item))  # noqa: PERF401 - its length names the item at fault
        except CheckError as error:
            raise error.within(str(len(items))) from None
        return tuple(items)

    return check


def _map(wanted: inspect.DictType, known: _Known) -> Check[Mapping[str, Any]]:
    name_check = _check(wanted.key_type, known)
    value_check = _check(wanted.value_type, known)
    count = _count(wanted.min_length, wanted.max_length, "member")

    def check(value: Any) -> Mapping[str, Any]:
        if type(value) is not dict:
            raise CheckError("must be an object")
        count(value)
        for name in value:
            try:
                name_check(name)
            except CheckError as error:
                raise CheckError("has a member with a name that is not allowed") from error
        members: dict[str, Any] = {}
        for name, member in value.items():
            try:
                members[name] = value_check(member)
            except CheckError as error:
                raise error.within(name) from None
        return members

    return check


def _struct(wanted: inspect.StructType, known: _Known) -> Check[Any]:
    make = wanted.cls
    if make in known:
        return known[make]

    def later(value: Any) -> Any:
        return check(value)

    known[make] = later  # it may hold its own kind, before its check is made
    tag_field, tag = wanted.tag_field, wanted.tag
    fields = [(field.encode_name, field.name, _check(field.type, known)) for field in wanted.fields]
    required = [field.encode_name for field in wanted.fields if field.required]
    if tag_field is not None:
        required.insert(0, tag_field)
    described = {tag_field, *(name for name, _, _ in fields)}
    closed = wanted.forbid_unknown_fields

    def check(value: Any) -> Any:
        if type(value) is not dict:
            raise CheckError("must be an object")
        for name in required:
            if name not in value:
                raise CheckError(f"lacks the member {name}")
        if closed and not value.keys() <= described:
            raise CheckError("has a member that is not described")
        if tag_field is not None and value[tag_field] != tag:
            raise CheckError(f'must be "{tag}"').within(tag_field)
        members: dict[str, Any] = {}
        name = ""
        try:
            for name, attribute, member_check in fields:
                if name in value:
                    members[attribute] = member_check(value[name])
        except CheckError as error:
            raise error.within(name) from None
        return make(**members)

    known[make] = check
    return check


def _count(least: int | None, most: int | None, noun: str) -> Callable[[Any], None]:
    def check(value: Any) -> None:
        if most is not None and len(value) > most:
            raise CheckError(f"must have at most {_counted(most, noun)}")
        if least is not None and len(value) < least:
            raise CheckError(f"must have at least {_counted(least, noun)}")

    return check


def _counted(count: float, noun: str) -> str:
    return f"{count:g} {noun}" if count == 1 else f"{int(count)} {noun}s"
