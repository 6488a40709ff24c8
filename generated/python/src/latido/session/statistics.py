"""What a session counts."""

import msgspec


class Counters(msgspec.Struct, kw_only=True, rename="camel"):
    """What a session has counted since it was made."""

    reconnects: int = 0
    """Connections after the first one."""
    events_delivered: int = 0
    """Events handed to the application."""
    duplicates_dropped: int = 0
    """Events that had been delivered or kept before."""
    overflow_dropped: int = 0
    """Events that did not fit the bound of kept events; sync brings them again."""
    gaps: int = 0
    """Times a stream was found behind its known head."""
    syncs_requested: int = 0
    """REQUEST_SYNCs, counted per stream."""
    refreshes: int = 0
    """Reloads that the application was asked for."""
    frames_sent: int = 0
    frames_received: int = 0
    invalid_frames: int = 0
    """Frames that had no effect because they broke the protocol."""
    heartbeat_latency_ms: int | None = None
    """Time from a heartbeat to its acknowledgement, of the last one, in milliseconds."""


class Statistics(Counters, kw_only=True, rename="camel"):
    """A snapshot of what a session has counted, with what it holds now (LIB-11)."""

    outbox_size: int = 0
    """Messages in the outbox, sent or not."""
    in_flight: int = 0
    """Messages sent on the present connection and not answered."""
    kept_events: int = 0
    """Events kept for all streams because they cannot be delivered yet."""
    streams: int = 0
