"""The session does what the recorded traces say, input by input (conformance/vectors/README.md)."""

from __future__ import annotations

import copy
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from latido.lifecycle import CLIENT_CONNECTION, CLIENT_STREAM
from latido.session.port import Port
from trace_replay import VECTORS, Trace, first_difference, traces

FILES = sorted((VECTORS / "session").glob("*.jsonl"))

walked: set[tuple[str, str, str, str]] = set()


def test_there_are_traces() -> None:
    assert sum(1 for path in FILES for _ in traces(path)) >= 200


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_replays_alike(path: Path) -> None:
    for trace in traces(path):
        assert first_difference(trace, walked) is None


def test_walks_every_row_of_the_tables() -> None:
    """LIB-15: the traces take every row of the two client machines, and so does this session."""
    for path in FILES:
        for trace in traces(path):
            first_difference(trace, walked)
    tables: dict[str, Mapping[Any, Mapping[Any, tuple[Any, ...]]]] = {
        "clientConnection": CLIENT_CONNECTION.moves,
        "clientStream": CLIENT_STREAM.moves,
    }
    rows = {
        (machine, source, name, move.to)
        for machine, moves in tables.items()
        for source, inputs in moves.items()
        for name, listed in inputs.items()
        for move in listed
    }
    assert rows - walked == set()
    assert walked - rows == set()


def _spoilt(change: str) -> Trace:
    """A trace with one thing changed in it."""
    for path in FILES:
        for trace in traces(path):
            spoilt = copy.deepcopy(trace)
            for step in spoilt.steps:
                if change == "deadline" and "deadline" in step:
                    step["deadline"] += 1
                    return spoilt
                if change == "chance" and step.get("chances"):
                    step["chances"] = [0.123, *step["chances"]]
                    return spoilt
                for effect in step["effects"]:
                    if change == "frame" and effect["type"] == "send":
                        effect["frame"]["type"] = "OTHER"
                        return spoilt
                    if change == "code" and effect["type"] == "close":
                        effect["code"] += 1
                        return spoilt
    raise LookupError(change)


@pytest.mark.parametrize(
    ("name", "fault", "told"),
    [
        ("timestamp", property(lambda _: "2026"), 'frame/timestamp is "2026", nothing was wanted'),
        ("send_text", lambda *_: {"found": 1}["lost"], "raises KeyError('lost')"),
    ],
)
def test_names_the_trace_where_a_session_fails(
    monkeypatch: pytest.MonkeyPatch, name: str, fault: object, told: str
) -> None:
    monkeypatch.setattr(Port, name, fault)
    [trace, *_] = traces(FILES[0])
    difference = first_difference(trace, set())
    assert difference is not None
    assert difference.startswith(f"{trace.name}, n ")
    assert told in difference


@pytest.mark.parametrize("change", ["deadline", "chance", "frame", "code"])
def test_names_the_first_difference(change: str) -> None:
    spoilt = _spoilt(change)
    difference = first_difference(spoilt, set())
    assert difference is not None
    assert spoilt.name in difference
