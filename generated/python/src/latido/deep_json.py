"""JSON of any depth and with numbers of any length: slower than the json module."""

import json
import re
from typing import Any, Final, Literal, NoReturn, TypeAlias

_MOST_DIGITS: Final = 400
"""An integer with more digits is beyond every double."""

_TOKEN: Final = re.compile(
    r"[ \t\n\r]*+(?:"
    r"(?P<mark>[\[\]{},:])"
    r'|(?P<text>"(?:[^"\\\x00-\x1f]++|\\.)*+")'
    r"|(?P<number>-?(?:0|[1-9][0-9]*+)(?P<broken>(?:\.[0-9]++)?(?:[eE][+-]?[0-9]++)?))"
    r"|(?P<word>true|false|null))"
)
_SPACE: Final = re.compile(r"[ \t\n\r]*")
_WORDS: Final[dict[str, Any]] = {"true": True, "false": False, "null": None}

_Wanted: TypeAlias = Literal["value", "item or ]", "name", "name or }", ":", ", or end"]


def parse_deep_json(text: str) -> Any:
    """Parse one JSON value, as parse_json does.

    Raises json.JSONDecodeError where the text is not JSON.
    """
    root: list[Any] = []
    holders: list[list[Any] | dict[str, Any]] = [root]
    name = ""
    wanted: _Wanted = "value"
    position = 0
    while (found := _TOKEN.match(text, position)) is not None:
        position = found.end()
        mark = found["mark"]
        holder = holders[-1]
        if wanted in ("value", "item or ]"):
            if mark == "]" and wanted == "item or ]":
                holders.pop()
                wanted = ", or end"
                continue
            value = _opened(mark) if mark else _leaf(found)
            if isinstance(holder, dict):
                holder[name] = value
            else:
                holder.append(value)
            wanted = ", or end"
            if mark:
                holders.append(value)
                wanted = "item or ]" if mark == "[" else "name or }"
        elif wanted in ("name", "name or }"):
            if mark == "}" and wanted == "name or }":
                holders.pop()
                wanted = ", or end"
                continue
            if found["text"] is None:
                _refuse(text, position)
            name = _leaf(found)
            wanted = ":"
        elif wanted == ":" and mark == ":":
            wanted = "value"
        elif wanted == ", or end" and len(holders) > 1 and mark == ",":
            wanted = "name" if isinstance(holder, dict) else "value"
        elif wanted == ", or end" and len(holders) > 1 and mark == _end_of(holder):
            holders.pop()
        else:
            _refuse(text, position)
    if wanted != ", or end" or len(holders) > 1 or not _SPACE.fullmatch(text, position):
        _refuse(text, position)
    return root[0]


def _opened(mark: str) -> Any:
    if mark == "[":
        return []
    return {} if mark == "{" else _refuse("", 0)


def _end_of(holder: list[Any] | dict[str, Any]) -> str:
    return "}" if isinstance(holder, dict) else "]"


def _leaf(token: re.Match[str]) -> Any:
    if token["text"] is not None:
        return json.loads(token["text"])
    if token["word"] is not None:
        return _WORDS[token["word"]]
    number = token["number"]
    return float(number) if token["broken"] or len(number) > _MOST_DIGITS else int(number)


def _refuse(text: str, position: int) -> NoReturn:
    raise json.JSONDecodeError("not JSON", text, position)
