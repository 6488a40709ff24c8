"""What a text from the server is."""

from typing import Any, Final

from ..decoders import decode_server_frame
from ..decoding import DecodeError, JsonDecodeError, UnknownFrame
from ..json_text import parse_json, write_json
from ..lifecycle import ClientConnectionInput
from ..messages import (
    ConnectFrame,
    ErrorFrame,
    ServerDisconnectFrame,
    ServerFrame,
    TokenRefreshedFrame,
)
from . import notices

_NO_TIMESTAMP: Final = "unknown"
"""Stands where a server gave no time that could be read."""


def decode_text(text: str) -> ServerFrame | UnknownFrame:
    """A text from the server as a frame; raises DecodeError (FRAME-27)."""
    try:
        return decode_server_frame(text)
    except JsonDecodeError:
        raise
    except DecodeError:
        return decode_server_frame(write_json(_with_timestamps(parse_json(text))))


def _with_timestamps(value: Any) -> Any:
    """FRAME-3: no frame, and no event in one, is refused for its timestamp: one is put in."""
    if not isinstance(value, dict):
        return value
    frame = dict(value)
    timestamp = frame.get("timestamp")
    if not isinstance(timestamp, str) or not 1 <= len(timestamp) <= 64:
        frame["timestamp"] = _NO_TIMESTAMP
    if isinstance(frame.get("events"), list):
        frame["events"] = [_with_timestamps(event) for event in frame["events"]]
    return frame


def input_of(frame: ServerFrame) -> ClientConnectionInput:
    """The input of the connection's lifecycle table that a frame is."""
    match frame:
        case ConnectFrame():
            return "frame:CONNECT"
        case ServerDisconnectFrame():
            return "frame:DISCONNECT"
        case ErrorFrame():
            return "frame:ERROR"
        case TokenRefreshedFrame():
            return "frame:TOKEN_REFRESHED"
        case _:
            return "frame:other"


def server_error(frame: ErrorFrame) -> notices.ServerError:
    """What the application is told of an ERROR."""
    return notices.ServerError(
        code=frame.code,
        message=frame.message,
        retryable=frame.retryable,
        retry_after_ms=frame.retry_after_ms,
        message_id=frame.message_id,
        stream=frame.stream,
    )
