"""Mechanism paths as records of the graph, so that a query can join how an event comes about to how often it was seen.

Rules cannot multiply signs along a path; this is the one thing that is derived in Python.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import networkx
import pyoxigraph as ox

from kg.edges import Book, read_edges
from kg.explain import SIGN_WORDS, contexts, drawn
from kg.paths import Route, bridges_on, route_sign, search, weakest
from kg.rules import DERIVED
from kg.terms import KG, curie, expand

if TYPE_CHECKING:
    from kg.store import Graph

__all__ = ["derive_paths"]

_TYPE = "http://www.w3.org/1999/02/22-rdf-syntax-ns#type"

_TREATMENTS = "SELECT DISTINCT ?thing { ?thing a ?class . VALUES ?class { kg:Drug kg:Regimen } }"
# Where a mechanism ends: an adverse event, or what the source itself claims as the net effect of the treatment.
_EVENTS = "SELECT DISTINCT ?thing { ?thing a ?class . ?class rdfs:subClassOf* kg:AdverseEvent }"
_CERTAINTIES = "SELECT ?thing ?label { ?thing a kg:Certainty ; rdfs:label ?label }"


def derive_paths(graph: Graph) -> int:
    """Write the best path of each sign from each drug or regimen to its effects into `kgg:derived`.

    Effects are adverse events and what the source claims as a net effect of that drug or regimen. A path walks steps of
    one context only, as `kg explain` does by default; a mere net effect, or a bridge with nothing printed, is no path.

    Returns:
        How many paths were written.

    >>> from kg.store import load
    >>> load(cache=False).query("SELECT ?sign { ?path kg:pathStart kgd:Drug_selinexor ; kg:pathSign ?sign ;"
    ...                         " kg:pathEnd kgd:AdverseEvent_thrombocytopenia }").rows
    [('increases',)]
    """
    book = read_edges(graph)
    certainties = {row["label"]: row["thing"] for row in graph.query(_CERTAINTIES)}
    paths = [
        (f"kgd:Path_{_local(start)}_{_local(end)}_{SIGN_WORDS[sign]}", start, end, sign, route)
        for start, end in _ends(graph, book)
        for sign, route in _best_by_sign(book, start, end).items()
    ]
    for name, start, end, sign, route in paths:
        said = [
            (_TYPE, _node(KG.MechanismPath)),
            (KG.pathStart, _node(start)),
            (KG.pathEnd, _node(end)),
            (KG.pathSign, ox.Literal(SIGN_WORDS[sign])),
            (KG.pathText, ox.Literal(drawn(book, route))),
            (KG.pathContext, ox.Literal(" and ".join(contexts(route)))),
            (KG.weakestCertainty, _node(certainties.get(weakest(route).certainty, KG.AssertedAsFact))),
            *((KG.walks, _node(edge.source)) for edge in route),
        ]
        graph.store.extend(ox.Quad(_node(name), ox.NamedNode(key), value, DERIVED) for key, value in said)
    return len(paths)


def _ends(graph: Graph, book: Book) -> Iterator[tuple[str, str]]:
    """Pair treatments with the effects that some chain of steps reaches, in whatever context."""
    network: networkx.DiGraph[str] = networkx.DiGraph((edge.subject, edge.object) for edge in book.steps)
    events = set(graph.query(_EVENTS).column("thing"))
    for start in sorted(graph.query(_TREATMENTS).column("thing")):
        if start in network:
            effects = events | {claim.object for claim in book.claims if claim.subject == start}
            yield from ((start, end) for end in sorted(networkx.descendants(network, start) & effects))


def _best_by_sign(book: Book, start: str, end: str) -> dict[int | None, Route]:
    found = search(book, book.steps, (start, end))
    printed = [route for route in found.routes if bridges_on(route) < len(route)]
    # Routes come best first: the first of each sign stays.
    return {route_sign(route): route for route in reversed(printed)}


def _local(name: str) -> str:
    return curie(name).partition(":")[2].partition("_")[2]


def _node(name: str) -> ox.NamedNode:
    return ox.NamedNode(expand(name))
