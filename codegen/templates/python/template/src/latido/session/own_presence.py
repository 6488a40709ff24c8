"""What the user shows to the others, once the application has said so (PRES-31)."""

from ..messages import PresenceUpdateFrame, PresenceUpdatePayload
from .port import Port


class OwnPresence:
    """The last status that the application set."""

    def __init__(self, port: Port) -> None:
        self._port = port
        self._payload: PresenceUpdatePayload | None = None

    def set(self, payload: PresenceUpdatePayload) -> None:
        self._payload = payload
        if self._port.connected:
            frame = PresenceUpdateFrame(payload=payload, timestamp=self._port.timestamp)
            self._port.send(frame)

    def connected(self) -> None:
        """PRES-22: the server may have forgotten."""
        if self._payload is not None:
            self.set(self._payload)
