"""Stores on file, in the same form in every language. One client at a time may use one."""

import asyncio
import glob
import os
import re
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import Final, TypeVar
from uuid import uuid4

import msgspec

from ..errors import StoreError
from ..json_text import parse_json, write_json
from ..messages import StreamPosition
from ..session import StoredMessage

T = TypeVar("T")

_MESSAGE_FILE: Final = re.compile(r"([0-9]{15})-([0-9A-Fa-f-]{36})\.json")
"""Ordered names: the number of the message among those ever stored here, then its id."""


class FilePositions:
    """Positions in one JSON file, replaced as a whole."""

    def __init__(self, path: str | os.PathLike[str]) -> None:
        """`path`: the file; its folder is made where it is missing."""
        self._path = Path(path)
        self._positions: dict[str, StreamPosition] | None = None

    async def load(self) -> Sequence[StreamPosition]:
        """Every stored position; none where there is no file.

        Raises StoreError when the file cannot be read or holds something else.
        """
        self._positions = await asyncio.to_thread(self._read)
        return tuple(self._positions.values())

    async def save(self, positions: Sequence[StreamPosition]) -> None:
        """Replace the positions of these streams; on disk when this has ended."""
        if self._positions is None:
            self._positions = await asyncio.to_thread(self._read)
        self._positions.update((position.stream, position) for position in positions)
        text = write_json(tuple(self._positions.values()))
        await asyncio.to_thread(_replace_file, self._path, text)

    def _read(self) -> dict[str, StreamPosition]:
        _remove_drafts(self._path.parent, f"{glob.escape(self._path.name)}.*.tmp")
        text = _read_if_exists(self._path)
        if text is None:
            return {}
        positions = _decoded(self._path, text, tuple[StreamPosition, ...], "positions")
        return {position.stream: position for position in positions}


class FileOutbox:
    """An outbox as a folder with one file a message."""

    persistent = True

    def __init__(self, folder: str | os.PathLike[str]) -> None:
        """`folder`: made where it is missing; files of other names in it are left alone."""
        self._folder = Path(folder)
        self._names: dict[str, str] | None = None
        self._next = 1

    async def load(self) -> Sequence[StoredMessage]:
        """Every stored message, in order; none where there is no folder.

        Raises StoreError when a message's file cannot be read or holds something else.
        """
        self._names = await asyncio.to_thread(self._list)
        return await asyncio.to_thread(self._read, tuple(self._names.values()))

    async def save(self, message: StoredMessage) -> None:
        """Add or replace a message; on disk when this has ended."""
        names = await self._known()
        name = names.get(message.message_id)
        if name is None:
            name = f"{self._next:015d}-{message.message_id}.json"
            self._next += 1
        await asyncio.to_thread(_replace_file, self._folder / name, write_json(message))
        names[message.message_id] = name

    async def remove(self, message_id: str) -> None:
        """Forget a message, if it is there."""
        names = await self._known()
        name = names.get(message_id)
        if name is not None:
            await asyncio.to_thread((self._folder / name).unlink, missing_ok=True)
            del names[message_id]

    async def _known(self) -> dict[str, str]:
        if self._names is None:
            self._names = await asyncio.to_thread(self._list)
        return self._names

    def _list(self) -> dict[str, str]:
        _remove_drafts(self._folder, "*-*.json.*.tmp")
        try:
            found = sorted(path.name for path in self._folder.iterdir())
        except FileNotFoundError:
            return {}
        except OSError as error:
            raise _unreadable(self._folder, error) from error
        matches = [match for name in found if (match := _MESSAGE_FILE.fullmatch(name))]
        self._next = max([self._next, *(int(match[1]) + 1 for match in matches)])
        return {match[2]: match[0] for match in matches}

    def _read(self, names: Sequence[str]) -> Sequence[StoredMessage]:
        paths = [self._folder / name for name in names]
        texts = [(path, _read_if_exists(path)) for path in paths]
        return tuple(
            _decoded(path, text, StoredMessage, "a message")
            for path, text in texts
            if text is not None
        )


def _decoded(path: Path, text: bytes, wanted: type[T], noun: str) -> T:
    """What a file holds; members that this version does not know do not count."""
    try:
        return msgspec.convert(parse_json(text), wanted)
    except (msgspec.ValidationError, ValueError) as error:
        raise StoreError(f"{path} does not hold {noun}: move it away or repair it") from error


def _read_if_exists(path: Path) -> bytes | None:
    try:
        return path.read_bytes()
    except FileNotFoundError:
        return None
    except OSError as error:
        raise _unreadable(path, error) from error


def _unreadable(path: Path, error: OSError) -> StoreError:
    return StoreError(f"{path} cannot be read: {error.strerror or error}")


def _replace_file(path: Path, text: str) -> None:
    """The old content or the new, whole, even where the process or the machine stops in between."""
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f"{path.name}.{uuid4()}.tmp")
    try:
        with draft.open("xb") as file:
            file.write(text.encode())
            file.flush()
            os.fsync(file.fileno())
        draft.replace(path)
    except BaseException:
        draft.unlink(missing_ok=True)
        raise
    _sync_folder(path.parent)


def _sync_folder(folder: Path) -> None:
    """Make a new name last, where the platform can."""
    with suppress(OSError):
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


def _remove_drafts(folder: Path, pattern: str) -> None:
    """What a process that stopped while it wrote has left."""
    with suppress(OSError):
        for draft in folder.glob(pattern):
            draft.unlink(missing_ok=True)
