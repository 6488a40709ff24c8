"""Errors that people who use this library may meet."""


class LatidoError(Exception):
    """Whatever this library raises."""


class UsageError(LatidoError, ValueError):
    """The caller used the library wrongly. The message says what to do instead."""


class ClosedError(LatidoError):
    """The client is over: by `disconnect()`, or by the server's close code (RECON-22)."""

    def __init__(self, code: int, reason: str) -> None:
        super().__init__(f"The client is closed ({code}{f': {reason}' if reason else ''})")
        self.code = code
        """Close code that ended it; 1000 after `disconnect()`."""
        self.reason = reason


class OutboxFullError(LatidoError):
    """The outbox holds as many messages as it may (MSG-22).

    Wait for results before sending more.
    """

    def __init__(self, limit: int) -> None:
        super().__init__(f"The outbox is full: {limit} messages wait for an answer")
        self.limit = limit
        """Messages that the outbox may hold."""


class FrameTooLargeError(LatidoError):
    """A message is larger than the server takes (FRAME-22). Send less."""

    def __init__(self, what: str, limit: int, found: int) -> None:
        super().__init__(f"The {what} takes {found} bytes of at most {limit}")
        self.what = what
        """What is too large: `frame` or `payload`."""
        self.limit = limit
        """UTF-8 bytes allowed."""
        self.bytes = found
        """UTF-8 bytes found."""


class StoreError(LatidoError):
    """A store could not be read. `__cause__` holds its error."""


class LocalProtocolError(LatidoError):
    """This library broke its own lifecycle table: a defect here, never the peer's doing."""
