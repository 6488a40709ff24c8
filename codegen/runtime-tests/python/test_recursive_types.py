"""A type may hold itself; depth costs the sender the frame and never the client its life."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, TypeAlias

import pytest
from msgspec import Meta

from latido.decoding import DecodeError, decoder_of
from latido.message import Message


class Folder(Message, frozen=True, kw_only=True):
    """Holds itself, in every way."""

    name: str
    within: Folder | None = None
    folders: Folders | None = None
    by_label: Mapping[str, Folder] | None = None


Folders: TypeAlias = Annotated[tuple[Folder, ...], Meta(max_length=2)]


def nested(depth: int) -> dict[str, Any]:
    value: dict[str, Any] = {"name": "innermost"}
    for _ in range(depth):
        value = {"name": "outer", "within": value}
    return value


def test_a_value_that_holds_its_kind_is_decoded() -> None:
    decode = decoder_of(Folder)
    folder = decode({"name": "a", "folders": [{"name": "b"}], "byLabel": {"c": nested(1)}})
    assert folder == Folder(
        name="a",
        folders=(Folder(name="b"),),
        by_label={"c": Folder(name="outer", within=Folder(name="innermost"))},
    )


@pytest.mark.parametrize(
    ("value", "path"),
    [
        ({"name": "a", "within": {"name": "b", "within": {"name": 3}}}, "/within/within/name"),
        ({"name": "a", "folders": [{"name": "b"}, {}]}, "/folders/1"),
        ({"name": "a", "folders": [{"name": "b"}] * 3}, "/folders"),
        ({"name": "a", "byLabel": {"c": {"name": None}}}, "/byLabel/c/name"),
    ],
)
def test_a_fault_within_is_named(value: dict[str, Any], path: str) -> None:
    with pytest.raises(DecodeError) as caught:
        decoder_of(Folder)(value)
    assert caught.value.path == path


def test_what_is_nested_too_deeply_is_refused() -> None:
    with pytest.raises(DecodeError, match="nested too deeply"):
        decoder_of(Folder)(nested(100_000))
