"""Replays a session trace (conformance/vectors/README.md) and finds the first difference."""

from __future__ import annotations

import json
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import msgspec

from latido.json_text import write_json
from latido.messages import StreamPosition
from latido.session import FixedToken, Move, Session, SessionSettings, StoredMessage, TokenSource
from latido.session.inputs import SessionInput

VECTORS = Path(__file__).parents[3] / "conformance" / "vectors"


@dataclass(frozen=True)
class Trace:
    """One session of one world."""

    name: str
    settings: dict[str, Any]
    steps: list[dict[str, Any]]


def traces(path: Path) -> Iterator[Trace]:
    """The traces of a file, one after the other."""
    trace: Trace | None = None
    for text in path.read_bytes().split(b"\n"):
        if not text:
            continue
        line = json.loads(text)
        if "settings" in line:
            if trace is not None:
                yield trace
            trace = Trace(line["name"], line["settings"], [])
        elif "input" in line and trace is not None:
            trace.steps.append(line)
    if trace is not None:
        yield trace


def first_difference(trace: Trace, moves: set[tuple[str, str, str, str]]) -> str | None:
    """Replay a trace; answers where it first differs. `moves` takes the rows that it walks."""
    chances: deque[float] = deque()
    drawn = 0

    def draw() -> float:
        nonlocal drawn
        drawn += 1
        return chances.popleft() if chances else 0.0

    def moved(move: Move) -> None:
        moves.add((move.machine, move.source, move.input, move.target))

    session = Session(settings_of(trace.settings), draw, moved)
    for step in trace.steps:
        given = step.get("chances", [])
        chances, drawn = deque(given), 0
        where = f"{trace.name}, n {step['n']} ({step['input']['type']})"
        try:
            effects = session.handle(msgspec.convert(step["input"], SessionInput), step["now"])
        except Exception as error:  # whatever it is, it is this trace that shows it
            return f"{where}: raises {error!r}"
        found: dict[str, Any] = {
            "effects": [told for each in effects if (told := _plain(each, step["now"]))]
        }
        wanted: dict[str, Any] = {"effects": [_without_time(each) for each in step["effects"]]}
        if drawn != len(given):
            return f"{where}: draws {drawn} chances, {len(given)} were wanted"
        if session.deadline is not None:
            found["deadline"] = session.deadline
        if "deadline" in step:
            wanted["deadline"] = step["deadline"]
        difference = compare(wanted, found)
        if difference is not None:
            return f"{where}: {difference}"
    return None


def settings_of(told: dict[str, Any]) -> SessionSettings:
    """The settings of a trace's head."""
    return SessionSettings(
        user_id=told["userId"],
        device_id=told["deviceId"],
        first_attempt=told["firstAttempt"],
        heartbeat_ms=told.get("heartbeatMs"),
        start_from=told["startFrom"],
        tokens=_tokens_of(told["tokens"]),
        positions=msgspec.convert(told["positions"], tuple[StreamPosition, ...]),
        messages=msgspec.convert(told["messages"], tuple[StoredMessage, ...]),
        persistent_outbox=told["persistentOutbox"],
        connect_timeout_ms=told["connectTimeoutMs"],
        outbox_messages=told["outboxMessages"],
        kept_events=told["keptEvents"],
    )


def _tokens_of(told: dict[str, str]) -> TokenSource:
    match told["kind"]:
        case "provider":
            return "provider"
        case "fixed":
            return FixedToken(told["token"])
        case _:
            return None


def _plain(effect: msgspec.Struct, now: int) -> dict[str, Any] | None:
    """An effect as the vectors tell it; None for a trace note."""
    plain: dict[str, Any] = json.loads(write_json(effect))
    if plain["type"] == "trace":
        return None
    if plain["type"] == "send":
        frame = json.loads(plain.pop("text"))
        instant = datetime.fromtimestamp(now / 1000, UTC).isoformat(timespec="milliseconds")
        if frame.get("timestamp", "none") == instant.replace("+00:00", "Z"):
            del frame["timestamp"]
        return {**plain, "frame": frame}
    return _without_time(plain)


def _without_time(effect: dict[str, Any]) -> dict[str, Any]:
    match _without_words(effect):
        case {"type": "deliver", "event": event, **rest}:
            kept = {name: value for name, value in event.items() if name != "timestamp"}
            return {"type": "deliver", "event": kept, **rest}
        case {"type": "send", "frame": frame, **rest}:
            kept = {name: value for name, value in frame.items() if name != "timestamp"}
            return {"type": "send", "frame": kept, **rest}
        case other:
            return other


def _without_words(effect: dict[str, Any]) -> dict[str, Any]:
    """Words for people are free, but must be there."""
    match effect:
        case {"type": "close", "reason": str(), **rest}:
            return {"type": "close", "reason": "…", **rest}
        case {"type": "state", "state": {"reason": str(), **state}}:
            return {"type": "state", "state": {"reason": "…", **state}}
        case {"type": "notice", "notice": {"problem": str(), **notice}}:
            return {"type": "notice", "notice": {"problem": "…", **notice}}
        case _:
            return effect


def compare(wanted: Any, found: Any, path: str = "") -> str | None:
    """The first difference between two JSON values; numbers count by their value."""
    match wanted, found:
        case dict(), dict():
            for name in [*wanted, *(name for name in found if name not in wanted)]:
                if name not in found:
                    return f"{path}/{name} is missing, {json.dumps(wanted[name])} was wanted"
                if name not in wanted:
                    return f"{path}/{name} is {json.dumps(found[name])}, nothing was wanted"
                difference = compare(wanted[name], found[name], f"{path}/{name}")
                if difference is not None:
                    return difference
            return None
        case list(), list():
            for index, (one, other) in enumerate(zip(wanted, found, strict=False)):
                difference = compare(one, other, f"{path}/{index}")
                if difference is not None:
                    return difference
            if len(wanted) == len(found):
                return None
            longer = max(wanted, found, key=len)
            extra = json.dumps(longer[min(len(wanted), len(found))])
            return f"{path} has {len(found)} items, {len(wanted)} were wanted; first: {extra}"
    same = wanted == found and (type(wanted) is bool) == (type(found) is bool)
    return None if same else f"{path} is {json.dumps(found)}, {json.dumps(wanted)} was wanted"
