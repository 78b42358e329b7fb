"""The graph without the doses that are disputed: what an assistant is told unless it asks for them.

They are taken out of the data and not out of the answers, so that no query, however it is written, comes upon one.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import pyoxigraph as ox

from kg.nodes import TYPE
from kg.questions import select
from kg.terms import KG

__all__ = ["without_disputed_doses"]

# The measurement of such a dose goes where it has no other report.
_RECORDS: Final = """
SELECT DISTINCT ?record {
  { SELECT DISTINCT ?value { ?value kg:disputedIn [] .
      { [] kg:dose ?value } UNION { ?value kg:reportOf/a kg:DoseMeasurement } } }
  { ?value kg:disputedIn [] BIND(?value AS ?record) } UNION {
    ?value kg:reportOf ?record
    FILTER NOT EXISTS { ?other kg:reportOf ?record FILTER NOT EXISTS { ?other kg:disputedIn [] } } }
}"""

# Disagreements repeat the figure in their resolution, measurements among their alternatives; the rest of both stays.
_REPEATING: Final = """
SELECT DISTINCT ?record {
  ?value kg:disputedIn ?dispute . { [] kg:dose ?value } UNION { ?value kg:reportOf/a kg:DoseMeasurement }
  { ?value kg:disputedIn ?record } UNION { ?value kg:reportOf ?record } }"""

_COMPONENTS: Final = "SELECT DISTINCT ?component { ?component kg:dose ?value . ?value kg:disputedIn [] }"

# That a drug belongs to an arm is not disputed; how it was dosed is.
_KEPT: Final = frozenset({TYPE, *map(ox.NamedNode, (KG.componentOf, KG.drug, KG.givesRegimen))})
_FIGURES: Final = frozenset({ox.NamedNode(KG.resolution), ox.NamedNode(KG.listedAlternatives)})
# The cell in which a disagreement prints the value of a side.
_CELLS: Final = (
    (ox.NamedNode(KG.firstReport), ox.NamedNode(KG.firstReportValue)),
    (ox.NamedNode(KG.secondReport), ox.NamedNode(KG.secondReportValue)),
)


def without_disputed_doses(store: ox.Store) -> ox.Store:
    """Copy a store and leave out each disputed dose: its value, its schedule, and what the disagreement says of it.

    >>> import kg
    >>> graph = kg.load(cache=False)
    >>> kept = kg.Graph(without_disputed_doses(graph.store), graph.files)
    >>> [len(one.query("regimen_components", study="SeaLAND", drug="selinexor")) for one in (graph, kept)]
    [5, 4]
    """
    dropped = set(_found(store, _RECORDS))
    bare = set(_found(store, _COMPONENTS))
    silent = set(_found(store, _REPEATING))
    sides = [(cell, quad) for side, cell in _CELLS for quad in store.quads_for_pattern(None, side, None)]
    cells = {(quad.subject, cell) for cell, quad in sides if quad.object in dropped}
    kept = ox.Store()
    kept.bulk_extend(
        quad
        for quad in store
        if quad.subject not in dropped
        and quad.object not in dropped
        and (quad.subject not in bare or quad.predicate in _KEPT)
        and (quad.subject not in silent or quad.predicate not in _FIGURES)
        and (quad.subject, quad.predicate) not in cells
    )
    return kept


def _found(store: ox.Store, query: str) -> Iterator[ox.NamedNode]:
    for (node,) in select(store, query):
        assert isinstance(node, ox.NamedNode)
        yield node
