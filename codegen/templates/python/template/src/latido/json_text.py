"""JSON as the protocol has it: read as JSON.parse reads it, written as compact text."""

import json
import math
import re
from typing import Any, NoReturn

import msgspec

from .deep_json import parse_deep_json

_SURROGATE = re.compile("[\ud800-\udfff]")


def parse_json(data: str | bytes) -> Any:
    """Parse one JSON value; of members with the same name the last counts.

    Raises ValueError where the text is not JSON: no NaN, no byte order mark, no invalid UTF-8.
    """
    text = data if isinstance(data, str) else data.decode()
    try:
        return _STRICT.decode(text)
    except json.JSONDecodeError:
        raise
    except (RecursionError, ValueError):
        # Too deep, or an integer with more digits than int() takes: both are JSON all the same.
        return parse_deep_json(text)


def write_json(value: Any) -> str:
    """Write a value as compact JSON; a number that JSON does not have becomes null.

    Raises TypeError for what JSON cannot hold, ValueError for what is nested too deeply to write.
    """
    try:
        try:
            return msgspec.json.encode(value).decode()
        except UnicodeEncodeError:
            return _write_with_surrogates(msgspec.to_builtins(value))
    except RecursionError:
        raise ValueError("the value is nested too deeply to be written as JSON") from None


def _write_with_surrogates(value: Any) -> str:
    text = json.dumps(_without_odd_numbers(value), ensure_ascii=False, separators=(",", ":"))
    return _SURROGATE.sub(lambda half: f"\\u{ord(half[0]):04x}", text)


def _without_odd_numbers(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _without_odd_numbers(member) for name, member in value.items()}
    if isinstance(value, list | tuple):
        return [_without_odd_numbers(item) for item in value]
    return None if isinstance(value, float) and not math.isfinite(value) else value


def _refuse_constant(_: str) -> NoReturn:
    raise json.JSONDecodeError("not a number of JSON", "", 0)


_STRICT = json.JSONDecoder(parse_constant=_refuse_constant)
