"""What one release says and the other does not, fact by fact.

A fact is one triple, under the record it is about. Nameless nodes are compared by what is said of them, and told inside
the record that has them: their names differ from file to file, and mean nothing. What sort of thing such a node is
follows from what holds it, so its type is not compared.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import pyoxigraph as ox

from kg.errors import DataError, KgError, unknown_format
from kg.export_rdf12 import from_rdf12
from kg.files import Files
from kg.nodes import IMPORTS, ONTOLOGY_CLASS, TYPE, node
from kg.results import FORMATS, Table
from kg.rules import DERIVED
from kg.sparql import parser_message
from kg.terms import ONTOLOGY, XSD, curie

if TYPE_CHECKING:
    Fact = tuple[str, str, str]

__all__ = ["Change", "Difference", "diff", "read_facts"]

# In a folder with several, the first: it alone has the whole.
_ENDINGS = {
    ".nq": ox.RdfFormat.N_QUADS,
    ".trig": ox.RdfFormat.TRIG,
    ".ttl": ox.RdfFormat.TURTLE,
    ".nt": ox.RdfFormat.N_TRIPLES,
    ".rdf": ox.RdfFormat.RDF_XML,
    ".jsonld": ox.RdfFormat.JSON_LD,
}
_LABEL = node("rdfs:label")
_BARE = {XSD + name for name in ("integer", "decimal", "double", "boolean")}
NAMELESS = "(nameless)"


class Change(NamedTuple):
    """What changed in one property of one record: `added`, `removed` or `changed`, and the values on either side."""

    change: str
    record: str
    property: str
    old: str
    new: str


class Difference(NamedTuple):
    """All changes in the order of their records, the labels of these, and which of them are new or gone."""

    changes: list[Change]
    labels: dict[str, str]
    new_records: frozenset[str]
    gone_records: frozenset[str]

    def render(self, form: str = "text") -> str:
        """Write the changes as lines for a reader, or as one of the table formats.

        Raises:
            UsageError: there is no such format.

        >>> Difference([], {}, frozenset(), frozenset()).render()
        'both say the same\\n'
        """
        if form == "text":
            return "".join(f"{line}\n" for line in self._lines())
        if form not in FORMATS:
            raise unknown_format(form, ("text", *FORMATS))
        return Table(Change._fields, [tuple(change) for change in self.changes]).render(form)

    def _lines(self) -> Iterator[str]:
        for record, changes in groupby(self.changes, lambda change: change.record):
            state = " (new)" if record in self.new_records else " (gone)" if record in self.gone_records else ""
            label = str(ox.Literal(self.labels[record])) if record in self.labels else ""
            yield f"{record} {label}".rstrip() + state
            yield from (f"  {_line(change)}" for change in changes)
        yield self._summary()

    def _summary(self) -> str:
        if not self.changes:
            return "both say the same"
        counts = {
            kind: sum(change.change == kind for change in self.changes) for kind in ("added", "removed", "changed")
        }
        records = len({change.record for change in self.changes} - self.new_records - self.gone_records)
        return (
            f"{len(self.new_records)} records new, {len(self.gone_records)} gone, {records} changed; "
            f"properties: {counts['added']} added, {counts['removed']} removed, {counts['changed']} changed"
        )


def _line(change: Change) -> str:
    if change.change == "changed":
        return f"~ {change.property}: {change.old} -> {change.new}"
    return f"+ {change.property}: {change.new}" if change.change == "added" else f"- {change.property}: {change.old}"


def diff(old: Path, new: Path, *, derived: bool = False) -> Difference:
    """Compare two releases: each a project folder, a folder that `kg export` wrote in an RDF format, or an RDF file.

    Args:
        old: the earlier release.
        new: the later one.
        derived: compare what the rules derive as well.

    Raises:
        KgError: one of them cannot be read.
        DataError: a file does not parse, or a folder holds no RDF.
    """
    before, after = (_read(path, derived=derived) for path in (old, new))
    was, now = read_facts(before), read_facts(after)
    labels = {**_labels(before), **_labels(after)}
    old_records, new_records = ({record for record, _, _ in facts} for facts in (was, now))
    changes = sorted(_changes(was - now, now - was), key=lambda change: change[1:])
    return Difference(changes, labels, frozenset(new_records - old_records), frozenset(old_records - new_records))


def _changes(removed: Iterable[Fact], added: Iterable[Fact]) -> Iterator[Change]:
    sides: defaultdict[tuple[str, str], tuple[list[str], list[str]]] = defaultdict(lambda: ([], []))
    for side, facts in enumerate((removed, added)):
        for record, name, value in facts:
            sides[record, name][side].append(value)
    for (record, name), (gone, come) in sides.items():
        if record == NAMELESS:  # no value of the one stands for a value of the other
            yield from (Change("removed", record, name, value, "") for value in gone)
            yield from (Change("added", record, name, "", value) for value in come)
            continue
        kind = "changed" if gone and come else "removed" if gone else "added"
        yield Change(kind, record, name, ", ".join(sorted(gone)), ", ".join(sorted(come)))


# ---- facts


def read_facts(store: ox.Store) -> set[Fact]:
    """Tell all triples as facts: record, property and value, as readers write them.

    >>> store = ox.Store()
    >>> store.load(b'<urn:a> <urn:has> [ <urn:start> 3 ] .', format=ox.RdfFormat.TURTLE)
    >>> read_facts(store)
    {('urn:a', 'urn:has', '[ urn:start 3 ]')}
    """
    modules = {quad.subject for quad in store.quads_for_pattern(None, TYPE, ONTOLOGY_CLASS, None)}
    modules -= {ox.NamedNode(ONTOLOGY)}
    inner = {quad.object for quad in store if isinstance(quad.object, ox.BlankNode)}
    facts = set()
    for quad in store:
        # Exports merge the modules of the ontology into one; to compare a project with an export, so does this.
        if quad.subject in modules or quad.predicate == IMPORTS or quad.subject in inner:
            continue
        if isinstance(quad.subject, ox.BlankNode):
            facts.add((NAMELESS, "is", _description(store, quad.subject, frozenset(), typed=True)))
        else:
            value = _written(store, quad.object, frozenset())
            facts.add((_written(store, quad.subject, frozenset()), curie(quad.predicate.value), value))
    return facts


def _written(store: ox.Store, term: object, within: frozenset[ox.BlankNode]) -> str:
    match term:
        case ox.NamedNode():
            return curie(term.value)
        case ox.BlankNode():
            return _description(store, term, within)
        case ox.Literal() if term.datatype.value in _BARE:
            return term.value
    return str(term)


def _description(store: ox.Store, node: ox.BlankNode, within: frozenset[ox.BlankNode], *, typed: bool = False) -> str:
    """Write a nameless node out by what is said of it; where it leads back to itself, the words stop."""
    if node in within:
        return "[ the same ]"
    said = sorted(
        f"{curie(quad.predicate.value)} {_written(store, quad.object, within | {node})}"
        for quad in store.quads_for_pattern(node, None, None, None)
        if typed or quad.predicate != TYPE
    )
    return f"[ {' ; '.join(dict.fromkeys(said))} ]"


def _labels(store: ox.Store) -> dict[str, str]:
    """Take the label of each record; of several the first in the alphabet."""
    found = store.quads_for_pattern(None, _LABEL, None, None)
    labelled = sorted(((quad.subject, quad.object) for quad in found), key=str, reverse=True)
    return {curie(s.value): o.value for s, o in labelled if isinstance(s, ox.NamedNode) and isinstance(o, ox.Literal)}


# ---- reading


def _read(path: Path, *, derived: bool) -> ox.Store:
    if (path / "ontology" / "kg.ttl").is_file():
        from kg.store import load

        return load(Files(path.resolve()), derive=derived, cache=False).store
    store = ox.Store()
    for file in _rdf_files(path, derived=derived):
        quads = _parsed(file)
        # A store writes numbers in one way, whatever the file does: 50.0 and 50 are one figure.
        store.extend(quad for quad in quads if derived or quad.graph_name != DERIVED)
    return store


def _rdf_files(path: Path, *, derived: bool) -> list[Path]:
    if path.is_file():
        if path.suffix not in _ENDINGS:
            raise DataError(f"{path} is no RDF file; there are {', '.join(_ENDINGS)}")
        return [path]
    if not path.is_dir():
        raise KgError(f"there is no {path}")
    for ending in _ENDINGS:
        found = [file for file in sorted(path.glob(f"*{ending}")) if file.name != "context.jsonld"]
        if found:
            return [file for file in found if derived or file.stem != "derived"]
    raise DataError(f"{path} is neither a project folder nor one that kg export wrote in an RDF format")


def _parsed(file: Path) -> list[ox.Quad]:
    """Read one file; statements of an RDF 1.2 export come back as records."""
    try:
        quads = list(ox.parse(file.read_bytes(), format=_ENDINGS[file.suffix], rename_blank_nodes=True))
    except OSError as fault:
        raise KgError(f"cannot read {file}: {fault.strerror}") from fault
    except SyntaxError as fault:
        raise DataError(f"{file}:{fault.lineno}: {parser_message(fault)}") from fault
    if any(isinstance(quad.object, ox.Triple) for quad in quads):
        return [ox.Quad(*triple) for triple in from_rdf12(quad.triple for quad in quads)]
    return quads
