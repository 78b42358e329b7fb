"""How much of what the graph holds."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kg.questions import run
from kg.results import Table
from kg.store import count_triples

if TYPE_CHECKING:
    from kg.store import Graph

__all__ = ["stats"]

# A statement's kind is the most special of its classes; a derived value has no study of its own.
_COUNTS = {
    "class": """
        SELECT ?name (COUNT(DISTINCT ?thing) AS ?count) { ?thing a ?name
          FILTER(STRSTARTS(STR(?thing), STR(kgd:)) && STRSTARTS(STR(?name), STR(kg:)))
        } GROUP BY ?name ORDER BY ?name""",
    "statement": """
        SELECT ?name (COUNT(DISTINCT ?thing) AS ?count) { ?thing a ?name . ?name rdfs:subClassOf+ kg:Statement
          FILTER NOT EXISTS { ?thing a ?special . ?special rdfs:subClassOf+ ?name }
        } GROUP BY ?name ORDER BY ?name""",
    "values of study": """
        SELECT ?name (COUNT(DISTINCT ?thing) AS ?count) {
          ?thing kg:reportOf/kg:analysisSet/kg:inStudy ?study . ?study rdfs:label ?name
        } GROUP BY ?name ORDER BY ?name""",
}


def stats(graph: Graph) -> Table:
    """Count triples, things of each class, statements of each kind, and values of each study.

    >>> from kg.store import load
    >>> stats(load(cache=False)).columns
    ('what', 'name', 'count')
    """
    asserted, derived = count_triples(graph.store)
    rows: list[tuple[str, ...]] = [("triples", "asserted", str(asserted)), ("triples", "derived", str(derived))]
    for what, query in _COUNTS.items():
        rows += [(what, row["name"], row["count"]) for row in run(graph.store, query)]
    return Table(("what", "name", "count"), rows)
