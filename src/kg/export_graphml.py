"""The claims as one GraphML drawing: things are nodes, statements and what transport events do are edges."""

from __future__ import annotations

from io import BytesIO
from typing import TYPE_CHECKING

from kg.export_bundle import Bundle, Loss, xml_safe
from kg.kgx_tables import LIMITS

if TYPE_CHECKING:
    from collections.abc import Mapping

    import networkx

    from kg.store import Graph

__all__ = ["graphml"]

_NODES = """
SELECT ?id (MIN(STR(?name)) AS ?label) (GROUP_CONCAT(DISTINCT ?class_label; separator="; ") AS ?classes) {
  { SELECT DISTINCT ?id ?class_label {
      { [] kg:subject|kg:object ?id } UNION { [] kg:edgeSubject|kg:edgeObject ?id }
      ?id a/rdfs:label ?class_label } ORDER BY ?id ?class_label }
  ?id rdfs:label ?name
} GROUP BY ?id ORDER BY ?id"""

_STATEMENTS = """
SELECT ?id ?kind ?subject ?relation ?predicate ?object ?sign ?polarity ?certainty
       (IF(?barred, "yes", "no") AS ?disputed) {
  ?id a ?class ; kg:subject ?subject ; kg:predicate ?relation ; kg:object ?object ;
    kg:polarity/rdfs:label ?polarity ; kg:certainty/rdfs:label ?certainty .
  ?class rdfs:subClassOf+ kg:Statement ; rdfs:label ?kind . ?relation rdfs:label ?predicate .
  FILTER NOT EXISTS { ?id a ?special . ?special rdfs:subClassOf+ ?class }
  OPTIONAL { ?relation kg:sign ?sign }
  BIND(EXISTS { ?id kg:disputedIn ?dispute } AS ?barred)
} ORDER BY ?id"""

_EVENTS = """
SELECT ?id ("by definition of the transport event" AS ?kind) ?subject ?relation ?predicate ?object ?sign
       ("affirmed" AS ?polarity) ("by definition" AS ?certainty) ("no" AS ?disputed) {
  ?id a kg:DirectEdge ; kg:derivedFrom ?event ; kg:edgeSubject ?subject ; kg:edgePredicate ?relation ;
    kg:edgeObject ?object . ?event a kg:TransportEvent . ?relation rdfs:label ?predicate ; kg:sign ?sign .
} ORDER BY ?id"""

# Lists of a statement, by the attribute they become.
_LISTED = "SELECT DISTINCT ?id ?value { ?id kg:subject ?any ; %s ?value } ORDER BY ?id ?value"
_LISTS = {
    "context": "kg:context/rdfs:label",
    "place": "kg:evidenceLine/kg:locator/kg:placeName",
    "references": "kg:evidenceLine/kg:cites/kg:number",
}

_NEITHER_END = """
SELECT ?thing { ?thing a/rdfs:subClassOf* %s
  FILTER NOT EXISTS { [] kg:subject|kg:object|kg:edgeSubject|kg:edgeObject ?thing } }"""
_RECORDS = {
    "kg:Measurement": "no edge between two things is a number",
    "kg:ReportedValue": "with their measurements",
    "kg:RegimenComponent": "no edge between two things is a dose",
    "kg:DisagreementRecord": "an edge only says whether it is disputed",
    "kg:MechanismPath": "paths can be walked again over the edges",
}


def graphml(graph: Graph) -> Bundle:
    """Write statements as signed edges; what the source denies or disputes is there too, and says so."""
    import networkx

    drawn = _drawn(graph)
    out = BytesIO()
    networkx.write_graphml_xml(drawn, out)  # not by lxml, where that is there: the bytes would differ
    return Bundle({"graph.graphml": out.getvalue().decode("utf-8") + "\n"}, _losses(graph, drawn))


def _drawn(graph: Graph) -> networkx.MultiDiGraph[str]:
    import networkx

    drawn: networkx.MultiDiGraph[str] = networkx.MultiDiGraph()
    for row in graph.query(_NODES):
        drawn.add_node(row["id"], label=xml_safe(row["label"]), classes=xml_safe(row["classes"]))
    lists = {name: _lists(graph, _LISTED % path) for name, path in _LISTS.items()}
    for query in (_STATEMENTS, _EVENTS):
        for row in graph.query(query):
            if row["subject"] in drawn and row["object"] in drawn:
                told = {name: xml_safe("; ".join(values.get(row["id"], ()))) for name, values in lists.items()}
                drawn.add_edge(row["subject"], row["object"], key=row["id"], **_attributes(row), **told)
    return drawn


def _attributes(row: Mapping[str, str]) -> dict[str, str | int]:
    """Say what an edge is; no sign is 0, since GraphML has no empty number.

    `disputed` is a word: networkx writes truth values with a capital, which strict readers refuse.
    """
    words = {name: xml_safe(row[name]) for name in ("kind", "predicate", "polarity", "certainty")}
    return {**words, "relation": row["relation"], "sign": int(row["sign"] or 0), "disputed": row["disputed"]}


def _lists(graph: Graph, query: str) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for row in graph.query(query):
        found.setdefault(row["id"], []).append(row["value"])
    return found


def _losses(graph: Graph, drawn: networkx.MultiDiGraph[str]) -> list[Loss]:
    unsigned = sum(edge["sign"] == 0 for _, _, edge in drawn.edges(data=True))
    qualified = f"SELECT DISTINCT ?s {{ VALUES ?limit {{ {LIMITS} }} ?s kg:subject ?any ; ?limit ?what }}"
    kinds = [Loss(len(graph.query(_NEITHER_END % kind)), f"of class {kind}", why) for kind, why in _RECORDS.items()]
    return [
        *kinds,
        Loss(
            len(graph.query(qualified)), "statements without their limits", "degree, grade, level, population, advice"
        ),
        Loss(unsigned, "edges without a sign", "GraphML has no empty number: sign is 0"),
        Loss(
            len(graph.query("SELECT ?l { [] kg:evidenceLine ?l }")), "evidence lines", "an edge lists places and works"
        ),
        Loss(
            len(graph.query("SELECT ?c { ?c a owl:Class }")), "classes of the ontology", "a node names its classes only"
        ),
    ]
