"""What went wrong, for people."""

import asyncio


def problem_of(error: BaseException) -> str:
    """One line about an error."""
    if isinstance(error, BaseExceptionGroup):
        return problem_of(error.exceptions[0])
    if isinstance(error, asyncio.CancelledError):
        return "what it waited for was cancelled"
    return str(error) or type(error).__name__
