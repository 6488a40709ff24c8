"""The WebSocket of the client against a real one."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import Awaitable, Callable

import pytest
from websockets.asyncio.server import Server, ServerConnection, serve
from websockets.typing import Subprotocol

from latido.client import Dial, DialRequest, websocket_dial

HANG_S = 60


class Listener:
    """Keeps what a socket reports."""

    def __init__(self) -> None:
        self.reports: asyncio.Queue[tuple[object, ...]] = asyncio.Queue()

    def opened(self) -> None:
        self.reports.put_nowait(("opened",))

    def text(self, text: str) -> None:
        self.reports.put_nowait(("text", text))

    def ended(self, code: int, reason: str) -> None:
        self.reports.put_nowait(("ended", code, reason))

    async def next(self) -> tuple[object, ...]:
        return await asyncio.wait_for(self.reports.get(), HANG_S)


def against(
    handler: Callable[[ServerConnection], Awaitable[None]],
    use: Callable[[str, Server], Awaitable[None]],
) -> None:
    async def run() -> None:
        async with serve(
            handler, "127.0.0.1", 0, subprotocols=[Subprotocol("latido.v1")]
        ) as server:
            port = server.sockets[0].getsockname()[1]
            await use(f"ws://127.0.0.1:{port}/?userId=ann", server)

    asyncio.run(run())


def test_conn_6_and_8_sends_header_and_subprotocol_and_carries_texts() -> None:
    seen: list[object] = []

    async def handler(connection: ServerConnection) -> None:
        request = connection.request
        assert request is not None
        seen.extend([request.path, request.headers["Authorization"], connection.subprotocol])
        async for text in connection:
            await connection.send([str(text), " and", " back"])

    async def use(url: str, _: Server) -> None:
        listener = Listener()
        socket = websocket_dial()(DialRequest(url, ("latido.v1",), "secret"), listener)
        assert await listener.next() == ("opened",)
        socket.send("there ♥")
        assert await listener.next() == ("text", "there ♥ and back")
        await socket.close(1000, "\ud800" + "é" * 100)
        assert listener.reports.empty()

    against(handler, use)
    assert seen == ["/?userId=ann", "Bearer secret", "latido.v1"]


def test_tells_the_servers_close() -> None:
    async def handler(connection: ServerConnection) -> None:
        await connection.close(4002, "draining")

    async def use(url: str, _: Server) -> None:
        listener = Listener()
        websocket_dial()(DialRequest(url, ("latido.v1",)), listener)
        assert await listener.next() == ("opened",)
        assert await listener.next() == ("ended", 4002, "draining")

    against(handler, use)


def test_tells_a_broken_link_and_bad_text() -> None:
    async def handler(connection: ServerConnection) -> None:
        if "broken" in str(connection.request):
            connection.transport.abort()
        else:
            await connection.send(b"\xff", text=True)
            await connection.wait_closed()

    async def use(url: str, _: Server) -> None:
        for path in ("broken", "bad"):
            listener = Listener()
            websocket_dial()(DialRequest(f"{url}&{path}", ("latido.v1",)), listener)
            assert await listener.next() == ("opened",)
            assert (await listener.next())[0] == "ended"

    against(handler, use)


def test_live_12_answers_pings() -> None:
    async def handler(connection: ServerConnection) -> None:
        await asyncio.wait_for(await connection.ping(), HANG_S)
        await connection.send("ponged")
        await connection.wait_closed()

    async def use(url: str, _: Server) -> None:
        listener = Listener()
        socket = websocket_dial()(DialRequest(url, ("latido.v1",)), listener)
        assert await listener.next() == ("opened",)
        assert await listener.next() == ("text", "ponged")
        await socket.close(1000, "")

    against(handler, use)


def test_tells_that_nobody_listens() -> None:
    async def run() -> None:
        probe = await asyncio.start_server(lambda *_: None, "127.0.0.1", 0)
        port = probe.sockets[0].getsockname()[1]
        probe.close()
        await probe.wait_closed()
        listener = Listener()
        websocket_dial()(DialRequest(f"ws://127.0.0.1:{port}/", ("latido.v1",)), listener)
        kind, code, _ = await listener.next()
        assert (kind, code) == ("ended", 1006)

    asyncio.run(run())


def test_reads_the_platforms_certificates_once(monkeypatch: pytest.MonkeyPatch) -> None:
    made: list[ssl.SSLContext] = []
    create = ssl.create_default_context

    def counted() -> ssl.SSLContext:
        made.append(create())
        return made[-1]

    monkeypatch.setattr(ssl, "create_default_context", counted)

    async def run() -> None:
        probe = await asyncio.start_server(lambda *_: None, "127.0.0.1", 0)
        port = probe.sockets[0].getsockname()[1]
        probe.close()
        await probe.wait_closed()

        async def dialled(dial: Dial, scheme: str) -> None:
            listener = Listener()
            dial(DialRequest(f"{scheme}://127.0.0.1:{port}/", ("latido.v1",)), listener)
            assert (await listener.next())[:2] == ("ended", 1006)

        dial = websocket_dial()
        await dialled(dial, "ws")
        assert len(made) == 0
        for _dial in range(3):
            await dialled(dial, "wss")
        assert len(made) == 1
        await dialled(websocket_dial(create()), "wss")
        assert len(made) == 1

    asyncio.run(run())


def test_tells_a_refused_upgrade() -> None:
    async def run() -> None:
        async def refuse(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            writer.write(b"HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n")
            writer.close()

        server = await asyncio.start_server(refuse, "127.0.0.1", 0)
        port = server.sockets[0].getsockname()[1]
        listener = Listener()
        websocket_dial()(DialRequest(f"ws://127.0.0.1:{port}/", ("latido.v1",)), listener)
        kind, code, reason = await listener.next()
        assert (kind, code) == ("ended", 1006)
        assert "400" in str(reason)
        server.close()

    asyncio.run(run())


def test_lib_12_a_socket_that_is_closed_while_it_dials_leaves_nothing() -> None:
    async def use(url: str, _: Server) -> None:
        listener = Listener()
        for count in range(6):
            socket = websocket_dial()(DialRequest(url, ("latido.v1",)), listener)
            for _turn in range(count):
                await asyncio.sleep(0)
            await asyncio.wait_for(socket.close(1000, ""), HANG_S)
        names = {task.get_name() for task in asyncio.all_tasks()}
        assert not any(name.startswith("latido") for name in names)
        reports = [listener.reports.get_nowait() for _ in range(listener.reports.qsize())]
        assert ("ended", 1000, "") not in reports

    async def handler(connection: ServerConnection) -> None:
        await connection.wait_closed()

    against(handler, use)
