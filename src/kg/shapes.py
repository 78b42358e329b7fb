"""The SHACL shapes of `ontology/shapes`: what each kind of record must have, for tools that know the standard.

They look at one record at a time; what holds between records is for the queries of `queries/checks`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from kg.errors import MissingExtraError
from kg.files import Files, default_files
from kg.terms import curie

if TYPE_CHECKING:
    from collections.abc import Iterable

    import rdflib

    from kg.store import Graph

__all__ = ["Violation", "data_graph", "read_shapes", "violations"]


class Violation(NamedTuple):
    """A thing that breaks a shape: its CURIE, and what is wrong and how to mend it.

    >>> str(Violation("kgd:Value_x", "has several units; write one kg:unit"))
    'kgd:Value_x: has several units; write one kg:unit'
    """

    subject: str
    message: str

    def __str__(self) -> str:
        return f"{self.subject}: {self.message}"


def read_shapes(files: Files | None = None) -> rdflib.Graph:
    """Read all shapes into one graph."""
    import rdflib

    shapes = rdflib.Graph()
    for path in sorted((files or default_files()).shapes.glob("*.ttl")):
        shapes.parse(path, format="turtle")
    return shapes


def data_graph(graph: Graph) -> rdflib.Graph:
    """Copy the triples of all graphs into one, as the validator wants them: it would look at each named graph alone."""
    import rdflib

    flat = rdflib.Graph()
    for subject, predicate, value, _ in graph.to_rdflib().quads():
        flat.add((subject, predicate, value))
    return flat


def violations(data: rdflib.Graph, shapes: rdflib.Graph, *, of: Iterable[str] | None = None) -> list[Violation]:
    """Validate a graph that holds the ontology, the data and what the rules derive.

    Args:
        data: the graph; nothing is added to it.
        shapes: what `read_shapes` gives.
        of: IRIs of the things to look at; all of them if left out.

    Raises:
        MissingExtraError: pyshacl is not installed.
    """
    try:
        import pyshacl
    except ImportError as fault:
        raise MissingExtraError('no SHACL validator here; install one with `pip install "xpo1-kg[shacl]"`') from fault
    import rdflib

    focus: list[str | rdflib.URIRef] | None = None if of is None else [rdflib.URIRef(iri) for iri in of]
    # Inplace spares a copy of the data; without inference and rules nothing is written to it.
    _, report, _ = pyshacl.validate(data, shacl_graph=shapes, inplace=True, focus_nodes=focus)
    return sorted(set(_read(report)))


def _read(report: Any) -> Iterable[Violation]:
    from rdflib.namespace import SH

    for result in report.subjects(SH.resultMessage):
        for message in report.objects(result, SH.resultMessage):
            yield Violation(curie(str(report.value(result, SH.focusNode))), str(message))
