"""The things that have a page of their own: which they are, what they are called, and where else they are known."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from kg.terms import DATA
from kg.view_claims import OTHER_NAMES, Outward, read_outward

if TYPE_CHECKING:
    from kg.store import Graph

__all__ = ["ROOTS", "Thing", "own_name", "read_things"]

# What the source speaks about, and the contexts and design features that its statements name. Statements, measurements,
# values, places and works are records about these: they are rows of a page, not pages.
ROOTS = ("kg:DomainThing", "kg:Context", "kg:DesignFeature")

_THINGS = """
SELECT ?id ?label ?class ?class_label ?definition ?note
WHERE {
  ?id a ?class ; rdfs:label ?label . ?class rdfs:label ?class_label .
  FILTER EXISTS { VALUES ?root { %s } ?class rdfs:subClassOf* ?root }
  FILTER NOT EXISTS { ?id a ?narrower . ?narrower rdfs:subClassOf+ ?class . FILTER(?narrower != ?class) }
  FILTER(STRSTARTS(STR(?id), STR(kgd:)))
  OPTIONAL { ?id skos:definition ?definition } OPTIONAL { ?id skos:editorialNote ?note }
} ORDER BY LCASE(?label) ?id ?class_label ?definition ?note"""

_WIDER = "SELECT ?class ?wider { ?class rdfs:subClassOf* ?wider FILTER(ISIRI(?class) && ISIRI(?wider)) }"

_SYNONYMS = """
SELECT DISTINCT ?id ?name { ?id %s ?name } ORDER BY ?id LCASE(?name) ?name"""


@dataclass
class Thing:
    """A thing with a page."""

    id: str
    label: str
    class_id: str
    class_label: str
    kinds: frozenset[str] = frozenset()
    definition: str = ""
    notes: list[str] = field(default_factory=list)
    synonyms: list[str] = field(default_factory=list)
    links: list[Outward] = field(default_factory=list)


def own_name(name: str) -> str:
    """Shorten the IRI of a thing as the saved questions do, even where it would need an escape in a CURIE.

    >>> own_name("https://w3id.org/xpo1-kg/data/Drug_(a)"), own_name("kgd:Drug_a")
    ('kgd:Drug_(a)', 'kgd:Drug_a')
    """
    return f"kgd:{name.removeprefix(DATA)}" if name.startswith(DATA) else name


def read_things(graph: Graph) -> dict[str, Thing]:
    """Read all things that have a page, by CURIE, in the order of their labels."""
    wider: dict[str, set[str]] = {}
    for row in graph.query(_WIDER):
        wider.setdefault(row["class"], set()).add(row["wider"])
    things: dict[str, Thing] = {}
    for row in graph.query(_THINGS % " ".join(ROOTS)):
        name = own_name(row["id"])
        thing = things.setdefault(name, Thing(name, row["label"], row["class"], row["class_label"]))
        thing.kinds |= wider.get(row["class"], set())
        thing.definition = thing.definition or row["definition"]
        if row["note"] and row["note"] not in thing.notes:
            thing.notes.append(row["note"])
    for row in graph.query(_SYNONYMS % OTHER_NAMES):
        if own_name(row["id"]) in things:
            things[own_name(row["id"])].synonyms.append(row["name"])
    for name, link in read_outward(graph):
        if own_name(name) in things:
            things[own_name(name)].links.append(link)
    return things
