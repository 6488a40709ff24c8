"""The adapter of the Python client: driver protocol version 1 over standard input and output.

It uses the client's public interface only, and expects nothing of it. The package is the one that
can be imported, else the generated one of this checkout.
"""

from __future__ import annotations

import asyncio
import importlib.util
import json
import random
import sys
import tomllib
from collections.abc import Callable, Mapping
from importlib import metadata
from pathlib import Path
from typing import Any

if importlib.util.find_spec("latido") is None:
    sys.path.insert(0, str(Path(__file__).parents[3] / "generated" / "python" / "src"))

import msgspec

import latido
from disk import Disk
from latido.messages import StreamPosition
from life import Life, World
from virtual_clock import VirtualClock, breathe

CAPABILITIES = (
    "suspend",
    "resume",
    "restart",
    "token",
    "settle",
    "signal",
    "statistics",
    "clock.advance",
)

TURNS_OF_A_FENCE = 10
"""Turns of the event loop from a socket to the application and back are fewer."""


def seeded(seed: int) -> Callable[[], float]:
    """The same seed gives the same choices."""
    return random.Random(seed).random


def write_line(value: Mapping[str, Any]) -> None:
    sys.stdout.buffer.write(msgspec.json.encode(value) + b"\n")
    sys.stdout.buffer.flush()


class Adapter:
    """Does what each line says."""

    def __init__(self) -> None:
        self._n = 0
        self._lives: list[Life] = []
        self._dying: list[asyncio.Future[None]] = []
        self._disk = Disk({}, {}, persistent=False)
        self._settings: Mapping[str, Any] = {}
        self._token: str | None = None
        self._clock: VirtualClock | None = None
        self._random: Callable[[], float] = random.random

    async def perform(self, command: Mapping[str, Any]) -> Mapping[str, Any]:
        """Carry a command to the library."""
        match command["cmd"]:
            case "hello":
                return {
                    "implementation": "latido-python",
                    "version": _version(),
                    "language": "python",
                    "spec": ["1.0"],
                    "capabilities": CAPABILITIES,
                }
            case "case.begin":
                self._random = seeded(command["seed"])
                self._clock = VirtualClock() if command.get("clock") == "virtual" else None
            case "open":
                self._open(command)
            case "send":
                self._life.send(command)
            case "presence":
                self._life.client.set_presence(command["status"], command.get("metadata"))
            case "close":
                await self._life.client.disconnect()
            case "suspend":
                self._life.client.suspend()
            case "resume":
                self._life.client.resume()
            case "restart":
                self._disk = self._disk.freeze()
                self._dying.append(asyncio.ensure_future(self._life.die()))
                self._live()
            case "token":
                self._token = command["token"]
            case "settle":
                self._life.settle(command)
            case "signal":
                self._life.client.signal(command["signal"])
            case "statistics":
                self._life.report_statistics()
            case "clock.advance":
                if self._clock is not None:
                    # What the commands before began has set its alarms.
                    await breathe(TURNS_OF_A_FENCE)
                    await self._clock.advance(command["ms"], asleep=command.get("asleep", False))
            case "fence":
                await breathe(TURNS_OF_A_FENCE)
            case "case.end":
                await asyncio.gather(*self._dying, *(life.die() for life in self._lives))
                self._dying.clear()
                self._lives.clear()
            case other:
                raise NotImplementedError(f"unsupported command {other}")
        return {}

    @property
    def _life(self) -> Life:
        if not self._lives:
            raise LookupError("no client is open")
        return self._lives[-1]

    def _open(self, command: Mapping[str, Any]) -> None:
        positions = msgspec.convert(command.get("positions", []), list[StreamPosition])
        persistent = command.get("outbox") == "persistent"
        self._disk = Disk({each.stream: each for each in positions}, {}, persistent=persistent)
        self._settings = command
        self._token = command.get("token")
        self._live()

    def _live(self) -> None:
        world = World(self._disk, self._clock, self._random, lambda: self._token, self._report)
        life = Life(self._settings, world)
        self._lives.append(life)
        life.connect()

    def _report(self, event: str, fields: Mapping[str, Any]) -> None:
        self._n += 1
        write_line({"n": self._n, "event": event, **fields})


def _version() -> str:
    """That of the installed package, else that of the folder it lies in."""
    try:
        return metadata.version("latido")
    except metadata.PackageNotFoundError:
        project = Path(latido.__file__).parents[2] / "pyproject.toml"
        return str(tomllib.loads(project.read_text())["project"]["version"])


async def answer(adapter: Adapter, command: Mapping[str, Any]) -> None:
    """Answer a command exactly once."""
    try:
        reply = await adapter.perform(command)
    except NotImplementedError as error:
        fault = {"code": "unsupported", "message": str(error)}
    except Exception as error:
        fault = {"code": "internal", "message": f"{type(error).__name__}: {error}"}
    else:
        write_line({"re": command["id"], "ok": True, **reply})
        return
    write_line({"re": command["id"], "ok": False, "error": fault})


async def main() -> None:
    """Serve lines until the input ends; a line ends at byte 0x0A and nowhere else."""
    adapter = Adapter()
    reader = asyncio.StreamReader(limit=2 * 1024 * 1024)
    loop = asyncio.get_running_loop()
    await loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(reader), sys.stdin)
    while line := await reader.readline():
        await answer(adapter, json.loads(line))


if __name__ == "__main__":
    asyncio.run(main())
