"""What becomes of a message that the application sends."""

from typing import Literal, TypeAlias

from .wire_form import Plain, snake_tag


class _Result(Plain, frozen=True, tag_field="status", tag=snake_tag):
    pass


class Accepted(_Result, frozen=True):
    """The server has it."""

    stream: str | None = None
    epoch: str | None = None
    event_id: int | None = None
    duplicate: bool | None = None
    """True: the server had it already; the outcome is the original one."""

    @property
    def status(self) -> Literal["accepted"]:
        return "accepted"


class Failed(_Result, frozen=True):
    """The server or the client refused it for good."""

    reason: str
    """An error code, `closed`, `store_failed` or a limit."""

    @property
    def status(self) -> Literal["failed"]:
        return "failed"


class UnknownOutcome(_Result, frozen=True):
    """It may or may not have been accepted."""

    kept: bool | None = None
    """True: a persistent outbox still holds it; the next start sends it or reports again."""

    @property
    def status(self) -> Literal["unknown_outcome"]:
        return "unknown_outcome"


SendResult: TypeAlias = Accepted | Failed | UnknownOutcome


class Refusal(Plain, frozen=True):
    """Why a send was refused before it entered the outbox."""

    why: Literal["closed", "id_in_use", "outbox_full", "frame_too_large", "payload_too_large"]
    limit: int | None = None
    """Messages for `outbox_full`, UTF-8 bytes for what is too large."""
    bytes: int | None = None
    """UTF-8 bytes found, for what is too large."""
