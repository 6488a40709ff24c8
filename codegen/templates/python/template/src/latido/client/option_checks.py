"""What a caller may give. Each raises UsageError that names the option and its bound."""

import re
from collections.abc import Sequence
from typing import Any, Final
from urllib.parse import urlsplit

from ..errors import UsageError
from ..json_text import parse_json, write_json
from ..session.utf8 import utf8_length
from ..tables import Limits

_SAFE_ID: Final = re.compile(r"[A-Za-z0-9_.:-]{1,128}")
_UUID: Final = re.compile(r"[0-9A-Fa-f]{8}(?:-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}")
_TOKEN: Final = re.compile(r"[!-~]+")
_ID_RULE: Final = "must be 1 to 128 of the characters A-Z a-z 0-9 _ . : -"
_REASON_CHARACTERS: Final = 256


def check_url(url: str) -> None:
    """An address of a server."""
    try:
        parts = urlsplit(url)
        valid = parts.scheme in ("ws", "wss") and bool(parts.hostname) and parts.port != 0
    except ValueError:
        valid = False
    if not valid:
        raise UsageError("url must be an address that begins with ws:// or wss://")
    if "#" in url:
        raise UsageError("url must not have a fragment (#)")


def check_id(name: str, value: str | None) -> None:
    """An identifier, or None."""
    if value is not None and not _SAFE_ID.fullmatch(value):
        raise UsageError(f"{name} {_ID_RULE}")


def checked_token(name: str, token: object) -> str:
    """A token as a header carries it. What is said of another does not hold it (AUTH-20)."""
    if not isinstance(token, str) or not _TOKEN.fullmatch(token):
        raise UsageError(f"{name} must be visible characters of ASCII, without spaces")
    return token


def check_choice(name: str, value: object, choices: Sequence[str]) -> None:
    """One of a list of words."""
    if value not in choices:
        others = ", ".join(choices[:-1])
        raise UsageError(f"{name} must be {others} or {choices[-1]}")


def check_whole(name: str, value: int | None, most: int | None) -> None:
    """A whole number from 1 to `most`, or None."""
    if value is None:
        return
    if type(value) is not int or value < 1 or (most is not None and value > most):
        raise UsageError(f"{name} must be a whole number from 1 to {most}")


def check_event_name(event: str) -> None:
    """The name of an event."""
    check_id("The event name", event)


def check_message_id(message_id: str) -> None:
    """A UUID."""
    if not _UUID.fullmatch(message_id):
        raise UsageError("message_id must be a UUID of 36 characters")


def json_copy(what: str, value: object) -> Any:
    """A value as it will travel; later changes of the original do not matter."""
    try:
        return parse_json(write_json(value))
    except (TypeError, ValueError, OverflowError, RecursionError) as error:
        raise UsageError(f"{what} must be a JSON value: {error}") from error


def check_metadata(metadata: object) -> None:
    """What a PRESENCE_UPDATE may carry."""
    limit = Limits.presence_metadata_bytes.default
    found = utf8_length(write_json(metadata))
    if found > limit:
        raise UsageError(f"metadata takes {found} bytes of JSON, at most {limit} are allowed")


def check_reason(reason: str | None) -> None:
    """What a DISCONNECT may carry."""
    if reason is not None and len(reason) > _REASON_CHARACTERS:
        raise UsageError(f"reason must be at most {_REASON_CHARACTERS} characters")
