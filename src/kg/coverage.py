"""Which numbers of the review the graph claims, and which nothing claims."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from kg.source import ASIDES, Key, Token, place_words

if TYPE_CHECKING:
    from kg.place_records import PlaceRecord

__all__ = ["EXEMPT", "Coverage", "coverage"]

# Kinds of token that state no result of their own, each with the reason.
EXEMPT = {"citation": "part of a citation mark", "name": "part of a name"} | {
    kind: aside.reason for kind, aside in ASIDES.items()
}


@dataclass(frozen=True)
class Coverage:
    """Which tokens of the review the graph claims: counts, and the tokens that nothing claims."""

    by_value: int
    by_statement: int
    exempt: dict[str, int]
    uncovered: tuple[Token, ...]

    def lines(self) -> list[str]:
        """Print each unclaimed token with its place, then one line of counts."""
        listed = [f"{t.start}-{t.end} {place_words(t.key)}: {t.token}" for t in self.uncovered]
        exempt = "; ".join(f"{count} {reason}" for reason, count in sorted(self.exempt.items()))
        return [
            *listed,
            f"claimed by values {self.by_value}, by statements {self.by_statement}; exempt: {exempt or 'none'}; "
            f"unexplained {len(self.uncovered)}",
        ]


def coverage(records: Iterable[PlaceRecord], tokens: Iterable[Token]) -> Coverage:
    """Sort the tokens of the review into claimed, exempt and uncovered ones.

    A token is claimed by a used place that encloses it in the same section or cell; a value's claim goes before a
    statement's. What is exempt needs no claim, and is counted as exempt unless a value prints it.

    >>> number = Token(3, 5, "Aim", None, None, None, None, "number", "25")
    >>> coverage([], [number]).lines()
    ['3-5 section Aim: 25', 'claimed by values 0, by statements 0; exempt: none; unexplained 1']
    """
    spans: defaultdict[Key, list[tuple[int, int, bool]]] = defaultdict(list)
    for record in records:
        if record.users:
            spans[record.key].append((record.start, record.end, bool(record.reports)))
    counts: Counter[str] = Counter()
    exempt: Counter[str] = Counter()
    uncovered = []
    for token in tokens:
        claims = {by_value for start, end, by_value in spans[token.key] if start <= token.start and token.end <= end}
        if True in claims:
            counts["value"] += 1
        elif token.kind in EXEMPT:
            exempt[EXEMPT[token.kind]] += 1
        elif claims:
            counts["statement"] += 1
        else:
            uncovered.append(token)
    return Coverage(counts["value"], counts["statement"], dict(exempt), tuple(uncovered))
