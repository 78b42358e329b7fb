"""What can go wrong, on one screen.

Every fault a user can cause is a `KgError`. It carries one line per fault (all faults at once, never the first only)
and the exit code of the command line: 1 for a known error, 2 for wrong use.
"""

from __future__ import annotations

from collections.abc import Iterable

__all__ = ["DataError", "KgError", "MissingExtraError", "NotFoundError", "QueryError", "RefusedError", "UsageError"]
__all__ += ["near_hint", "unknown_format"]


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


class RefusedError(KgError):
    """A server answered with a fault; `status` is its HTTP code."""

    def __init__(self, line: str, status: int) -> None:
        super().__init__(line)
        self.status = status


class MissingExtraError(KgError):
    """An optional part is not installed; the message names the `pip install` line that brings it."""


def near_hint(name: str, known: Iterable[str]) -> str:
    """Say which known names are near a wrong one; nothing where none is.

    >>> near_hint("drgs", ["drugs", "arms"])
    '; did you mean drugs?'
    """
    import difflib

    *others, last = ["", *difflib.get_close_matches(name, sorted(known))]
    return f"; did you mean {' or '.join(filter(None, (', '.join(others[1:]), last)))}?" if last else ""


def unknown_format(form: str, known: Iterable[str]) -> UsageError:
    """Make the fault of a format that is not there.

    >>> unknown_format("xml", ["csv", "tsv"]).lines
    ["no format 'xml'; there are csv, tsv"]
    """
    return UsageError(f"no format {form!r}; there are {', '.join(known)}")
