"""Steps without their tokens (AUTH-20)."""

from typing import Final

from msgspec.structs import replace

from ..json_text import parse_json, write_json
from ..session import effects, inputs
from .driver import Step

_HIDDEN: Final = "[token]"


def without_tokens(step: Step) -> Step:
    """The same step, to be shown."""
    return replace(
        step,
        input=_hide_in_input(step.input),
        effects=tuple(_hide_in_effect(effect) for effect in step.effects),
    )


def _hide_in_input(given: inputs.SessionInput) -> inputs.SessionInput:
    return replace(given, token=_HIDDEN) if isinstance(given, inputs.Token) else given


def _hide_in_effect(effect: effects.SessionEffect) -> effects.SessionEffect:
    match effect:
        case effects.Open(token=str()):
            return replace(effect, token=_HIDDEN)
        case effects.Send(text=text) if text.startswith('{"type":"TOKEN_REFRESH"'):
            return replace(effect, text=write_json({**parse_json(text), "token": _HIDDEN}))
        case _:
            return effect
