"""The graph as RDF 1.2: what a statement says becomes a triple term, and the statement its reifier."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Any

import pyoxigraph as ox

from kg.export_bundle import Bundle, Loss
from kg.export_rdf import parts, rdf_losses, serialized
from kg.nodes import TYPE, node
from kg.terms import KG

if TYPE_CHECKING:
    from collections.abc import Iterable

    from kg.store import Graph

__all__ = ["from_rdf12", "rdf12", "to_rdf12"]

_REIFIES = node("rdf:reifies")
_STATED = tuple(map(ox.NamedNode, (KG.subject, KG.predicate, KG.object)))
_DRAWN = tuple(map(ox.NamedNode, (KG.edgeSubject, KG.edgePredicate, KG.edgeObject)))
_ROLES = {*_STATED, *_DRAWN}
_EDGE = ox.NamedNode(KG.DirectEdge)


def rdf12(graph: Graph) -> Bundle:
    """Write ontology, data and derived triples as RDF 1.2, in Turtle and in N-Triples.

    A statement keeps its IRI and becomes the reifier of what it says, a direct edge the reifier of its triple. Reifying
    asserts nothing, so what the source denies is not said here either.
    """
    made = {part: to_rdf12(triples) for part, triples in parts(graph).items()}
    files = {f"{part}.ttl": serialized(triples, ox.RdfFormat.TURTLE) for part, triples in made.items()}
    files |= {f"{part}.nt": serialized(triples, ox.RdfFormat.N_TRIPLES) for part, triples in made.items()}
    reifiers = sum(triple.predicate == _REIFIES for triples in made.values() for triple in triples)
    why = "not lost: rdf:reifies stands for their three properties; readers of RDF 1.1, rdflib among them, refuse it"
    return Bundle(files, [*rdf_losses(graph), Loss(reifiers, "statements and edges", why)])


def to_rdf12(triples: Iterable[ox.Triple]) -> list[ox.Triple]:
    """Turn subject, predicate and object of each record into a triple term that the record reifies.

    >>> record, drug = ox.NamedNode("urn:record"), ox.NamedNode("urn:drug")
    >>> says = [ox.Triple(record, role, drug) for role in _STATED]
    >>> [reified] = to_rdf12(says)
    >>> reified.predicate == _REIFIES, from_rdf12([reified]) == sorted(says, key=str)
    (True, True)
    """
    records: defaultdict[Any, dict[ox.NamedNode, Any]] = defaultdict(dict)
    kept: list[ox.Triple] = []
    for triple in triples:
        record, role, value = triple
        named = isinstance(record, ox.NamedNode) and isinstance(value, ox.NamedNode)
        if named and role in _ROLES and role not in records[record]:
            records[record][role] = value
        else:
            kept.append(triple)
    for record, said in records.items():
        kept += _reified(record, said)
    return sorted(kept, key=str)


def _reified(record: ox.NamedNode, said: dict[ox.NamedNode, Any]) -> list[ox.Triple]:
    """Reify what a record says; one that lacks a part of it keeps what it has."""
    made = []
    for roles in (_STATED, _DRAWN):
        values = [said[role] for role in roles if role in said]
        if len(values) == len(roles):
            made.append(ox.Triple(record, _REIFIES, ox.Triple(*values)))
        else:
            made += [ox.Triple(record, role, said[role]) for role in roles if role in said]
    return made


def from_rdf12(triples: Iterable[ox.Triple]) -> list[ox.Triple]:
    """Turn the reifiers of an export back into records, so that RDF 1.1 can hold them."""
    known = list(triples)
    edges = {triple.subject for triple in known if triple.predicate == TYPE and triple.object == _EDGE}
    made = []
    for triple in known:
        said = triple.object
        if triple.predicate == _REIFIES and isinstance(said, ox.Triple):
            roles = _DRAWN if triple.subject in edges else _STATED
            values = (said.subject, said.predicate, said.object)
            made += [ox.Triple(triple.subject, *pair) for pair in zip(roles, values, strict=True)]
        else:
            made.append(triple)
    return sorted(made, key=str)
