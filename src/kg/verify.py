"""Re-read every place of the graph: against the review's text, or against the token table that ships with the tests."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, NamedTuple

from kg.place_records import PlaceRecord, Printed, place_records, rendition_read
from kg.places import Place, place_at
from kg.source import (
    EXPECTED_SHA256,
    REFERENCE_LIST,
    Key,
    Region,
    Rendition,
    Token,
    TokenTable,
    place_words,
    span_sha256,
)
from kg.terms import curie
from kg.token_table import read_tokens

if TYPE_CHECKING:
    from kg.store import Graph

__all__ = ["Fault", "Reading", "read_again", "verify"]


class Fault(NamedTuple):
    """What is wrong, and with which thing (as a CURIE)."""

    subject: str
    message: str


class Reading(NamedTuple):
    """What was read again: the places, the tokens they were compared with, what is wrong, and places left unread."""

    records: list[PlaceRecord]
    tokens: TokenTable
    faults: list[Fault]
    unread: int


def read_again(graph: Graph, rendition: Rendition | None = None, *, other_rendition: bool = False) -> Reading:
    """Compare the places of one source, and once they agree the wording of its clauses too.

    Args:
        graph: whose places to read.
        rendition: the text of a source; left out, the token table of the review is read.
        other_rendition: the text is another file of the review than the one its places are for.

    Raises:
        KgError: the token table cannot be read.

    >>> from kg.store import load
    >>> read_again(load(cache=False)).faults
    []
    """
    from kg.wording import wording_faults  # which imports the faults from here

    tokens = read_tokens(graph.files.tokens)
    source, expected = rendition_read(graph.store, rendition.sha256 if rendition else None)
    known = place_records(graph.store)
    records = [record for record in known if record.rendition in ("", source)]
    faults = verify(
        records, tokens=tokens, rendition=rendition, other_rendition=other_rendition, expected_sha256=expected
    )
    if rendition is not None and not other_rendition and not faults:
        faults += wording_faults(graph, rendition, source)
    read = rendition.tokens if rendition and rendition.sha256 == expected else tokens
    return Reading(records, read, faults, len(known) - len(records))


def verify(
    records: Iterable[PlaceRecord],
    *,
    tokens: TokenTable,
    rendition: Rendition | None = None,
    other_rendition: bool = False,
    expected_sha256: str = EXPECTED_SHA256,
) -> list[Fault]:
    """Compare every place with what really stands there; an empty list means that all agree.

    With `rendition` the text itself is read; without it `tokens` answer for numbers and status words, and clauses are
    checked against the bounds of their section or cell. `other_rendition` takes another file of the same article: only
    that each number occurs in its section or cell.
    """
    known = list(records)
    faults = [fault for record in known for fault in _use_faults(record)]
    placed = [record for record in known if record.sha256]
    if rendition is not None and other_rendition:
        return faults + [fault for record in placed for fault in _other_faults(record, rendition)]
    finder = _Finder(rendition.tokens if rendition is not None else tokens)
    for record in placed:
        actual = place_at(rendition, record.start, record.end) if rendition is not None else finder.place(record)
        faults += _place_faults(record, actual)
        faults += _report_faults(record, rendition, finder)
    if rendition is not None and rendition.sha256 != expected_sha256:
        message = f"the text has SHA-256 {rendition.sha256}, the places are for {expected_sha256}"
        faults.append(Fault("kgd:Rendition_review", f"{message}; --other-rendition compares numbers only"))
    return faults


class _Finder:
    """Tokens by the offsets where they begin and end, and the bounds of sections and cells."""

    def __init__(self, tokens: TokenTable) -> None:
        self.by_start = {token.start: token for token in tokens}
        self.by_end = {token.end: token for token in tokens}
        self.marks = sorted((token for token in tokens if token.kind == "citation"), key=lambda token: token.start)
        self.regions: defaultdict[Key, list[Region]] = defaultdict(list)
        for region in tokens.regions:
            self.regions[region.key].append(region)

    def ends(self, record: PlaceRecord) -> tuple[Token, Token] | None:
        """Return the tokens with which the span begins and ends."""
        first, last = self.by_start.get(record.start), self.by_end.get(record.end)
        return (first, last) if first and last and first.start <= last.start and first.key == last.key else None

    def place(self, record: PlaceRecord) -> Place | None:
        """Describe the place as the tokens have it; what they cannot tell of clauses and ranges is taken as given."""
        if record.prints_token and record.section != REFERENCE_LIST:
            return self._token_place(record)
        # Where no mark is given, the paragraph may end without one: the tokens do not tell.
        citations = self.mark_after(record) if record.citations else ()
        given = record.ordinal, record.start, record.end, record.sha256, citations
        return (
            Place(record.table, record.row_key, record.column_key, record.section, *given)
            if self.contains(record)
            else None
        )

    def _token_place(self, record: PlaceRecord) -> Place | None:
        if not (ends := self.ends(record)):
            return None
        first, last = ends
        section, table, row, column = first.key
        sha256 = span_sha256(first.token) if first is last else record.sha256
        ordinal = first.ordinal if first.ordinal == last.ordinal else None
        return Place(table, row, column, section, ordinal, record.start, record.end, sha256, last.citations)

    def mark_after(self, record: PlaceRecord) -> tuple[int, ...]:
        """Return the numbers of the first citation mark at or after the span in its section."""
        later = (mark for mark in self.marks if mark.start >= record.end and mark.key == record.key)
        return next((mark.citations for mark in later), ())

    def contains(self, record: PlaceRecord) -> bool:
        """Tell whether the span lies within its section or cell."""
        return any(
            region.start <= record.start < record.end <= region.end for region in self.regions.get(record.key, [])
        )


def _use_faults(record: PlaceRecord) -> Iterator[Fault]:
    if not record.sha256:
        yield from (Fault(curie(user), f"its place {curie(record.iri)} is nowhere described") for user in record.users)
    elif not record.users:
        yield Fault(curie(record.iri), "nothing has this place")


def _place_faults(record: PlaceRecord, actual: Place | None) -> Iterator[Fault]:
    span = f"{record.start}-{record.end}"
    if actual is None:
        what = "no number or status word" if record.prints_token else "no clause"
        yield Fault(curie(record.iri), f"{span} is {what} of {place_words(record.key)}")
        return
    actual_key = (actual.section, actual.table, actual.row_key, actual.column_key)
    pairs: list[tuple[str, object, object]] = [
        ("place", place_words(record.key), place_words(actual_key)),
        ("ordinal", record.ordinal, actual.ordinal),
        ("citation mark", sorted(record.citations), sorted(set(actual.citations))),
        ("digest", record.sha256, actual.sha256),
    ]
    for what, given, found in pairs:
        if given != found:
            yield Fault(curie(record.iri), f"{what} of {span} is {_shown(found)}, not {_shown(given)}")


def _report_faults(record: PlaceRecord, rendition: Rendition | None, finder: _Finder) -> Iterator[Fault]:
    for report in record.reports:
        found = _found(record, report, rendition, finder)
        if _folded(found) != _folded(report.printed):
            yield Fault(
                curie(report.value), f"printed {report.printed!r}, but {record.start}-{record.end} is {found!r}"
            )


def _found(record: PlaceRecord, report: Printed, rendition: Rendition | None, finder: _Finder) -> str:
    """Read what stands at a place: from the text, or as far as the tokens tell."""
    if record.section == REFERENCE_LIST:
        return _found_in_title(record, report, rendition)
    ends = finder.ends(record)
    if report.ends and not ends:
        return "no whole number or status word"
    if rendition:
        return rendition.text[record.start : record.end]
    if not report.ends or not ends or report.ends == (ends[0].token, ends[1].token):
        return report.printed
    return ends[0].token if ends[0] is ends[1] else f"{ends[0].token}–{ends[1].token}"


def _found_in_title(record: PlaceRecord, report: Printed, rendition: Rendition | None) -> str:
    """Read what stands in the reference list, which has no tokens: without the text only the digest can tell."""
    if not rendition:
        return report.printed if span_sha256(report.printed) == record.sha256 else "something else"
    around = rendition.text[record.start - 1 : record.start] + rendition.text[record.end : record.end + 1]
    part = any(character.isalnum() for character in around)
    return "only part of a word" if part else rendition.text[record.start : record.end]


def _other_faults(record: PlaceRecord, rendition: Rendition) -> Iterator[Fault]:
    pieces = [rendition.text[r.start : r.end] for r in rendition.regions if r.key == record.key]
    if not pieces:
        yield Fault(curie(record.iri), f"the text has no {place_words(record.key)}")
        return
    there = {token.token for token in rendition.tokens if token.key == record.key}
    joined = _folded(" ".join(pieces))
    for report in record.reports:
        has_tokens = report.ends and record.section != REFERENCE_LIST
        for printed in report.ends or (report.printed,):
            if printed not in there if has_tokens else _folded(printed) not in joined:
                yield Fault(curie(report.value), f"{printed!r} does not stand in {place_words(record.key)}")


def _folded(text: str) -> str:
    return " ".join(text.split())


def _shown(found: object) -> str:
    return "none" if found is None or found == [] else str(found)
