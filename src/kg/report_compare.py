"""Comparing rebuilt table cells with the paper: with its tokens, and with its text where that is at hand."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal

from kg.report_cells import DIGITS, ROW_HEADING, TABLES, Cell, Figure, Key
from kg.report_text import Names, read_faults
from kg.source import Region, Rendition, Token, TokenTable

__all__ = ["heading_numbers", "own_faults", "regions_of", "text_faults", "token_faults"]

# A token of these kinds is a result, and a value must report it.
RESULTS = frozenset({"number", "word", "status"})
# These the graph holds elsewhere: in the schedule of a component, in a time point.
HELD = {"schedule": frozenset({"schedule", "cycle"}), "time point": frozenset({"time"})}
# These state nothing that could be compared.
SILENT = frozenset({"name", "citation"})
_WORDS = {
    word: Decimal(number)
    for number, word in enumerate(("one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten"), 1)
}


def regions_of(regions: Iterable[Region], table: int) -> dict[Key, Region]:
    """Pick the cells of one table, by row and column, without its headings."""
    return {
        (region.row or "", region.column or ""): region
        for region in regions
        if region.table == table and region.row != ROW_HEADING
    }


def _printed(tokens: Iterable[Token], table: int, row: str, column: str) -> list[Token]:
    key = (None, table, row, column)
    return [token for token in tokens if token.key == key and token.kind not in SILENT]


def heading_numbers(tokens: TokenTable, table: int) -> dict[str, list[str]]:
    """Read the numbers in the headings: the grades, then the bound of what is listed."""
    return {
        column: list(dict.fromkeys(token.token for token in _printed(tokens, table, ROW_HEADING, column)))
        for column in TABLES[table]
    }


def own_faults(cell: Cell, heading: dict[str, list[str]]) -> Iterator[str]:
    """Find values that do not agree with their own print, or with the heading they stand under."""
    for figure in cell.figures:
        for token, number in zip(figure.tokens, (figure.number, figure.high), strict=False):
            if _number(token) != _number(number):
                yield f"printed {token}, but the value is {number or 'none'}"
        grades = DIGITS.findall(figure.grade)
        if figure.grade and grades != heading.get(cell.column, [])[: max(len(grades), 1)]:
            yield f"{figure.label} {figure.printed} is of grade {figure.grade}, the heading says otherwise"
    if cell.column not in TABLES[cell.table]:
        yield "the paper's table has no such column"


def _number(token: str) -> Decimal | None:
    plain = token.replace(",", "").casefold()
    return Decimal(plain) if re.fullmatch(r"-?\d+(?:\.\d+)?", plain) else _WORDS.get(plain)


@dataclass(frozen=True)
class _Claim:
    """A token that figures of a cell claim; several where "mPFS and mOS" share one status word."""

    start: int
    end: int
    token: str
    figures: tuple[Figure, ...]


def _claims(figures: Sequence[Figure]) -> list[_Claim]:
    shared: defaultdict[tuple[int, int, str], list[Figure]] = defaultdict(list)
    for figure in figures:
        low, *high = figure.tokens
        shared[figure.start, figure.start + len(low), low].append(figure)
        for token in high:
            shared[figure.end - len(token), figure.end, token].append(figure)
    return [_Claim(*span, tuple(shared[span])) for span in sorted(shared)]


def _aligned(claims: Sequence[_Claim], tokens: Sequence[Token]) -> list[tuple[_Claim, Token]]:
    """Pair equal tokens in the order of the cell, as many as can be; those at the same offset first.

    The offsets only break ties, for in another rendition of the paper they are all different.
    """
    best = [[0] * (len(tokens) + 1) for _ in range(len(claims) + 1)]

    def worth(i: int, j: int) -> int:
        same = claims[i].token.casefold() == tokens[j].token.casefold()
        return same * (1000 + (claims[i].start == tokens[j].start))

    for i in reversed(range(len(claims))):
        for j in reversed(range(len(tokens))):
            paired = worth(i, j) + best[i + 1][j + 1] if worth(i, j) else 0
            best[i][j] = max(best[i + 1][j], best[i][j + 1], paired)
    pairs, i, j = [], 0, 0
    while i < len(claims) and j < len(tokens):
        if worth(i, j) and best[i][j] == worth(i, j) + best[i + 1][j + 1]:
            pairs.append((claims[i], tokens[j]))
            i, j = i + 1, j + 1
        elif best[i][j] == best[i + 1][j]:
            i += 1
        else:
            j += 1
    return pairs


def token_faults(cell: Cell, tokens: TokenTable) -> Iterator[str]:
    """Compare the numbers and status words, and on which side of "versus" they stand."""
    printed = _printed(tokens, cell.table, cell.row, cell.column)
    claims = _claims(cell.figures)
    pairs = _aligned(claims, printed)
    claimed = {token.start for _, token in pairs}
    left = [token for token in printed if token.start not in claimed]
    missing = [token.token for token in left if token.kind in RESULTS]
    surplus = [claim.token for claim in claims if claim not in {paired for paired, _ in pairs}]
    yield from _differences("", missing, surplus)
    for what, held in _held(cell).items():
        there = Counter(token.token for token in left if token.kind in HELD[what])
        yield from _differences(f"of a {what} ", (there - held).elements(), (held - there).elements())
    named = {number for figure in cell.figures for number in DIGITS.findall(figure.who)}
    yield from _differences("of a group ", [t.token for t in left if t.kind == "label" and t.token not in named], [])
    for claim, token in pairs:
        for figure in claim.figures:
            if figure.order and token.ordinal and int(figure.order) != token.ordinal:
                side = "before" if token.ordinal == 1 else "after"
                yield f"{token.token} stands {side} versus, the graph gives it to {figure.who}"


def _differences(of: str, missing: Iterable[str], surplus: Iterable[str]) -> Iterator[str]:
    for what, tokens in (("missing", list(missing)), ("surplus", list(surplus))):
        if tokens:
            yield f"{what} {of}{', '.join(tokens)}"


def _held(cell: Cell) -> dict[str, Counter[str]]:
    """Count the numbers that the graph has within words: a component's once, however many alternative doses it has."""
    schedules = {figure.component: f"{figure.schedule} {figure.cycle}" for figure in cell.figures if figure.component}
    points = {(figure.who, figure.timepoint) for figure in cell.figures if not figure.component}
    return {
        "schedule": Counter(number for words in schedules.values() for number in DIGITS.findall(words)),
        "time point": Counter(number for _, words in points for number in DIGITS.findall(words)),
    }


def text_faults(cell: Cell, rendition: Rendition, names: Names) -> Iterator[str]:
    """Compare with the printed cell itself."""
    yield from token_faults(cell, rendition.tokens)
    regions = regions_of(rendition.regions, cell.table)
    region = regions.get((cell.row, cell.column))
    if region is None:
        yield "the text has no such cell"
        return
    text = rendition.text[region.start : region.end]
    printed = _printed(rendition.tokens, cell.table, cell.row, cell.column)
    for claim, token in _aligned(_claims(cell.figures), printed):
        for figure in claim.figures:
            first = token.token.casefold() == figure.tokens[0].casefold()
            span = token.start - region.start, token.end - region.start
            yield from read_faults(figure, text, span, cell.column, names) if first else []
    if cell.column == "Design":
        yield from _design_faults(cell, _plain(text))


def _design_faults(cell: Cell, plain: str) -> Iterator[str]:
    """Compare the features of a design with the words of the cell: none too many, none left over."""
    for words in dict.fromkeys(statement.words for statement in cell.statements if statement.feature):
        if _plain(words) not in plain:
            yield f"the design {words!r} does not stand in the text"
        plain = plain.replace(_plain(words), ",", 1)
    left = [word for word in re.split(r"[ ,]+", plain) if word not in {"", "and", "study"}]
    if left and cell.statements:
        yield f"missing {' '.join(left)!r}"


def _plain(text: str) -> str:
    """Fold what print does to words: "open- label", "open label", "escalation + expansion"."""
    return " ".join(text.casefold().replace("+", "and").replace("-", " ").split())
