"""Every frame of conformance/vectors/frames is judged and decoded as the schemas say."""

import json
import math
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import latido
from latido import DecodeError, UnknownFrame

FRAMES = Path(__file__).parents[3] / "conformance" / "vectors" / "frames"

DECODERS = {"server": latido.decode_server_frame, "client": latido.decode_client_frame}


def vectors() -> Iterator[dict[str, Any]]:
    """Read every vector."""
    for file in sorted(FRAMES.glob("*.jsonl")):
        with file.open(encoding="utf-8") as lines:
            yield from map(json.loads, lines)


def judge(vector: dict[str, Any]) -> dict[str, Any]:
    """Decode a frame and say of it what a vector says."""
    try:
        frame = DECODERS[vector["from"]](vector["frame"])
    except DecodeError as error:
        return {"verdict": "invalid", "path": error.path}
    if isinstance(frame, UnknownFrame):
        return {"verdict": "unknown"}
    return {"verdict": "valid", "value": latido.parse_json(latido.write_json(frame))}


def difference(wanted: Any, given: Any, path: str = "") -> str | None:
    """Name the first place where two JSON values differ; numbers are compared by value."""
    if isinstance(wanted, dict) and isinstance(given, dict):
        for name in [*wanted, *given]:
            if name not in wanted or name not in given:
                return f"{path}/{name} is in one of them only"
            if found := difference(wanted[name], given[name], f"{path}/{name}"):
                return found
        return None
    if isinstance(wanted, list) and isinstance(given, list):
        if len(wanted) != len(given):
            return f"{path} has {len(given)} items, not {len(wanted)}"
        pairs = enumerate(zip(wanted, given, strict=True))
        return next(
            (found for at, (a, b) in pairs if (found := difference(a, b, f"{path}/{at}"))), None
        )
    same = same_number(wanted, given) if is_number(wanted) and is_number(given) else wanted == given
    return None if same and is_number(wanted) == is_number(given) else f"{path} differs"


def is_number(value: Any) -> bool:
    """Tell numbers from booleans, which are numbers to Python."""
    return isinstance(value, int | float) and not isinstance(value, bool)


def same_number(wanted: float, given: float) -> bool:
    """Compare as 64-bit floating point, which is all that JSON.parse keeps."""
    return float(wanted) == float(given) or (math.isinf(wanted) and math.isinf(given))


def test_every_frame_is_judged_as_the_schemas_judge_it() -> None:
    tried = 0
    wrong: list[str] = []
    for vector in vectors():
        tried += 1
        given = judge(vector)
        if vector["verdict"] == "either":
            continue
        wanted = {key: vector[key] for key in ("verdict", "path", "value") if key in vector}
        if found := difference(wanted, given):
            wrong.append(f"{vector['name']}: {found}")
    assert wrong == []
    assert tried >= 2000
