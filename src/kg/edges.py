"""What paths can walk: causal statements and transport events in their contexts, one agent's activities, records."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any, TypeAlias

import networkx

if TYPE_CHECKING:
    from kg.store import Graph

__all__ = ["ANY_CELL", "BRIDGE", "EVENT", "RECORD", "SAME_AGENT", "STATEMENT", "Book", "Edge", "Network", "Thing"]
__all__ += ["hops_of", "number_order", "read_edges"]

STATEMENT, EVENT, BRIDGE, SAME_AGENT, RECORD = "statement", "event", "bridge", "same agent", "record"
ANY_CELL = "any cell"
_NO_STEPS = "stated as a net effect, no steps given"
# Above every kg:rank: what holds by definition is never the weakest step.
_BY_DEFINITION = (6, "by definition")


@dataclass(frozen=True)
class Thing:
    """A node or a relation of a path: its CURIE and its label."""

    curie: str
    label: str


@dataclass(frozen=True)
class Edge:
    """An edge in one context; `sign` is None where there is none, `barred` says why it may not be walked."""

    source: str
    kind: str
    subject: str
    predicate: str
    object: str
    sign: int | None
    rank: int
    certainty: str
    context: str
    facets: Mapping[str, str]
    note: str = ""
    net: bool = False
    barred: str = ""
    # Of a step between two activities of one agent: the settings of the two.
    settings: tuple[str, str] = ("", "")

    @property
    def preference(self) -> tuple[Any, ...]:
        """Sort the edges of a hop by most specific context, then higher certainty, then lower IRI."""
        return -len(self.facets), -self.rank, self.source, self.context


# The type of what `hops_of` draws.
Network: TypeAlias = "networkx.MultiDiGraph[Any]"


def hops_of(edges: Iterable[Edge]) -> Network:
    """Draw a hop for all edges of one sign between two things: edges of opposite signs make different paths.

    The key of a hop is its sign, 0 if none; its `options` are the edges, the preferred first.
    """
    network: Network = networkx.MultiDiGraph()
    for edge in sorted(edges, key=lambda edge: edge.preference):
        ends, key = (edge.subject, edge.object), edge.sign or 0
        if not network.has_edge(*ends, key):
            network.add_edge(*ends, key, options=[])
        network.edges[*ends, key]["options"].append(edge)
    return network


@dataclass(frozen=True)
class Book:
    """All edges of a graph, and what is needed to print them."""

    labels: Mapping[str, str]
    evidence: Mapping[str, tuple[tuple[int | str, ...], tuple[str, ...]]]
    steps: list[Edge] = field(default_factory=list)
    claims: list[Edge] = field(default_factory=list)
    barred: list[Edge] = field(default_factory=list)
    same_agent: list[Edge] = field(default_factory=list)
    records: list[Edge] = field(default_factory=list)

    @cached_property
    def network(self) -> Network:
        """Draw the hops of all steps."""
        return hops_of(self.steps)

    def label(self, name: str) -> str:
        """Give the label of a CURIE, or the CURIE itself."""
        return self.labels.get(name, name)

    def thing(self, name: str) -> Thing:
        """Pair a CURIE with its label."""
        return Thing(name, self.label(name))

    def words(self, edge: Edge) -> str:
        """Read an edge aloud."""
        return " ".join(map(self.label, (edge.subject, edge.predicate, edge.object)))

    def claims_between(self, start: str, end: str) -> list[Edge]:
        """List the net effects that the source claims between two things."""
        return [claim for claim in self.claims if (claim.subject, claim.object) == (start, end)]


_LABELS = """
SELECT ?thing (MIN(STR(?name)) AS ?label) {
  ?thing rdfs:label|skos:prefLabel ?name FILTER(ISIRI(?thing))
} GROUP BY ?thing
"""

_EVIDENCE = """
SELECT ?statement ?number ?place {
  ?statement kg:evidenceLine ?line . ?line kg:direction kg:Supports .
  { ?line kg:cites/kg:number ?number } UNION { ?line kg:locator/kg:placeName ?place }
}
"""

# One row for each context: a claim in two contexts holds in the one and in the other.
_STATEMENTS = """
SELECT ?source ?kind ?subject ?predicate ?object ?sign ?certainty ?rank ?context ?cell ?disease ?stimulus
       ?ground ?groundNote ?barred {
  ?source kg:subject ?subject ; kg:predicate ?predicate ; kg:object ?object ; kg:polarity ?polarity ;
    kg:certainty ?certainty ; kg:context ?context .
  ?certainty kg:rank ?rank .
  OPTIONAL { VALUES ?kind { kg:MechanismStatement kg:BridgeStatement kg:NetEffectStatement } ?source a ?kind }
  OPTIONAL { ?predicate kg:sign ?sign }
  OPTIONAL { ?context kg:inCell ?cell }
  OPTIONAL { ?context kg:inDisease ?disease }
  OPTIONAL { ?context kg:stimulus ?stimulus }
  OPTIONAL { ?source kg:ground ?ground ; kg:groundNote ?groundNote }
  BIND(EXISTS { ?source kg:disputedIn ?dispute } AS ?disputed)
  BIND(IF(?polarity != kg:Affirmed, "denied by the source", IF(?disputed, "disputed", "")) AS ?barred)
  # A denied effect without a direction would still be an answer to who asks for it; a comparison never is a step.
  FILTER((BOUND(?kind) && BOUND(?sign)) || (?polarity = kg:Negated && NOT EXISTS { ?source a kg:ComparativeStatement }))
} ORDER BY ?source ?context
"""

_EVENTS = """
SELECT DISTINCT ?source ?subject ?predicate ?object ?sign ?cell {
  ?edge a kg:DirectEdge ; kg:derivedFrom ?source ; kg:edgeSubject ?subject ; kg:edgePredicate ?predicate ;
    kg:edgeObject ?object .
  ?source a kg:TransportEvent . ?predicate kg:sign ?sign .
  OPTIONAL { ?source kg:inCell ?cell }
}
"""

# From a study to the one it led to, to what was approved on it, and on to whom that is approved or recommended for.
_RECORDS = """
SELECT ?source ?subject ?predicate ?object ?certainty ?rank ?note {
  ?source kg:polarity kg:Affirmed ; kg:certainty ?certainty . ?certainty kg:rank ?rank .
  { ?source kg:subject ?subject ; kg:predicate kg:prompted ; kg:object ?object . BIND(kg:prompted AS ?predicate) }
  UNION { ?source kg:predicate kg:prompted ; kg:object ?whole . ?object kg:inProgramme ?whole .
    BIND(?whole AS ?subject) BIND(kg:hasPart AS ?predicate) }
  UNION { ?source kg:basedOn ?subject ; kg:subject ?object ; kg:asOf ?day . BIND(kg:basedOn AS ?predicate)
    BIND(CONCAT("as of ", ?day) AS ?note) }
  UNION { ?source kg:subject ?subject ; kg:predicate ?predicate ; kg:object ?object ; kg:asOf ?day .
    VALUES ?predicate { kg:approvedFor kg:optionFor kg:recommendedFor }
    OPTIONAL { ?source kg:reportedIn/rdfs:label ?where } OPTIONAL { ?source kg:strength ?strength }
    BIND(CONCAT("as of ", ?day, COALESCE(CONCAT(", ", ?where), ""), COALESCE(CONCAT(", ", ?strength), "")) AS ?note) }
} ORDER BY ?source ?subject
"""

_SAME_AGENT = """
SELECT ?subject ?object ?agent ?subjectCell ?subjectStimulus ?objectCell ?objectStimulus {
  ?subject kg:activityOf ?agent . ?object kg:activityOf ?agent . FILTER(?subject != ?object)
  OPTIONAL { ?subject kg:inCell ?subjectCell } OPTIONAL { ?subject kg:stimulus ?subjectStimulus }
  OPTIONAL { ?object kg:inCell ?objectCell } OPTIONAL { ?object kg:stimulus ?objectStimulus }
}
"""


def read_edges(graph: Graph, *, evidence: bool = True) -> Book:
    """Read all edges of a graph, sorted into steps, claimed net effects, what is barred, same agents and records.

    Without their evidence, paths can be found but not told in full.
    """
    labels = {row["thing"]: row["label"] for row in graph.query(_LABELS)}
    # As steps these two are worded for who walks them, not as the property is.
    book = Book(
        {**labels, "kg:activityOf": SAME_AGENT, "kg:basedOn": "basis of the approval of"},
        _read_evidence(graph) if evidence else {},
    )
    for row in graph.query(_STATEMENTS):
        edge = _statement_edge(book, row)
        (book.barred if edge.barred else book.claims if edge.net else book.steps).append(edge)
    # A printed statement says more than a definition: it stands for both.
    printed = {(edge.subject, edge.object, edge.sign) for edge in book.steps if edge.kind == STATEMENT}
    events = [_event_edge(book, row) for row in graph.query(_EVENTS)]
    book.steps.extend(edge for edge in events if (edge.subject, edge.object, edge.sign) not in printed)
    book.same_agent.extend(_same_agent_edge(book, row) for row in graph.query(_SAME_AGENT))
    book.records.extend(_record_edge(book, row) for row in graph.query(_RECORDS))
    return book


def _read_evidence(graph: Graph) -> dict[str, tuple[tuple[int | str, ...], tuple[str, ...]]]:
    numbers: defaultdict[str, set[str]] = defaultdict(set)
    places: defaultdict[str, set[str]] = defaultdict(set)
    for row in graph.query(_EVIDENCE):
        if row["number"]:
            numbers[row["statement"]].add(row["number"])
        else:
            places[row["statement"]].add(row["place"])
    return {name: (_in_order(numbers[name]), tuple(sorted(places[name]))) for name in {*numbers, *places}}


def _in_order(numbers: set[str]) -> tuple[int | str, ...]:
    """Sort the numbers of works: those of the review as numbers, then those of other lists, which begin with a name.

    >>> _in_order({"100", "Doe 2025: 3", "37"})
    (37, 100, 'Doe 2025: 3')
    """
    return tuple(int(number) if number.isdecimal() else number for number in sorted(numbers, key=number_order))


def number_order(number: str) -> tuple[bool, int, str]:
    """Sort the number of a work as a number if it is one of the review's, else after these, by its text.

    >>> sorted(["100", "Doe 2025: 3", "37"], key=number_order)
    ['37', '100', 'Doe 2025: 3']
    """
    own = number.isdecimal()
    return not own, int(number) if own else 0, number


def _statement_edge(book: Book, row: Mapping[str, str]) -> Edge:
    net, bridge = row["kind"] == "kg:NetEffectStatement", row["kind"] == "kg:BridgeStatement"
    return Edge(
        source=row["source"],
        kind=BRIDGE if bridge else STATEMENT,
        subject=row["subject"],
        predicate=row["predicate"],
        object=row["object"],
        sign=int(row["sign"]) if row["sign"] else None,
        rank=int(row["rank"]),
        certainty=book.label(row["certainty"]),
        context=book.label(row["context"]),
        facets=_facets(row),
        note=f"{book.label(row['ground'])}: {row['groundNote']}" if bridge else _NO_STEPS if net else "",
        net=net,
        barred=row["barred"],
    )


def _facets(row: Mapping[str, str]) -> dict[str, str]:
    return {facet: row[facet] for facet in ("cell", "disease", "stimulus") if row.get(facet)}


def _event_edge(book: Book, row: Mapping[str, str]) -> Edge:
    rank, certainty = _BY_DEFINITION
    return Edge(
        source=row["source"],
        kind=EVENT,
        subject=row["subject"],
        predicate=row["predicate"],
        object=row["object"],
        sign=int(row["sign"]),
        rank=rank,
        certainty=certainty,
        context=book.label(row["cell"]) if row["cell"] else ANY_CELL,
        facets=_facets(row),
        note=f"by definition of {book.label(row['source'])}",
    )


def _record_edge(book: Book, row: Mapping[str, str]) -> Edge:
    return Edge(
        source=row["source"],
        kind=RECORD,
        subject=row["subject"],
        predicate=row["predicate"],
        object=row["object"],
        sign=None,
        rank=int(row["rank"]),
        certainty=book.label(row["certainty"]),
        context="",
        facets={},
        note=row["note"],
    )


def _same_agent_edge(book: Book, row: Mapping[str, str]) -> Edge:
    def setting(end: str) -> str:
        return " with ".join(book.label(row[end + facet]) for facet in ("Cell", "Stimulus") if row[end + facet])

    return Edge(
        source=row["agent"],
        kind=SAME_AGENT,
        subject=row["subject"],
        predicate="kg:activityOf",
        object=row["object"],
        sign=None,
        rank=_BY_DEFINITION[0],
        certainty="",
        context="",
        facets={},
        note=f"both are activities or states of {book.label(row['agent'])}",
        settings=(setting("subject") or ANY_CELL, setting("object") or ANY_CELL),
    )
