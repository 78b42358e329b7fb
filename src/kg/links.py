"""Where our terms and things stand in other vocabularies: `ontology/links.sssom.tsv`, and the Turtle made from it.

The table is kept by hand, for it says of each link where identifier and label were seen; the graph loads
`ontology/links.ttl`, which holds the links alone. `python -m kg.links` writes it anew after a change of the table.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator
from itertools import groupby
from pathlib import Path
from typing import NamedTuple

from kg.errors import DataError
from kg.files import Files, default_files, read_text, write_atomic
from kg.layout import format_turtle
from kg.terms import PREFIXES, curie, expand

__all__ = ["NO_TERM", "Link", "links_turtle", "read_links"]

NO_TERM = "sssom:NoTermFound"

# The Turtle lists the links of a thing from the closest to the loosest.
PREDICATES = ("skos:exactMatch", "skos:closeMatch", "skos:broadMatch", "skos:narrowMatch")

_HEADER = (
    "# Made by `python -m kg.links` from links.sssom.tsv, which says where each identifier was seen: edit that table.\n"
)


class Link(NamedTuple):
    """One row of the table, with the columns of the SSSOM standard."""

    subject_id: str
    subject_label: str
    predicate_id: str
    object_id: str
    object_label: str
    mapping_justification: str
    object_source: str
    object_source_version: str
    comment: str

    @property
    def found(self) -> bool:
        """Say whether the row links to a term, or says that none was found."""
        return self.object_id != NO_TERM


def read_links(path: Path) -> list[Link]:
    """Read an SSSOM table; the lines with `#` above it are about the table.

    Raises:
        DataError: the file cannot be read, the columns are not those of a link, or rows that are not as long.
    """
    lines = (line for line in io.StringIO(read_text(path), newline="") if not line.startswith("#"))
    header, *rows = list(csv.reader(lines, delimiter="\t")) or [[]]
    if tuple(header) != Link._fields:
        raise DataError(f"{path.name}: the columns are {', '.join(Link._fields)}, not {', '.join(header) or 'none'}")
    faults = [
        f"{path.name}: {row[:3]} has {len(row)} cells of {len(header)}" for row in rows if len(row) != len(header)
    ]
    if faults:
        raise DataError(faults)
    return [Link(*row) for row in rows]


def links_turtle(links: Iterable[Link]) -> str:
    """Write the links as Turtle in the project's layout, one record a subject, without the rows that found no term.

    >>> row = Link("kgd:Drug_a", "a", "skos:closeMatch", "chebi:1", "a", "", "", "", "")
    >>> print(links_turtle([row]).splitlines()[-1])
    kgd:Drug_a skos:closeMatch chebi:1 .
    """
    found = sorted((link for link in links if link.found), key=lambda link: link.subject_id)
    records = (_record(subject, list(rows)) for subject, rows in groupby(found, key=lambda link: link.subject_id))
    declared = (f"@prefix {name}: <{space}> .\n" for name, space in PREFIXES.items())
    return format_turtle("".join([*declared, "\n", _HEADER, *records]))


def _record(subject: str, rows: list[Link]) -> str:
    said = (f"{predicate} {', '.join(objects)}" for predicate, objects in _objects(rows))
    return f"{subject} {' ; '.join(said)} .\n"


def _objects(rows: list[Link]) -> Iterator[tuple[str, list[str]]]:
    for predicate in PREDICATES:
        objects = [_name(row.object_id) for row in rows if row.predicate_id == predicate]
        if objects:
            yield predicate, objects


def _name(identifier: str) -> str:
    """Write an identifier as Turtle does: the slash of a DOI may not stand after a prefix."""
    iri = expand(identifier)
    short = curie(iri)
    return short if short != iri else f"<{iri}>"


def main(files: Files | None = None) -> None:
    """Write `ontology/links.ttl` anew from the table beside it."""
    files = files or default_files()
    write_atomic(files.ontology / "links.ttl", links_turtle(read_links(files.ontology / "links.sssom.tsv")))


if __name__ == "__main__":
    main()
