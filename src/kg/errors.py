"""What can go wrong, on one screen.

Every fault a user can cause is a `KgError`. It carries one line per fault (all faults at once, never the first only)
and the exit code of the command line: 1 for a known error, 2 for wrong use.
"""

from __future__ import annotations

from collections.abc import Iterable

__all__ = ["DataError", "KgError", "MissingExtraError", "NotFoundError", "QueryError", "UsageError"]


class KgError(Exception):
    """A known fault; `lines` holds one plain sentence per fault.

    >>> KgError("no such file: a.ttl").lines
    ['no such file: a.ttl']
    """

    exit_code = 1

    def __init__(self, lines: str | Iterable[str]) -> None:
        self.lines = [lines] if isinstance(lines, str) else list(lines)
        super().__init__("\n".join(self.lines))


class UsageError(KgError):
    """The call itself is wrong (an unknown option, format or question parameter)."""

    exit_code = 2


class NotFoundError(KgError):
    """A name that nothing in the graph answers to; the message carries suggestions."""


class QueryError(KgError):
    """A query that does not parse or cannot be evaluated."""


class DataError(KgError):
    """Data files that do not parse, lack something, or contradict the source."""


class MissingExtraError(KgError):
    """An optional part is not installed; the message names the `pip install` line that brings it."""
