"""Which of the formats a client accepts comes back, by the rules of HTTP."""

from __future__ import annotations

from collections.abc import Sequence

from kg.pool import RefusalError

__all__ = ["best_of", "chosen"]

_MOST_CHARACTERS = 2000  # browsers send some two hundred


def best_of(accept: str, offered: Sequence[str]) -> str:
    """Choose a media type; of those that the client likes equally, the one offered first.

    Args:
        accept: an Accept header with its q-values; empty means anything.
        offered: what there is, the usual one first.

    Returns:
        One of them, or nothing where the client accepts none.

    Raises:
        RefusalError: the header cannot be read.

    >>> best_of("text/csv;q=0.5, text/*;q=0.1", ["text/turtle", "text/csv"]), best_of("image/png", ["text/csv"])
    ('text/csv', '')
    >>> best_of("", ["text/turtle", "text/csv"])
    'text/turtle'
    """
    import mimeparse

    if len(accept) > _MOST_CHARACTERS:
        raise RefusalError(400, f"the Accept header is longer than {_MOST_CHARACTERS} characters")
    try:
        best: str = mimeparse.best_match(offered[::-1], accept.lower() if accept.strip() else "*/*")
    except ValueError as fault:
        raise RefusalError(400, "the Accept header cannot be read") from fault
    return best


def chosen(accept: str, offered: Sequence[str]) -> str:
    """Choose a media type, as `best_of`.

    Raises:
        RefusalError: the client accepts none of them (406), or the header cannot be read (400).

    >>> chosen("*/*", ["text/csv"])
    'text/csv'
    """
    best = best_of(accept, offered)
    if not best:
        raise RefusalError(406, f"this is answered in {', '.join(offered)}")
    return best
