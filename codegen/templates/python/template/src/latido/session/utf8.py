"""Lengths in UTF-8, the unit of every byte limit (FRAME-22)."""


def utf8_length(text: str) -> int:
    """Bytes that a text takes."""
    return len(text) if text.isascii() else len(text.encode("utf-8", "surrogatepass"))


def fits_utf8(text: str, limit: int) -> bool:
    """Whether a text takes at most `limit` bytes; a character takes at most 4."""
    return len(text) * 4 <= limit or utf8_length(text) <= limit
