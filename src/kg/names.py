"""Finding a thing by what people call it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

import pyoxigraph as ox

from kg.errors import NotFoundError, near_hint
from kg.nodes import node
from kg.questions import select
from kg.terms import DATA, ONTOLOGY, PREFIXES, curie, expand

__all__ = ["Entity", "find"]


@dataclass(frozen=True)
class Entity:
    """A thing of the graph: its IRI, its label, and the CURIEs of its classes."""

    iri: str
    label: str
    classes: tuple[str, ...]


# From what names a thing most surely to what does so least; the first kind that matches decides.
_NAMINGS = (
    "SELECT ?thing ?name { ?thing rdfs:label|skos:prefLabel ?name FILTER(ISIRI(?thing)) }",
    "SELECT ?thing ?name { ?thing skos:altLabel|kg:name ?name FILTER(ISIRI(?thing)) }",
    "SELECT ?thing ?name { ?thing skos:exactMatch ?name FILTER(ISIRI(?thing)) }",
    "SELECT ?thing ?name { ?thing skos:closeMatch ?name FILTER(ISIRI(?thing)) }",  # a gene, for its protein
)


def find(store: ox.Store, text: str) -> Entity:
    """Find the one thing that a text names.

    Tried in this order: an IRI, a CURIE or the part of one after the colon; a label; another name; an identifier of
    another ontology (`DRUGBANK:DB11942`, `doi:10.1038/leu.2013.172`). Only the first is sensitive to case.

    Raises:
        NotFoundError: several things have the name (all are listed), or none has it (near names are listed).

    >>> store = ox.Store()
    >>> store.update('''INSERT DATA { <https://w3id.org/xpo1-kg/data/Drug_selinexor>
    ...     <http://www.w3.org/2000/01/rdf-schema#label> "selinexor" }''')
    >>> find(store, "Selinexor").iri
    'https://w3id.org/xpo1-kg/data/Drug_selinexor'
    """
    iris = _spelt_out(text)
    for iri in iris:
        if next(store.quads_for_pattern(ox.NamedNode(iri), None, None, None), None):
            return _entity(store, iri)
    said = text.strip().casefold()
    wanted = {said, *(curie(iri).casefold() for iri in iris)}
    known: set[str] = set()
    for naming in _NAMINGS:
        names = _names(store, naming)
        found = {thing for name in wanted & names.keys() for thing in names[name]}
        if len(found) == 1:
            return _entity(store, found.pop())
        if found:
            raise NotFoundError(f"{text!r} names several: {_listed(store, found)}; give the CURIE")
        known.update(names)
    raise NotFoundError(f"nothing is called {text!r}{near_hint(said, known)}")


def _spelt_out(text: str) -> list[str]:
    """Write out the IRIs that a text may be, the data before the terms; prefixes are written in either case."""
    prefix, colon, local = text.strip().partition(":")
    if (text.startswith("<") and text.endswith(">")) or "://" in text:
        iris = [expand(text)]
    elif prefix.casefold() in PREFIXES:
        iris = [expand(f"{prefix.casefold()}{colon}{local}")]
    else:
        iris = [DATA + text, ONTOLOGY + text]
    return [iri for iri in iris if _is_iri(iri)]


def _is_iri(text: str) -> bool:
    try:
        ox.NamedNode(text)
    except ValueError:
        return False
    return True


def _names(store: ox.Store, naming: str) -> defaultdict[str, set[str]]:
    """Collect the things by their names, in one case."""
    names: defaultdict[str, set[str]] = defaultdict(set)
    for thing, name in select(store, naming):
        shown = curie(name.value) if isinstance(name, ox.NamedNode) else name.value
        names[shown.casefold()].add(thing.value)
    return names


def _entity(store: ox.Store, iri: str) -> Entity:
    labels = _objects(store, iri, "rdfs:label") or _objects(store, iri, "skos:prefLabel") or [curie(iri)]
    classes = {curie(name) for name in _objects(store, iri, "rdf:type")} - {"owl:NamedIndividual"}
    return Entity(iri, min(labels), tuple(sorted(classes)))


def _objects(store: ox.Store, iri: str, predicate: str) -> list[str]:
    quads = store.quads_for_pattern(ox.NamedNode(iri), node(predicate), None, None)
    return [quad.object.value for quad in quads if isinstance(quad.object, ox.NamedNode | ox.Literal)]


def _listed(store: ox.Store, iris: Iterable[str]) -> str:
    found = [_entity(store, iri) for iri in sorted(iris)]
    return ", ".join(f"{curie(entity.iri)} ({', '.join(entity.classes) or 'no class'})" for entity in found)
