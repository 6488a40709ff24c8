"""How plain data is written as JSON: alike in every language, for traces to be portable."""

import msgspec


def camel_tag(name: str) -> str:
    """The tag of a class: its name with a small first letter."""
    return name[0].lower() + name[1:]


def snake_tag(name: str) -> str:
    """The tag of a class: its words joined by underscores."""
    return "".join(f"_{c.lower()}" if c.isupper() else c for c in name).lstrip("_")


class Plain(msgspec.Struct, frozen=True, kw_only=True, rename="camel", omit_defaults=True):
    """Data that never changes. A member that is None does not exist."""
