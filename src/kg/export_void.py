"""What the graph is, counted and described in VoID and DCAT, with its saved questions; and all of it as N-Quads."""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Final

import pyoxigraph as ox

from kg.export_bundle import Bundle, Loss
from kg.export_rdf import canonical_quads, rdf_losses, serialized
from kg.nodes import TYPE
from kg.questions import list_questions
from kg.terms import DATA, ONTOLOGY, PREFIXES, XSD, curie, graph_name
from kg.view_claims import doi_address

if TYPE_CHECKING:
    from kg.store import Graph

    # How often each is the type of something.
    Kinds = Counter[ox.NamedNode | ox.BlankNode | ox.Literal | ox.Triple]
    Said = tuple[str, str, "ox.NamedNode | ox.Literal"]

__all__ = ["void"]

_HOME: Final = "https://w3id.org/xpo1-kg/"
_DATASET: Final = _HOME + "dataset"
_DUMP: Final = "xpo1-kg.nq"
# Only this file uses them; the prefix table is that of the data.
_OWN: Final = {
    "dcat": "http://www.w3.org/ns/dcat#",
    "spdx": "http://spdx.org/rdf/terms#",
    "void": "http://rdfs.org/ns/void#",
}
_SPACES: Final = {**PREFIXES, **_OWN}
_MATCHES: Final = ("exactMatch", "closeMatch", "broadMatch", "narrowMatch", "relatedMatch")
_SOURCES = "SELECT DISTINCT ?doi { ?rendition kg:renditionOf/kg:doi ?doi } ORDER BY ?doi"
_LICENSE = "SELECT ?license { <%s> dcterms:license ?license }"


def void(graph: Graph) -> Bundle:
    """Write `void.ttl`, and the whole graph with its named graphs as N-Quads."""
    dump = _dump(graph)
    kinds = Counter(quad.object for quad in graph.store.quads_for_pattern(None, TYPE, None, None))
    said = [*_dataset(graph), *_counts(graph, kinds), *_partitions(graph, kinds), *_linksets(graph), *_files(graph)]
    said += [*_distribution(_HOME + "file/" + _DUMP, _DUMP, dump.encode(), "application/n-quads"), *_prefixes()]
    said += _questions(graph)
    triples = sorted({ox.Triple(_node(s), _node(p), o) for s, p, o in said}, key=str)
    # What three files lose of the graphs, the dump keeps.
    losses = [
        loss for loss in rdf_losses(graph) if loss.what in ("lines of comment", "figures printed with final zeros")
    ]
    losses.append(Loss(_parameters(graph), "parameters of questions", "SHACL has none: a query leaves them free"))
    return Bundle({"void.ttl": serialized(triples, ox.RdfFormat.TURTLE, _SPACES), _DUMP: dump}, losses)


def _node(short: str) -> ox.NamedNode:
    """Write out a CURIE of the table above; an IRI stays."""
    prefix, _, local = short.partition(":")
    return ox.NamedNode(short if local.startswith("//") else _SPACES[prefix] + local)


def _dump(graph: Graph) -> str:
    return "".join(f"{line}\n" for line in sorted(f"{quad} ." for quad in canonical_quads(graph)))


# ---- the dataset and its counts


def _dataset(graph: Graph) -> Iterator[Said]:
    for kind in ("void:Dataset", "dcat:Dataset"):
        yield _DATASET, "rdf:type", _node(kind)
    yield _DATASET, "dcterms:title", ox.Literal("XPO1-KG", language="en")
    about = "How nuclear-export inhibition works in multiple myeloma and what was measured, each claim with its place."
    yield _DATASET, "dcterms:description", ox.Literal(about, language="en")
    yield _DATASET, "dcat:version", ox.Literal(graph.version)
    yield _DATASET, "void:uriSpace", ox.Literal(DATA)
    for row in graph.query(_LICENSE % ONTOLOGY):
        yield _DATASET, "dcterms:license", _node(row["license"])
    for row in graph.query(_SOURCES):
        yield _DATASET, "dcterms:source", _node(doi_address(row["doi"]))
    for space in sorted({_space(quad.predicate.value) for quad in graph.store}):
        yield _DATASET, "void:vocabulary", ox.NamedNode(space)


def _space(iri: str) -> str:
    """Cut a name off its namespace.

    >>> _space("http://www.w3.org/2004/02/skos/core#prefLabel"), _space("https://w3id.org/xpo1-kg/ontology/sign")
    ('http://www.w3.org/2004/02/skos/core#', 'https://w3id.org/xpo1-kg/ontology/')
    >>> _space("urn:isbn:1")
    'urn:isbn:'
    """
    return iri[: max(iri.rfind("#"), iri.rfind("/")) + 1] or iri[: iri.rfind(":") + 1]


def _number(count: int) -> ox.Literal:
    return ox.Literal(str(count), datatype=ox.NamedNode(XSD + "integer"))


def _counts(graph: Graph, kinds: Kinds) -> Iterator[Said]:
    quads = list(graph.store)
    ours = {
        quad.subject for quad in quads if isinstance(quad.subject, ox.NamedNode) and quad.subject.value.startswith(DATA)
    }
    counts = {
        "void:triples": len({quad.triple for quad in quads}),
        "void:entities": len(ours),
        "void:classes": len(kinds),
        "void:properties": len({quad.predicate for quad in quads}),
        "void:distinctSubjects": len({quad.subject for quad in quads}),
        "void:distinctObjects": len({quad.object for quad in quads}),
    }
    for name, count in counts.items():
        yield _DATASET, name, _number(count)


def _partitions(graph: Graph, kinds: Kinds) -> Iterator[Said]:
    """Count the things of each class and the triples of each property."""
    classes = Counter({kind.value: count for kind, count in kinds.items() if isinstance(kind, ox.NamedNode)})
    uses = Counter(quad.predicate.value for quad in graph.store)
    tables = (("class", "void:entities", classes), ("property", "void:triples", uses))
    for what, counted, found in tables:
        for iri, count in found.items():
            part = f"{_HOME}{what}/{_slug(iri)}"
            yield _DATASET, f"void:{what}Partition", _node(part)
            yield part, f"void:{what}", ox.NamedNode(iri)
            yield part, counted, _number(count)


def _slug(iri: str) -> str:
    """Write a term or a namespace of the prefix table as a part of an address.

    >>> _slug(PREFIXES["kg"] + "Drug"), _slug(PREFIXES["chebi"])
    ('kg_Drug', 'chebi')
    """
    names = {space: name for name, space in PREFIXES.items()}
    return re.sub(r"\W+", "_", names.get(iri, curie(iri)))


def _linksets(graph: Graph) -> Iterator[Said]:
    """Count the matches to each other vocabulary."""
    found = Counter(
        (match, _target(quad.object.value))
        for match in _MATCHES
        for quad in graph.store.quads_for_pattern(None, _node(f"skos:{match}"), None, None)
        if isinstance(quad.object, ox.NamedNode)
    )
    for (match, target), count in found.items():
        linkset = f"{_HOME}linkset/{match}_{_slug(target)}"
        yield linkset, "rdf:type", _node("void:Linkset")
        yield _DATASET, "void:subset", _node(linkset)
        yield linkset, "void:subjectsTarget", _node(_DATASET)
        yield linkset, "void:linkPredicate", _node(f"skos:{match}")
        yield linkset, "void:triples", _number(count)
        yield linkset, "void:objectsTarget", ox.NamedNode(target)


def _target(iri: str) -> str:
    """Name the vocabulary of a term by the longest prefix of the table, else by its namespace."""
    return max((space for space in PREFIXES.values() if iri.startswith(space)), key=len, default=_space(iri))


# ---- files


def _files(graph: Graph) -> Iterator[Said]:
    """Describe each Turtle file of the project, and the named graph it is loaded into."""
    for path in [*graph.files.modules(), *graph.files.topics()]:
        name = graph_name(graph.files, path)
        count = sum(1 for _ in graph.store.quads_for_pattern(None, None, None, ox.NamedNode(name)))
        yield _DATASET, "void:subset", _node(name)
        yield name, "rdf:type", _node("void:Dataset")
        yield name, "void:triples", _number(count)
        file = f"{_HOME}file/{graph.files.shown(path)}"
        yield name, "dcat:distribution", _node(file)
        yield from _distribution(file, graph.files.shown(path), path.read_bytes(), "text/turtle")


def _distribution(file: str, title: str, content: bytes, media: str) -> Iterator[Said]:
    yield _DATASET, "dcat:distribution", _node(file)
    yield file, "rdf:type", _node("dcat:Distribution")
    yield file, "dcterms:title", ox.Literal(title)
    yield file, "dcat:mediaType", _node(f"https://www.iana.org/assignments/media-types/{media}")
    yield file, "dcat:byteSize", ox.Literal(str(len(content)), datatype=ox.NamedNode(XSD + "nonNegativeInteger"))
    checksum = f"{file}#sha256"
    yield file, "spdx:checksum", _node(checksum)
    yield checksum, "rdf:type", _node("spdx:Checksum")
    yield checksum, "spdx:algorithm", _node("spdx:checksumAlgorithm_sha256")
    digest = hashlib.sha256(content).hexdigest()
    yield checksum, "spdx:checksumValue", ox.Literal(digest, datatype=ox.NamedNode(XSD + "hexBinary"))


# ---- prefixes and questions


def _prefixes() -> Iterator[Said]:
    for name, space in PREFIXES.items():
        declaration = f"{_HOME}prefix/{name}"
        yield ONTOLOGY, "sh:declare", _node(declaration)
        yield declaration, "sh:prefix", ox.Literal(name)
        yield declaration, "sh:namespace", ox.Literal(space, datatype=ox.NamedNode(XSD + "anyURI"))


def _questions(graph: Graph) -> Iterable[Said]:
    for question in list_questions(graph.files):
        name = f"{_HOME}question/{question.name}"
        for kind in ("sh:SPARQLExecutable", "sh:SPARQLSelectExecutable"):
            yield name, "rdf:type", _node(kind)
        yield name, "rdfs:label", ox.Literal(question.name)
        yield name, "rdfs:comment", ox.Literal(question.asks, language="en")
        yield name, "skos:scopeNote", ox.Literal(question.who, language="en")
        yield name, "dcat:keyword", ox.Literal(question.group, language="en")
        yield name, "sh:prefixes", _node(ONTOLOGY)
        yield name, "sh:select", ox.Literal(question.text)


def _parameters(graph: Graph) -> int:
    return sum(len(question.parameters) for question in list_questions(graph.files))
