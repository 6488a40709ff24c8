"""JSON is read as JSON.parse reads it, at any depth."""

import json
import math
from typing import Any

import pytest

from latido import parse_json, write_json
from latido.deep_json import parse_deep_json

READ: list[tuple[str, Any]] = [
    (' \t\r\n{"a":[1,-0,1.5e3,true,false,null]}\n', {"a": [1, 0, 1500.0, True, False, None]}),
    ('{"a":1,"a":2}', {"a": 2}),
    ('{"a":{"b":1},"a":[]}', {"a": []}),
    ('["\\u0041\\ud83d\\ude00\\ud800\\/"]', ["A😀\ud800/"]),
    ("[]", []),
    ("{}", {}),
    ("[[],{}]", [[], {}]),
    ('""', ""),
    ("7", 7),
    ("1e400", math.inf),
    ('{"__proto__":1,"":2}', {"__proto__": 1, "": 2}),
]

REFUSED = [
    *["", " ", "{", "}", "[1,]", '{"a":1,}', "[,]", "{,}", "[1 2]", '{"a" 1}', '{"a":}', "{1:2}"],
    *["NaN", "Infinity", "-Infinity", "01", "1.", ".5", "+1", "-", "1e", "0x1", "१", "tru", "True"],
    *[
        "'a'",
        '"a',
        '"\n"',
        '"\x00"',
        '"\\x"',
        '"\\u12"',
        "1 1",
        "{}{}",
        "[]]",
        "[}",
        "{]",
        '{"a":1]',
    ],
    *[
        "\ufeff1",
        "1\u00a0",
        "\x0b1",
        "1 // one",
        '["\\ud8"]',
        '{"a","b"}',
        '{"a":1 "b":2}',
        ":",
        ",",
    ],
]


@pytest.mark.parametrize("parse", [parse_json, parse_deep_json])
@pytest.mark.parametrize(("text", "value"), READ)
def test_reads(parse: Any, text: str, value: Any) -> None:
    assert parse(text) == value


@pytest.mark.parametrize("parse", [parse_json, parse_deep_json])
@pytest.mark.parametrize("text", REFUSED)
def test_refuses(parse: Any, text: str) -> None:
    with pytest.raises(json.JSONDecodeError):
        parse(text)


def test_refuses_bytes_that_are_not_utf_8() -> None:
    with pytest.raises(ValueError, match="utf-8"):
        parse_json(b'"\xff"')


@pytest.mark.parametrize(("opening", "inner", "closing"), [("[", "", "]"), ('{"a":[1,', "2", "]}")])
def test_reads_any_depth(opening: str, inner: str, closing: str) -> None:
    depth = 50_000
    value = parse_json(opening * depth + inner + closing * depth)
    met = 0
    while value not in ([], [1, 2]):
        value = value["a"] if isinstance(value, dict) else value[-1]
        met += 1
    assert met >= depth - 1


def test_an_unclosed_text_of_a_megabyte_ends_at_once() -> None:
    for text in ('"' + "a" * 1_000_000, "[" * 1_000_000, '[["' + "\\\\" * 500_000):
        with pytest.raises(json.JSONDecodeError):
            parse_deep_json(text)


def test_an_integer_of_many_digits_is_json() -> None:
    assert parse_json("9" * 5000) == math.inf
    assert parse_json("[" + "9" * 350 + "]") == [int("9" * 350)]


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ({"a": [1, "é", None, True]}, '{"a":[1,"é",null,true]}'),
        ([math.nan, math.inf], "[null,null]"),
        (
            ["\ud800", math.inf, "😀", {"\udc00": "\\ud800"}],
            '["\\ud800",null,"😀",{"\\udc00":"\\\\ud800"}]',
        ),
        (2**70, "1180591620717411303424"),
    ],
)
def test_writes_compact_json(value: Any, text: str) -> None:
    assert write_json(value) == text


def test_refuses_to_write_what_is_too_deep() -> None:
    value: Any = None
    for _ in range(100_000):
        value = [value]
    with pytest.raises(ValueError, match="nested too deeply"):
        write_json(value)


def test_refuses_to_write_what_json_cannot_hold() -> None:
    with pytest.raises(TypeError):
        write_json({"a": object()})
