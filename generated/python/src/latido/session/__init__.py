"""The client side of the protocol without input or output.

What happens goes in, what is to be done comes out.
"""

from . import effects, inputs, notices
from .machine import Move
from .peers import Group
from .session import Session
from .settings import FixedToken, SessionSettings, StartFrom, TokenSource
from .stored_message import StoredMessage

__all__ = [
    "FixedToken",
    "Group",
    "Move",
    "Session",
    "SessionSettings",
    "StartFrom",
    "StoredMessage",
    "TokenSource",
    "effects",
    "inputs",
    "notices",
]
