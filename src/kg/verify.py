"""Re-read every place of the graph: against the review's text, or against the token table that ships with the tests."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple, cast

from kg.places import Place, place_at
from kg.source import (
    ASIDES,
    EXPECTED_SHA256,
    REFERENCE_LIST,
    Region,
    Rendition,
    Token,
    TokenTable,
    is_token,
    span_sha256,
)
from kg.terms import ONTOLOGY, curie

if TYPE_CHECKING:
    import pyoxigraph

__all__ = ["Coverage", "Fault", "PlaceRecord", "Report", "coverage", "place_records", "rendition_read", "verify"]

# Kinds of token that state no result of their own, each with the reason.
EXEMPT = {"citation": "part of a citation mark", "name": "part of a name"} | {
    kind: aside.reason for kind, aside in ASIDES.items()
}

_PREFIXES = f"PREFIX kg: <{ONTOLOGY}> PREFIX oa: <http://www.w3.org/ns/oa#>"
_PLACES = f"""{_PREFIXES}
SELECT DISTINCT ?place ?table ?row ?column ?section ?ordinal ?start ?end ?sha ?rendition WHERE {{
  ?place oa:hasSelector ?selector .
  ?selector oa:start ?start ; oa:end ?end ; kg:spanSha256 ?sha .
  OPTIONAL {{ ?place kg:table ?table }}
  OPTIONAL {{ ?place kg:rowKey ?row }}
  OPTIONAL {{ ?place kg:columnKey ?column }}
  OPTIONAL {{ ?place kg:section ?section }}
  OPTIONAL {{ ?place kg:ordinal ?ordinal }}
  OPTIONAL {{ ?place oa:hasSource ?rendition }}
}}"""
_RENDITIONS = f"""{_PREFIXES}
SELECT ?rendition ?sha ?beside WHERE {{
  ?rendition a kg:Rendition ; kg:fileSha256 ?sha .
  OPTIONAL {{ ?rendition kg:name ?beside }}
}} ORDER BY ?beside ?rendition"""
_USERS = f"""{_PREFIXES}
SELECT DISTINCT ?user ?place ?printed ?qualifier ?mark WHERE {{
  {{ ?user kg:locator ?place
     OPTIONAL {{ ?user kg:printed ?printed }}
     OPTIONAL {{ ?user kg:qualifier ?qualifier }} }}
  UNION {{ ?place kg:citationMark ?mark }}
}}"""

_Key = tuple[str | None, int | None, str | None, str | None]


class Report(NamedTuple):
    """A value's number as printed, or its range, and its qualifier."""

    value: str
    printed: str
    qualifier: str | None = None

    @property
    def ends(self) -> tuple[str, str] | None:
        """Give the first and last token: of a number twice itself, of a range its ends, of other words none.

        >>> Report("kgd:Value_a", "3–60").ends, Report("kgd:Value_b", "25").ends, Report("kgd:Value_c", "low").ends
        (('3', '60'), ('25', '25'), None)
        """
        if is_token(self.printed):
            return self.printed, self.printed
        low, *high = re.split(r"[–-]| to ", self.printed)
        return (low, high[0]) if len(high) == 1 and is_token(low) and is_token(high[0]) else None


@dataclass(frozen=True)
class PlaceRecord:
    """A place as the graph has it; IRIs in full, offsets in code points.

    `users` are all things whose kg:locator it is, `reports` those of them that print a number. A place that is used but
    nowhere described has an empty `sha256`.
    """

    iri: str
    table: int | None = None
    row_key: str | None = None
    column_key: str | None = None
    section: str | None = None
    ordinal: int | None = None
    start: int = 0
    end: int = 0
    sha256: str = ""
    citations: frozenset[int] = frozenset()
    reports: tuple[Report, ...] = ()
    users: tuple[str, ...] = ()
    rendition: str = ""

    @property
    def key(self) -> _Key:
        """Return what tells the place's section or cell from all others."""
        return self.section, self.table, self.row_key, self.column_key

    @property
    def prints_token(self) -> bool:
        """Tell whether a number or status word is reported from here, not only a clause."""
        return any(report.ends for report in self.reports)


class Fault(NamedTuple):
    """What is wrong, and with which thing (as a CURIE)."""

    subject: str
    message: str


@dataclass(frozen=True)
class Coverage:
    """Which tokens of the review the graph claims: counts, and the tokens that nothing claims."""

    by_value: int
    by_statement: int
    exempt: dict[str, int]
    uncovered: tuple[Token, ...]

    def lines(self) -> list[str]:
        """Print each unclaimed token with its place, then one line of counts."""
        listed = [f"{t.start}-{t.end} {_place_words(t.key)}: {t.token}" for t in self.uncovered]
        exempt = "; ".join(f"{count} {reason}" for reason, count in sorted(self.exempt.items()))
        return [
            *listed,
            f"claimed by values {self.by_value}, by statements {self.by_statement}; exempt: {exempt or 'none'}; "
            f"unexplained {len(self.uncovered)}",
        ]


def place_records(store: pyoxigraph.Store) -> list[PlaceRecord]:
    """Read all places, and what is placed there, from the union of all graphs.

    A place with two selectors comes back twice, so that the wrong one is found.
    """
    citations: defaultdict[str, set[int]] = defaultdict(set)
    users: defaultdict[str, set[str]] = defaultdict(set)
    reports: defaultdict[str, set[Report]] = defaultdict(set)
    for row in _rows(store, _USERS):
        place = row["place"] or ""
        if mark := row["mark"]:
            number = mark.rpartition("_")[2]
            citations[place].add(int(number) if number.isdecimal() else 0)  # no reference has number 0: a fault
        if user := row["user"]:
            users[place].add(user)
            if row["printed"] is not None:
                reports[place].add(Report(user, row["printed"], row["qualifier"]))
    described = [
        PlaceRecord(
            row["place"] or "",
            _int(row["table"]),
            row["row"],
            row["column"],
            row["section"],
            _int(row["ordinal"]),
            _int(row["start"]) or 0,
            _int(row["end"]) or 0,
            row["sha"] or "",
            frozenset(citations[row["place"] or ""]),
            tuple(sorted(reports[row["place"] or ""])),
            tuple(sorted(users[row["place"] or ""])),
            row["rendition"] or "",
        )
        for row in _rows(store, _PLACES)
    ]
    known = {record.iri for record in described}
    dangling = [PlaceRecord(iri, users=tuple(sorted(users[iri]))) for iri in users if iri not in known]
    return sorted(described + dangling, key=lambda record: (record.iri, record.start, record.end))


def rendition_read(store: pyoxigraph.Store, sha256: str | None = None) -> tuple[str, str]:
    """Tell which rendition a text is, and the digest that its places are for.

    Args:
        store: where the renditions are described.
        sha256: the digest of the text; left out for the token table, which is of the review.

    Returns:
        IRI and digest of the rendition whose file has this digest, else of the review.
    """
    known = [(row["rendition"] or "", row["sha"] or "", row["beside"]) for row in _rows(store, _RENDITIONS)]
    found = [(iri, sha) for iri, sha, _ in known if sha == sha256] or [
        (iri, sha) for iri, sha, name in known if not name
    ]
    return found[0] if found else ("", EXPECTED_SHA256)


def _rows(store: pyoxigraph.Store, query: str) -> Iterator[dict[str, str | None]]:
    solutions = cast("pyoxigraph.QuerySolutions", store.query(query, use_default_graph_as_union=True))
    names = [variable.value for variable in solutions.variables]
    for solution in solutions:
        yield {name: None if term is None else term.value for name, term in zip(names, solution, strict=True)}


def _int(text: str | None) -> int | None:
    return None if text is None else int(text)


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
        self.regions: defaultdict[_Key, list[Region]] = defaultdict(list)
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
        yield Fault(curie(record.iri), f"{span} is {what} of {_place_words(record.key)}")
        return
    actual_key = (actual.section, actual.table, actual.row_key, actual.column_key)
    pairs: list[tuple[str, object, object]] = [
        ("place", _place_words(record.key), _place_words(actual_key)),
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


def _found(record: PlaceRecord, report: Report, rendition: Rendition | None, finder: _Finder) -> str:
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


def _found_in_title(record: PlaceRecord, report: Report, rendition: Rendition | None) -> str:
    """Read what stands in the reference list, which has no tokens: without the text only the digest can tell."""
    if not rendition:
        return report.printed if span_sha256(report.printed) == record.sha256 else "something else"
    around = rendition.text[record.start - 1 : record.start] + rendition.text[record.end : record.end + 1]
    part = any(character.isalnum() for character in around)
    return "only part of a word" if part else rendition.text[record.start : record.end]


def _other_faults(record: PlaceRecord, rendition: Rendition) -> Iterator[Fault]:
    pieces = [rendition.text[r.start : r.end] for r in rendition.regions if r.key == record.key]
    if not pieces:
        yield Fault(curie(record.iri), f"the text has no {_place_words(record.key)}")
        return
    there = {token.token for token in rendition.tokens if token.key == record.key}
    joined = _folded(" ".join(pieces))
    for report in record.reports:
        has_tokens = report.ends and record.section != REFERENCE_LIST
        for printed in report.ends or (report.printed,):
            if printed not in there if has_tokens else _folded(printed) not in joined:
                yield Fault(curie(report.value), f"{printed!r} does not stand in {_place_words(record.key)}")


def _folded(text: str) -> str:
    return " ".join(text.split())


def _shown(found: object) -> str:
    return "none" if found is None or found == [] else str(found)


def _place_words(key: _Key) -> str:
    section, table, row, column = key
    return f"section {section}" if table is None else f"table {table} | {row} | {column}"


def coverage(records: Iterable[PlaceRecord], tokens: Iterable[Token]) -> Coverage:
    """Sort the tokens of the review into claimed, exempt and uncovered ones.

    A token is claimed by a used place that encloses it in the same section or cell; a value's claim goes before a
    statement's. What is exempt needs no claim, and is counted as exempt unless a value prints it.

    >>> number = Token(3, 5, "Aim", None, None, None, None, "number", "25")
    >>> coverage([], [number]).lines()
    ['3-5 section Aim: 25', 'claimed by values 0, by statements 0; exempt: none; unexplained 1']
    """
    spans: defaultdict[_Key, list[tuple[int, int, bool]]] = defaultdict(list)
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
