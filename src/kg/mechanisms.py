"""Mechanism paths as records of the graph, so that a query can join how an event comes about to how often it was seen.

Rules cannot multiply signs along a path; this is the one thing that is derived in Python.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator
from typing import TYPE_CHECKING

import networkx
import pyoxigraph as ox

from kg.edges import Book, read_edges
from kg.errors import DataError
from kg.explain import SIGN_WORDS, contexts, drawn
from kg.nodes import TYPE, node
from kg.paths import Route, bridges_on, route_sign, search, weakest
from kg.terms import KG

if TYPE_CHECKING:
    from kg.store import Graph

__all__ = ["derive_paths"]

_TREATMENTS = "SELECT DISTINCT ?thing { ?thing a ?class . VALUES ?class { kg:Drug kg:Regimen } }"
# Where a mechanism ends: an adverse event, what the source claims as a net effect of the treatment, or a last process.
_EVENTS = "SELECT DISTINCT ?thing { ?thing a ?class . ?class rdfs:subClassOf* kg:AdverseEvent }"
_PROCESSES = "SELECT DISTINCT ?thing { ?thing a ?class . ?class rdfs:subClassOf* kg:BiologicalProcess }"
_CERTAINTIES = "SELECT ?thing ?label { ?thing a kg:Certainty ; rdfs:label ?label }"


def derive_paths(graph: Graph) -> bytes:
    """Write the paths from each drug or regimen to its effects as N-Triples, with their rank in `kg explain`.

    Effects are adverse events, what the source claims as a net effect of that drug or regimen, and processes that no
    further step leaves. A path keeps to one context, as `kg explain` does by default; a mere net effect is none, nor is
    a bridge with nothing printed. Of each sign those stay that are as short of bridges and as sure as the best.

    Raises:
        DataError: two paths would have one name.

    >>> from kg.store import load
    >>> load(cache=False).query("SELECT DISTINCT ?sign { ?path kg:pathStart kgd:Drug_selinexor ; kg:pathSign ?sign ;"
    ...                         " kg:pathEnd kgd:AdverseEvent_thrombocytopenia }").rows
    [('increases',)]
    """
    book = read_edges(graph, evidence=False)
    # A path of nothing but definitions is as sure as a fact.
    certainties = {row["label"]: row["thing"] for row in graph.query(_CERTAINTIES)}
    paths = [
        (rank, start, end, route) for start, end in _ends(graph, book) for rank, route in _ranked(book, start, end)
    ]
    named: dict[str, tuple[str, str]] = {}
    written: list[ox.Triple] = []
    for rank, start, end, route in paths:
        sign = route_sign(route)
        name = f"kgd:Path_{_local(start)}_{_local(end)}_{SIGN_WORDS[sign]}" + (f"_{rank}" if rank > 1 else "")
        # Names leave the class out: two paths of one name would be one record that says both.
        if named.setdefault(name, (start, end)) != (start, end):
            first = " to ".join(named[name])
            raise DataError(f"{name} would be two paths, {first} and {start} to {end}: rename one of these things")
        said: list[tuple[str, ox.NamedNode | ox.Literal]] = [
            (TYPE.value, node(KG.MechanismPath)),
            (KG.pathRank, ox.Literal(rank)),
            (KG.pathStart, node(start)),
            (KG.pathEnd, node(end)),
            (KG.pathSign, ox.Literal(SIGN_WORDS[sign])),
            (KG.pathText, ox.Literal(drawn(book, route))),
            (KG.pathContext, ox.Literal(" and ".join(contexts(route)))),
            (KG.weakestCertainty, node(certainties.get(weakest(route).certainty, KG.AssertedAsFact))),
            *((KG.walks, node(edge.source)) for edge in route),
        ]
        written += [ox.Triple(node(name), ox.NamedNode(key), value) for key, value in said]
    return ox.serialize(written, format=ox.RdfFormat.N_TRIPLES) or b""


def _ends(graph: Graph, book: Book) -> Iterator[tuple[str, str]]:
    """Pair treatments with the effects that some chain of steps reaches, in whatever context."""
    network: networkx.DiGraph[str] = networkx.DiGraph((edge.subject, edge.object) for edge in book.steps)
    events = set(graph.query(_EVENTS).column("thing"))
    processes = set(graph.query(_PROCESSES).column("thing"))
    effects = events | {name for name in processes if name in network and not network[name]}
    claimed: defaultdict[str, set[str]] = defaultdict(set)
    for claim in book.claims:
        claimed[claim.subject].add(claim.object)
    for start in sorted(graph.query(_TREATMENTS).column("thing")):
        if start in network:
            ends = {end for end in networkx.descendants(network, start) if end in effects or end in claimed[start]}
            yield from ((start, end) for end in sorted(ends))


def _ranked(book: Book, start: str, end: str) -> Iterator[tuple[int, Route]]:
    """Number the routes of each sign, best first, as long as they have no more bridges and doubt than the first."""
    best: dict[int | None, tuple[int, int]] = {}
    ranks: Counter[int | None] = Counter()
    for route in search(book, book.network, (start, end)).routes:
        if bridges_on(route) == len(route):
            continue
        sign, quality = route_sign(route), (bridges_on(route), weakest(route).rank)
        if best.setdefault(sign, quality) == quality:
            ranks[sign] += 1
            yield ranks[sign], route


def _local(name: str) -> str:
    return name.partition(":")[2].partition("_")[2]
