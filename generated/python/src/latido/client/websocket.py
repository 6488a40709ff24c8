"""WebSocket connections over asyncio, by the protocol core of the `websockets` package.

The core has no tasks and no queues of its own: what arrives is told in the same turn of the event
loop.
"""

import asyncio
import ssl
from collections.abc import Awaitable, Callable
from functools import cache, partial
from typing import Final, cast

from websockets.client import ClientProtocol
from websockets.frames import Frame, Opcode
from websockets.http11 import Response
from websockets.protocol import State
from websockets.typing import Subprotocol
from websockets.uri import parse_uri

from ..tables import CloseCode
from .dial import CLOSE_TIMEOUT_S, Dial, DialRequest, SocketListener
from .problem import problem_of

_MAX_MESSAGE_BYTES: Final = 4 * 1024 * 1024
"""Server frames stay under 1 MiB; a larger one is a fault that ends the connection."""

_MAX_REASON_BYTES: Final = 123
"""A close frame has room for this much reason (RFC 6455, 5.5)."""


def websocket_dial(tls: ssl.SSLContext | None = None) -> Dial:
    """Dials WebSockets. The token travels in the Authorization header (CONN-6).

    `tls`: for `wss://`; by default the platform's certificates are trusted, as they are when the
    first such address is dialled.
    """

    @cache
    def context() -> ssl.SSLContext:
        return tls or ssl.create_default_context()  # which reads every certificate of the platform

    return partial(_WebSocket, context)


class _WebSocket(asyncio.Protocol):
    """One connection, from dialling to its end."""

    def __init__(
        self,
        tls: Callable[[], ssl.SSLContext],
        request: DialRequest,
        listener: SocketListener,
    ) -> None:
        uri = parse_uri(request.url)
        self._core = ClientProtocol(
            uri,
            subprotocols=[Subprotocol(each) for each in request.subprotocols],
            max_size=_MAX_MESSAGE_BYTES,
        )
        self._token = request.token
        self._listener: SocketListener | None = listener
        self._transport: asyncio.Transport | None = None
        self._message: list[bytes] | None = None
        self._input_over = False
        self._close_timer: asyncio.TimerHandle | None = None
        loop = asyncio.get_running_loop()
        self._loop = loop
        self._lost: asyncio.Future[None] = loop.create_future()
        context = tls() if uri.secure else None
        self._connecting = loop.create_task(
            self._connect(uri.host, uri.port, context), name="latido dial"
        )

    def send(self, text: str) -> None:
        """Write a text message, if the connection is open."""
        if self._core.state is State.OPEN:
            self._core.send_text(text.encode())
            self._write()

    def close(self, code: int, reason: str) -> Awaitable[None]:
        """Close, reporting nothing more."""
        self._listener = None
        self._connecting.cancel()
        if self._core.state is State.OPEN:
            self._core.send_close(code, _close_reason(reason))
            self._write()
        elif self._core.state is State.CONNECTING and self._transport is not None:
            self._transport.abort()
        self._expect_end()
        return self._ended()

    async def _ended(self) -> None:
        await asyncio.wait([self._connecting])
        if self._transport is not None:
            await asyncio.shield(self._lost)

    async def _connect(self, host: str, port: int, tls: ssl.SSLContext | None) -> None:
        try:
            name = host if tls is not None else None
            await self._loop.create_connection(
                lambda: self, host, port, ssl=tls, server_hostname=name
            )
        except (OSError, ValueError) as error:
            self._end(CloseCode.ABNORMAL, problem_of(error))

    # What the transport tells.

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.Transport", transport)
        request = self._core.connect()
        if self._token is not None:
            request.headers["Authorization"] = f"Bearer {self._token}"
        self._core.send_request(request)
        self._write()

    def data_received(self, data: bytes) -> None:
        self._core.receive_data(data)
        self._progress()

    def eof_received(self) -> None:
        self._end_of_input()
        self._progress()

    def connection_lost(self, error: Exception | None) -> None:
        self._end_of_input()
        if self._close_timer is not None:
            self._close_timer.cancel()
        if not self._lost.done():
            self._lost.set_result(None)
        told = self._core.close_rcvd
        if told is not None:
            self._end(told.code, told.reason)
            return
        cause = self._core.handshake_exc or error
        self._end(CloseCode.ABNORMAL, "" if cause is None else problem_of(cause))

    def _end_of_input(self) -> None:
        if not self._input_over:
            self._input_over = True
            self._core.receive_eof()

    def _progress(self) -> None:
        """Take what the core has understood, and write what it answers (pongs, closes: LIVE-12)."""
        for event in self._core.events_received():
            if isinstance(event, Response):
                if self._core.handshake_exc is None and self._listener is not None:
                    self._listener.opened()
            elif isinstance(event, Frame):
                self._frame(event)
        self._write()
        if self._core.close_expected():
            self._expect_end()

    def _frame(self, frame: Frame) -> None:
        match frame.opcode:
            case Opcode.TEXT:
                self._message = [bytes(frame.data)]
            case Opcode.CONT if self._message is not None:
                self._message.append(bytes(frame.data))
            case _:
                return  # no part of the protocol, or a control frame that the core answers
        if not frame.fin:
            return
        message, self._message = b"".join(self._message), None
        try:
            text = message.decode()
        except UnicodeDecodeError:
            self._core.fail(CloseCode.INVALID_UTF8, "a text message was not UTF-8")
            return
        if self._listener is not None:
            self._listener.text(text)

    def _write(self) -> None:
        transport = self._transport
        if transport is None or transport.is_closing():
            return
        for data in self._core.data_to_send():
            if data:
                transport.write(data)
            elif transport.can_write_eof():
                transport.write_eof()
            else:
                transport.close()

    def _expect_end(self) -> None:
        """The other side closes the connection now; one that does not is dropped."""
        if self._close_timer is None and self._transport is not None:
            self._close_timer = self._loop.call_later(CLOSE_TIMEOUT_S, self._transport.abort)

    def _end(self, code: int, reason: str) -> None:
        listener, self._listener = self._listener, None
        if listener is not None:
            listener.ended(int(code), reason)


def _close_reason(reason: str) -> str:
    """A reason that fits a close frame."""
    known = reason.encode(errors="replace")  # half a surrogate pair has no UTF-8
    return known[:_MAX_REASON_BYTES].decode(errors="ignore")
