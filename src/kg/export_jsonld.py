"""The graph as JSON-LD, with the context that turns short names into IRIs in each file and as one of its own."""

from __future__ import annotations

import json
import re
from collections import defaultdict
from itertools import groupby
from typing import TYPE_CHECKING, Any

import pyoxigraph as ox

from kg.export_bundle import Bundle, json_text
from kg.export_rdf import parts, rdf_losses
from kg.nodes import TYPE
from kg.terms import ONTOLOGY, PREFIXES, XSD, curie

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from kg.store import Graph

    Term = ox.NamedNode | ox.BlankNode | ox.Literal | ox.Triple

__all__ = ["context", "jsonld"]

# Prefixes that end otherwise are no prefixes to JSON-LD 1.1 unless they say so.
_PREFIX_ENDS = tuple(":/?#[]@")
# How JSON itself writes a value of these types.
_NATIVE = {XSD + "integer": re.compile(r"0|-?[1-9][0-9]*"), XSD + "boolean": re.compile("true|false")}
_NUMBERS = {XSD + "decimal", XSD + "integer"}


def jsonld(graph: Graph) -> Bundle:
    """Write ontology, data and derived triples as JSON-LD; every file holds the whole context and needs no other."""
    made = parts(graph)
    shared = context(triple for triples in made.values() for triple in triples)
    files = {f"{part}.jsonld": json_text({"@context": shared, "@graph": _nodes(made[part], shared)}) for part in made}
    return Bundle({**files, "context.jsonld": json_text({"@context": shared})}, rdf_losses(graph))


def context(triples: Iterable[ox.Triple]) -> dict[str, Any]:
    """Make a context: the prefix table, and for each property its short name and the type that all its values share.

    >>> label = ox.NamedNode(PREFIXES["rdfs"] + "label")
    >>> context([ox.Triple(ox.NamedNode("urn:a"), label, ox.Literal("a"))])["rdfs:label"]
    {'@id': 'rdfs:label'}
    """
    types: defaultdict[str, set[str]] = defaultdict(set)
    for triple in triples:
        types[triple.predicate.value].add(_type(triple.object))
    terms = {_name(iri): {"@id": curie(iri), **_coercion(types[iri])} for iri in sorted(types) if iri != TYPE.value}
    return {**{name: _prefix(space) for name, space in PREFIXES.items()}, **terms}


def _prefix(space: str) -> str | dict[str, Any]:
    return space if space.endswith(_PREFIX_ENDS) else {"@id": space, "@prefix": True}


def _name(iri: str) -> str:
    """Name a property: by its local name if it is ours, so that records read as plain JSON, else by its CURIE."""
    local = iri.removeprefix(ONTOLOGY)
    return local if local != iri and local not in PREFIXES else curie(iri)


def _type(value: Term) -> str:
    return value.datatype.value if isinstance(value, ox.Literal) else "@id"


def _coercion(types: set[str]) -> dict[str, str]:
    """Name the one type of a property's values; texts need none, and a language tag allows none.

    Whole figures among decimal ones say their type themselves, so that a figure can be written as plain text.
    """
    (only, *others) = sorted(types if types != _NUMBERS else {XSD + "decimal"})
    plain = {XSD + "string", PREFIXES["rdf"] + "langString"}
    return {} if others or only in plain else {"@type": only if only == "@id" else curie(only)}


def _nodes(triples: list[ox.Triple], shared: Mapping[str, Any]) -> list[dict[str, Any]]:
    return [_node(subject, list(said), shared) for subject, said in groupby(triples, lambda triple: triple.subject)]


def _node(subject: Term, said: list[ox.Triple], shared: Mapping[str, Any]) -> dict[str, Any]:
    node: dict[str, Any] = {"@id": _id(subject)}
    for predicate, triples in groupby(said, lambda triple: triple.predicate.value):
        if predicate == TYPE.value:
            values = [_id(triple.object) for triple in triples]
        else:
            coerced = shared[_name(predicate)].get("@type")
            values = [_value(triple.object, coerced) for triple in triples]
        node["@type" if predicate == TYPE.value else _name(predicate)] = values[0] if len(values) == 1 else values
    return node


def _id(term: Term) -> str:
    return str(term) if isinstance(term, ox.BlankNode) else curie(term.value) if isinstance(term, ox.NamedNode) else ""


def _value(value: Term, coerced: str | None) -> Any:
    if not isinstance(value, ox.Literal):
        return _id(value) if coerced == "@id" else {"@id": _id(value)}
    datatype = value.datatype.value
    if datatype in _NATIVE and coerced in (None, curie(datatype)) and _NATIVE[datatype].fullmatch(value.value):
        return json.loads(value.value)
    if value.language:
        return {"@value": value.value, "@language": value.language}
    if datatype == XSD + "string" or coerced == curie(datatype):
        return value.value
    return {"@value": value.value, "@type": curie(datatype)}
