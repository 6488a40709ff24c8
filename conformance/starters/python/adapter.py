"""An adapter for the conformance suite of Latido: driver protocol version 1.

It holds one client and does what each line of standard input says with the client's
public interface; it judges nothing.

It begins with the client of the package latido. To judge your own, change what is marked
"yours": everything else is the driver protocol, and stays.
"""

# ruff: noqa: BLE001 - whatever the library raises is told

import asyncio
import json
import sys
from collections.abc import Awaitable, Callable, Sequence
from typing import Any, TypeAlias

import msgspec
from latido import Client, MemoryPositions, StreamPosition  # yours

Given: TypeAlias = dict[str, Any]

# Names of optional commands that handlers below answer. A case that needs another one does
# not run.
CAPABILITIES = ["suspend", "resume", "token"]


def write_line(line: Given) -> None:
    sys.stdout.buffer.write(json.dumps(line).encode() + b"\n")
    sys.stdout.buffer.flush()


def plain(value: Any) -> Any:
    """A value of the library as JSON has it, with the names of the contract."""
    return msgspec.to_builtins(value)  # yours


class Adapter:
    """One client at a time, and what is told of it."""

    def __init__(self) -> None:
        self.n = 0
        self.client: Client | None = None
        self.token: str | None = None
        self.tasks: set[asyncio.Task[None]] = set()

    def report(self, teller: Client, event: str, fields: Given) -> None:
        """Tell what the library told: at once, and in its order.

        Silent for a client whose case is over.
        """
        if teller is self.client:
            self.n += 1
            write_line({"n": self.n, "event": event, **fields})

    def listen(self, made: Client, names: Sequence[str]) -> None:
        """yours: listen to everything that the library tells, and report it."""

        @made.on_state
        def state(change: Any) -> None:
            self.report(made, "state", plain(change))

        @made.on_notice
        def notice(told: Any) -> None:
            self.report(made, "notice", plain(told))

        @made.on_full_refresh
        def refresh(wanted: Any) -> None:
            self.report(made, "refresh", plain(wanted))

        @made.on_presence
        def presence(change: Any) -> None:
            known = made.groups.get(change.group)
            fields = {"group": change.group, "scope": dict(change.scope)}
            members = [] if known is None else plain([*known.members.values()])
            count = 0 if known is None else known.member_count
            self.report(
                made, "presence", {**fields, "members": members, "memberCount": count}
            )

        def delivered(event: Any) -> None:
            told = {
                "stream": event.stream,
                "epoch": event.epoch,
                "eventId": event.event_id,
                "name": event.event,
                "scope": event.scope,
                "module": event.module,
                "messageId": event.message_id,
                "publicationId": event.publication_id,
                "senderId": event.sender_id,
            }
            known = {name: value for name, value in told.items() if value is not None}
            self.report(made, "delivered", {**known, "payload": event.payload})

        for name in names:
            made.on(name)(delivered)

    async def open(self, given: Given) -> None:
        """yours: make a client with these settings, and connect it."""
        self.token = given.get("token")
        positions = MemoryPositions()
        await positions.save(
            msgspec.convert(given.get("positions", []), list[StreamPosition])
        )
        made = Client(
            given["url"],
            user_id=given["userId"],
            device_id=given.get("deviceId"),
            heartbeat_ms=given.get("heartbeatMs"),
            start_from=given.get("startFrom", "latest"),
            token=self.provide if "token" in given else None,
            positions=positions,
        )
        self.client = made
        self.listen(made, given.get("listen", ["*"]))
        self.start(self.connect(made))

    def provide(self) -> str:
        """The token provider."""
        self.report(self.opened(), "token.asked", {})
        if self.token is None:
            raise RuntimeError("the provider has no token")
        return self.token

    async def connect(self, made: Client) -> None:
        try:
            await made.connect()
        except Exception as error:
            fault = {"call": "connect", "error": type(error).__name__}
            self.report(made, "failure", fault)

    async def send(self, made: Client, given: Given) -> None:
        """The outcome of a message is an event: the reply to `send` does not wait for it."""
        key, scope = given["key"], given.get("scope")
        try:
            result = await made.send(given["event"], given["payload"], scope=scope)
            told = plain(result)
        except Exception as error:
            told = {"status": "failed", "reason": type(error).__name__}
        self.report(made, "result", {"key": key, **told})

    def opened(self) -> Client:
        if self.client is None:
            raise RuntimeError("no client is open")
        return self.client

    def start(self, work: Awaitable[None]) -> None:
        task = asyncio.ensure_future(work)
        self.tasks.add(task)
        task.add_done_callback(self.tasks.discard)

    async def dispose(self) -> None:
        """End the client of a case without a word: from here on it is not listened to."""
        ended, self.client = self.client, None
        if ended is not None:
            await ended.disconnect()

    async def perform(self, cmd: str, given: Given) -> Given:
        """Carry a command to the library."""
        match cmd:
            case "hello":
                return {
                    "implementation": "my-client",  # yours
                    "version": "0.1.0",  # yours
                    "language": "python",
                    "spec": ["1.0"],
                    "capabilities": CAPABILITIES,
                }
            case "case.begin" | "case.end":
                await self.dispose()
            case "open":
                await self.open(given)
            case "send":
                self.start(self.send(self.opened(), given))
            case "presence":
                self.opened().set_presence(given["status"], given.get("metadata"))
            case "close":
                await self.opened().disconnect()
            case "fence":
                # What the library does after a frame takes a few turns of the event loop.
                for _ in range(10):
                    await asyncio.sleep(0)
            case "suspend":
                self.opened().suspend()
            case "resume":
                self.opened().resume()
            case "token":
                self.token = given["token"]
            case _:
                raise NotImplementedError(cmd)
        return {}


async def answer(
    perform: Callable[[str, Given], Awaitable[Given]], line: bytes
) -> None:
    given = json.loads(line)
    number, cmd = given.pop("id"), given.pop("cmd")
    try:
        reply = {"ok": True, **await perform(cmd, given)}
    except NotImplementedError:
        reply = {"ok": False, "error": {"code": "unsupported", "message": cmd}}
    except Exception as error:
        reply = {"ok": False, "error": {"code": "internal", "message": str(error)}}
    write_line({"re": number, **reply})


async def main() -> None:
    """One command after the other. A line ends at byte 0x0A and nowhere else."""
    adapter = Adapter()
    reader = asyncio.StreamReader(limit=2 * 1024 * 1024)
    protocol = asyncio.StreamReaderProtocol(reader)
    loop = asyncio.get_running_loop()
    await loop.connect_read_pipe(lambda: protocol, sys.stdin)
    while line := await reader.readline():
        await answer(adapter.perform, line)


if __name__ == "__main__":
    asyncio.run(main())
