"""The graph as RDF in three parts, and the plain RDF formats of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pyoxigraph as ox

from kg.export_bundle import Bundle, Loss, xml_safe
from kg.nodes import IMPORTS, ONTOLOGY_CLASS, TYPE
from kg.rules import DERIVED
from kg.terms import MODULES, ONTOLOGY, PREFIXES

if TYPE_CHECKING:
    from collections.abc import Mapping

    from kg.store import Graph

    Parts = dict[str, list[ox.Triple]]

__all__ = ["canonical_quads", "ntriples", "parts", "rdf_losses", "rdfxml", "serialized", "trig", "turtle"]

_ROOT = ox.NamedNode(ONTOLOGY)


def turtle(graph: Graph) -> Bundle:
    """Write ontology, data and derived triples as Turtle."""
    return _plain(graph, ox.RdfFormat.TURTLE, "ttl")


def ntriples(graph: Graph) -> Bundle:
    """Write ontology, data and derived triples as N-Triples."""
    return _plain(graph, ox.RdfFormat.N_TRIPLES, "nt")


def rdfxml(graph: Graph) -> Bundle:
    """Write ontology, data and derived triples as RDF/XML; what XML cannot write is replaced, and counted."""
    made = parts(graph)
    safe = {part: [_xml_safe(triple) for triple in triples] for part, triples in made.items()}
    changed = sum(triple != kept for part in made for triple, kept in zip(made[part], safe[part], strict=True))
    loss = Loss(changed, "literals with control characters", "XML cannot write them; U+FFFD stands in their place")
    return Bundle(_files(safe, ox.RdfFormat.RDF_XML, "rdf"), [*rdf_losses(graph), loss])


def _xml_safe(triple: ox.Triple) -> ox.Triple:
    value = triple.object
    if not isinstance(value, ox.Literal) or (text := xml_safe(value.value)) == value.value:
        return triple
    tagged = ox.Literal(text, language=value.language) if value.language else ox.Literal(text, datatype=value.datatype)
    return ox.Triple(triple.subject, triple.predicate, tagged)


def trig(graph: Graph) -> str:
    """Write all triples in their named graphs as TriG."""
    quads = sorted(canonical_quads(graph), key=lambda quad: (str(quad.graph_name), str(quad.triple)))
    content = ox.serialize(quads, format=ox.RdfFormat.TRIG, prefixes=PREFIXES)
    assert content is not None
    return content.decode("utf-8")


def _plain(graph: Graph, rdf_format: ox.RdfFormat, ending: str) -> Bundle:
    return Bundle(_files(parts(graph), rdf_format, ending), rdf_losses(graph))


def _files(made: Mapping[str, list[ox.Triple]], rdf_format: ox.RdfFormat, ending: str) -> dict[str, str]:
    return {f"{part}.{ending}": serialized(triples, rdf_format) for part, triples in made.items()}


def serialized(triples: list[ox.Triple], rdf_format: ox.RdfFormat, prefixes: dict[str, str] | None = None) -> str:
    """Write triples in a format of the engine, under the prefix table unless another is given."""
    content = ox.serialize(triples, format=rdf_format, prefixes=PREFIXES if prefixes is None else prefixes)
    assert content is not None
    return content.decode("utf-8")


def parts(graph: Graph) -> Parts:
    """Sort the triples of a graph into ontology, data and derived ones, in a fixed order.

    The ontology is one, without imports and module headers, so that other tools need nothing beside the file. What is
    derived about a blank node of the data stands with the data: across files, nothing would join the two.
    """
    modules = {quad.subject for quad in graph.store.quads_for_pattern(None, TYPE, ONTOLOGY_CLASS, None)} - {_ROOT}
    made: Parts = {"ontology": [], "data": [], "derived": []}
    for quad in canonical_quads(graph):
        # The headers of the modules would make the merged file several ontologies in one.
        if quad.subject not in modules and quad.predicate != IMPORTS:
            part = _part(quad.graph_name)
            made["data" if part == "derived" and _has_blank(quad) else part].append(quad.triple)
    return {part: sorted(triples, key=str) for part, triples in made.items()}


def canonical_quads(graph: Graph) -> list[ox.Quad]:
    """Give all quads, with each blank node named by what is said of it (RDFC-1.0).

    The names that blank nodes have in memory differ at each load. Only quads with blank nodes decide about the names.
    """
    quads = list(graph.store)
    named = ox.Dataset(quad for quad in quads if _has_blank(quad))
    named.canonicalize(ox.CanonicalizationAlgorithm.RDFC_1_0)
    return [*(quad for quad in quads if not _has_blank(quad)), *named]


def _part(graph_name: object) -> str:
    name = graph_name.value if isinstance(graph_name, ox.NamedNode) else ""
    return "derived" if graph_name == DERIVED else "ontology" if name.startswith(MODULES) else "data"


def _has_blank(quad: ox.Quad) -> bool:
    return isinstance(quad.subject, ox.BlankNode) or isinstance(quad.object, ox.BlankNode)


def rdf_losses(graph: Graph) -> list[Loss]:
    """Count what no RDF export of three files carries."""
    texts = [path.read_text(encoding="utf-8") for path in [*graph.files.modules(), *graph.files.topics()]]
    comments = sum(line.lstrip().startswith("#") for text in texts for line in text.splitlines())
    blank = sum(_part(quad.graph_name) == "derived" and _has_blank(quad) for quad in graph.store)
    modules = list(graph.store.quads_for_pattern(None, TYPE, ONTOLOGY_CLASS, None))
    return [
        Loss(len(list(graph.store.named_graphs())), "named graphs", "three files stand for them (void keeps them)"),
        Loss(len(modules) - 1, "headers of ontology modules", "the modules are merged into one ontology"),
        Loss(comments, "lines of comment", "RDF has none"),
        Loss(_rounded(graph), "figures printed with final zeros", "50.0 is written 50; kg:printed has the token"),
        Loss(blank, "derived triples about blank nodes", "not lost: they stand in data, beside what they are about"),
    ]


def _rounded(graph: Graph) -> int:
    pattern = r"^[0-9]+[.][0-9]*0$"
    found = graph.query(f'SELECT ?v {{ ?v kg:printed ?token ; kg:value ?any FILTER(REGEX(?token, "{pattern}")) }}')
    return len(found)
