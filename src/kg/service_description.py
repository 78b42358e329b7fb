"""What the endpoint says of itself, in the vocabulary that SPARQL 1.1 has for it."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import Final

import pyoxigraph as ox

from kg.nodes import TYPE
from kg.terms import PREFIXES
from kg.worker import GRAPH_TYPES

__all__ = ["description"]

_SD: Final = "http://www.w3.org/ns/sparql-service-description#"
_FORMATS: Final = "http://www.w3.org/ns/formats/"
_WRITTEN: Final = (
    "SPARQL_Results_JSON",
    "SPARQL_Results_XML",
    "SPARQL_Results_CSV",
    "SPARQL_Results_TSV",
    "Turtle",
    "N-Triples",
    "RDF_XML",
    "JSON-LD",
)


def description(address: str, media_type: str, graphs: Collection[str], triples: int, about: bytes = b"") -> bytes:
    """Describe the endpoint: its language, its formats, its default graph and the graphs it holds.

    Args:
        address: of the endpoint itself.
        media_type: of the description, one of `kg.worker.GRAPH_TYPES`.
        graphs: names of the graphs.
        triples: how many there are in all of them.
        about: more to tell, as Turtle.

    >>> text = description("http://localhost/sparql", "application/n-triples", ["urn:a"], 5).decode()
    >>> text.split()[2]
    '<http://www.w3.org/ns/sparql-service-description#Service>'
    """
    said = [ox.Triple(*parts) for parts in _service(ox.NamedNode(address), sorted(graphs), triples)]
    more = [quad.triple for quad in ox.parse(about, format=ox.RdfFormat.TURTLE)] if about else []
    spaces = {**PREFIXES, "sd": _SD, "void": "http://rdfs.org/ns/void#", "dcat": "http://www.w3.org/ns/dcat#"}
    written = ox.serialize(dict.fromkeys([*said, *more]), format=GRAPH_TYPES[media_type], prefixes=spaces)
    assert written is not None
    return written


def _service(
    endpoint: ox.NamedNode, graphs: list[str], triples: int
) -> Iterator[tuple[ox.NamedNode | ox.BlankNode, ox.NamedNode, ox.NamedNode | ox.BlankNode | ox.Literal]]:
    dataset, default = ox.BlankNode("dataset"), ox.BlankNode("default")
    yield endpoint, TYPE, _sd("Service")
    yield endpoint, _sd("endpoint"), endpoint
    yield endpoint, _sd("supportedLanguage"), _sd("SPARQL11Query")
    yield endpoint, _sd("feature"), _sd("UnionDefaultGraph")
    for name in _WRITTEN:
        yield endpoint, _sd("resultFormat"), ox.NamedNode(_FORMATS + name)
    yield endpoint, _sd("defaultDataset"), dataset
    yield dataset, TYPE, _sd("Dataset")
    yield dataset, _sd("defaultGraph"), default
    yield default, TYPE, _sd("Graph")
    yield default, ox.NamedNode("http://rdfs.org/ns/void#triples"), ox.Literal(triples)
    for name in graphs:
        named = ox.NamedNode(name)
        yield dataset, _sd("namedGraph"), named
        yield named, TYPE, _sd("NamedGraph")
        yield named, _sd("name"), named
        yield named, _sd("graph"), named
        yield named, TYPE, _sd("Graph")


def _sd(name: str) -> ox.NamedNode:
    return ox.NamedNode(_SD + name)
