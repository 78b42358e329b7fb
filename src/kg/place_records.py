"""The places that the graph has, with what is printed there and who uses them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from kg.questions import select
from kg.source import EXPECTED_SHA256, Key, ends

if TYPE_CHECKING:
    import pyoxigraph as ox

__all__ = ["PlaceRecord", "Printed", "place_records", "rendition_read"]

_PLACES = """
SELECT DISTINCT ?place ?table ?row ?column ?section ?ordinal ?start ?end ?sha ?rendition WHERE {
  ?place oa:hasSelector ?selector .
  ?selector oa:start ?start ; oa:end ?end ; kg:spanSha256 ?sha .
  OPTIONAL { ?place kg:table ?table }
  OPTIONAL { ?place kg:rowKey ?row }
  OPTIONAL { ?place kg:columnKey ?column }
  OPTIONAL { ?place kg:section ?section }
  OPTIONAL { ?place kg:ordinal ?ordinal }
  OPTIONAL { ?place oa:hasSource ?rendition }
}"""
_RENDITIONS = """
SELECT ?rendition ?sha ?beside WHERE {
  ?rendition a kg:Rendition ; kg:fileSha256 ?sha .
  OPTIONAL { ?rendition kg:name ?beside }
} ORDER BY ?beside ?rendition"""
_USERS = """
SELECT DISTINCT ?user ?place ?printed ?qualifier ?mark WHERE {
  { ?user kg:locator ?place
     OPTIONAL { ?user kg:printed ?printed }
     OPTIONAL { ?user kg:qualifier ?qualifier } }
  UNION { ?place kg:citationMark ?mark }
}"""


class Printed(NamedTuple):
    """A value's number as printed, or its range, and its qualifier."""

    value: str
    printed: str
    qualifier: str | None = None

    @property
    def ends(self) -> tuple[str, str] | None:
        """Give the first and last token: of a number twice itself, of a range its ends, of other words none.

        >>> Printed("kgd:Value_a", "3–60").ends, Printed("kgd:Value_b", "25").ends, Printed("kgd:Value_c", "low").ends
        (('3', '60'), ('25', '25'), None)
        """
        return ends(self.printed)


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
    reports: tuple[Printed, ...] = ()
    users: tuple[str, ...] = ()
    rendition: str = ""

    @property
    def key(self) -> Key:
        """Return what tells the place's section or cell from all others."""
        return self.section, self.table, self.row_key, self.column_key

    @property
    def prints_token(self) -> bool:
        """Tell whether a number or status word is reported from here, not only a clause."""
        return any(report.ends for report in self.reports)


def place_records(store: ox.Store) -> list[PlaceRecord]:
    """Read all places, and what is placed there, from the union of all graphs.

    A place with two selectors comes back twice, so that the wrong one is found.
    """
    citations: defaultdict[str, set[int]] = defaultdict(set)
    users: defaultdict[str, set[str]] = defaultdict(set)
    reports: defaultdict[str, set[Printed]] = defaultdict(set)
    for row in _rows(store, _USERS):
        place = row["place"] or ""
        if mark := row["mark"]:
            number = mark.rpartition("_")[2]
            citations[place].add(int(number) if number.isdecimal() else 0)  # no reference has number 0: a fault
        if user := row["user"]:
            users[place].add(user)
            if row["printed"] is not None:
                reports[place].add(Printed(user, row["printed"], row["qualifier"]))
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


def rendition_read(store: ox.Store, sha256: str | None = None) -> tuple[str, str]:
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


def _rows(store: ox.Store, query: str) -> Iterator[dict[str, str | None]]:
    solutions = select(store, query)
    names = [variable.value for variable in solutions.variables]
    for solution in solutions:
        yield {name: None if term is None else term.value for name, term in zip(names, solution, strict=True)}


def _int(text: str | None) -> int | None:
    return None if text is None else int(text)
