"""How long a client waits before it returns."""

from collections.abc import Callable
from dataclasses import dataclass
from math import ceil

from ..messages import ReconnectSettings, ServerDisconnectFrame
from ..tables import Timers
from .timers import clamp_wait

Random = Callable[[], float]


@dataclass(frozen=True, slots=True)
class ReturnAdvice:
    """What a DISCONNECT said about the return; it binds the next attempt only (RECON-5)."""

    retry_after_ms: int
    spread_ms: int


def retry_delay(
    n: int,
    reconnect: ReconnectSettings,
    advice: ReturnAdvice,
    *,
    after_stable: bool,
    random: Random,
) -> int:
    """RECON-1: the wait before the n-th retry in a row, n from 0.

    Chance is drawn in this order: jitter, spread (if there is one), first spread (if
    `after_stable`).
    """
    doubled = doubling(reconnect.base_delay_ms, n, reconnect.max_delay_ms)
    jittered = doubled * (1 - reconnect.jitter * random())
    first_spread_ms = reconnect.first_spread_ms if after_stable else 0  # RECON-3
    return _whole_wait(
        max(jittered, advice.retry_after_ms)
        + _uniform(advice.spread_ms, random)
        + _uniform(first_spread_ms, random)
    )


def circuit_rest(reconnect: ReconnectSettings, advice: ReturnAdvice, random: Random) -> int:
    """RECON-12: the rest of an open circuit, no shorter than a retryAfterMs that binds it."""
    jittered = reconnect.circuit_rest_ms * (1 - reconnect.jitter * random())
    return _whole_wait(max(jittered, advice.retry_after_ms))


def advice_of(disconnect: ServerDisconnectFrame | None, *, draining: bool) -> ReturnAdvice:
    """RECON-6: what holds for the next attempt, by the DISCONNECT (if one came)."""
    told = None if disconnect is None else disconnect.retry_after_ms
    retry_after_ms = clamp_wait(told or 0)
    if disconnect is not None and disconnect.spread_ms is not None:
        return ReturnAdvice(retry_after_ms, clamp_wait(disconnect.spread_ms))
    assumed = Timers.drain_spread_ms.default
    if draining:
        return ReturnAdvice(retry_after_ms, assumed)
    return ReturnAdvice(retry_after_ms, 0 if told is None else max(assumed, retry_after_ms))


def doubling(first: int, k: int, bound: int) -> int:
    """`first · 2^k`, bounded."""
    return min(bound, first << min(k, 52))


def _uniform(bound: int, random: Random) -> float:
    return bound * random() if bound > 0 else 0


def _whole_wait(wait_ms: float) -> int:
    """Rounded up, so that no attempt comes before its time."""
    return clamp_wait(ceil(wait_ms))
