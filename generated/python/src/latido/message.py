"""What every message has in common."""

import msgspec


class Message(msgspec.Struct, frozen=True, omit_defaults=True, rename="camel"):
    """A message or a part of one: immutable, camelCase as JSON, and absent members are None.

    Making one checks nothing; what is decoded has been checked against every bound.
    """
