"""The claims as KGX nodes and edges in Biolink terms, as tables and as JSON lines.

Biolink cannot say "disputed", "only after this stimulus", or "a step that we added": statements that need it are left
out rather than told as plain facts. A denied statement is kept as denied, but never under a wider predicate, since who
denies the narrower one has not denied the wider.
"""

from __future__ import annotations

import json
import re
from collections import Counter, defaultdict
from typing import TYPE_CHECKING, Any

from kg.export_bundle import Bundle, Loss
from kg.kgx_tables import (
    AGENT,
    AS_WORDED,
    BIOLINK,
    CATEGORIES,
    CAUSAL,
    FACT,
    LIMITS,
    NO_CATEGORY,
    NODE_PREFIXES,
    PREDICATES,
    RULE,
    SHAPES,
    Said,
)
from kg.terms import expand

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from kg.store import Graph

    Record = dict[str, Any]

__all__ = ["kgx"]

_NODES = """
SELECT ?id ?class ?name ?description ?synonym (STR(?target) AS ?same) {
  ?id a/rdfs:subClassOf* ?class ; rdfs:label ?name . VALUES ?class { %s }
  OPTIONAL { ?id skos:definition ?description } OPTIONAL { ?id skos:altLabel ?synonym }
  OPTIONAL { ?id skos:exactMatch ?target }
} ORDER BY ?id ?class ?synonym ?same"""

_STATEMENTS = """
SELECT ?id ?kind ?subject ?predicate ?object ?sign ?polarity ?certainty ?barred ?stimulus ?limited {
  ?id a ?kind ; kg:subject ?subject ; kg:predicate ?predicate ; kg:object ?object ; kg:polarity ?polarity ;
    kg:certainty/rdfs:label ?certainty . ?kind rdfs:subClassOf+ kg:Statement .
  FILTER NOT EXISTS { ?id a ?special . ?special rdfs:subClassOf+ ?kind }
  OPTIONAL { ?predicate kg:sign ?sign }
  BIND(EXISTS { ?id kg:disputedIn ?dispute } AS ?barred)
  BIND(EXISTS { ?id kg:context/kg:stimulus ?any } AS ?stimulus)
  BIND(EXISTS { ?id ?limit ?bound . VALUES ?limit { %s } } AS ?limited)
} ORDER BY ?id"""

_EVENTS = """
SELECT ?id ?subject ?predicate ?object ?sign {
  ?id a kg:DirectEdge ; kg:derivedFrom ?event ; kg:edgeSubject ?subject ; kg:edgePredicate ?predicate ;
    kg:edgeObject ?object . ?event a kg:TransportEvent . ?predicate kg:sign ?sign .
} ORDER BY ?id"""

_CONTEXTS = """
SELECT DISTINCT ?id ?label ?cell ?disease {
  ?id kg:subject ?any ; kg:context ?context . ?context rdfs:label ?label FILTER(?context != kgd:Context_any_cell)
  OPTIONAL { ?context kg:inCell ?cell } OPTIONAL { ?context kg:inDisease ?disease }
} ORDER BY ?id ?label"""

_WORKS = """
SELECT DISTINCT ?id ?doi ?pmid {
  ?id kg:evidenceLine ?line . ?line kg:direction kg:Supports .
  { ?line kg:locator/oa:hasSource/kg:renditionOf ?work } UNION { ?line kg:cites ?work }
  OPTIONAL { ?work kg:doi ?doi } OPTIONAL { ?work kg:pmid ?pmid }
} ORDER BY ?id ?doi ?pmid"""

_MAPPINGS = """
SELECT ?predicate ?how ?sign (STR(?target) AS ?biolink) {
  VALUES ?how { skos:exactMatch skos:closeMatch skos:broadMatch }
  ?predicate ?how ?target FILTER(STRSTARTS(STR(?target), "%s"))
  OPTIONAL { ?predicate kg:sign ?sign }
} ORDER BY ?predicate ?biolink"""

_COUNT = "SELECT (COUNT(DISTINCT ?thing) AS ?n) { ?thing a/rdfs:subClassOf* %s }"
_NODE_COLUMNS = ("id", "category", "name", "description", "synonym", "xref", "provided_by")
_EDGE_COLUMNS: tuple[str, ...] = ("id", "subject", "predicate", "object", "category", "negated", "qualified_predicate")
_EDGE_COLUMNS += ("object_direction_qualifier", "anatomical_context_qualifier", "disease_context_qualifier", "context")
_EDGE_COLUMNS += ("knowledge_level", "agent_type", "has_confidence_level", "primary_knowledge_source", "publications")
_EDGE_COLUMNS += ("original_predicate",)
_SOURCE = "infores:xpo1-kg"
_OBO = re.compile(r"http://purl\.obolibrary\.org/obo/([A-Za-z]+)_(\w+)")


def kgx(graph: Graph) -> Bundle:
    """Write the things and claims that Biolink can say as KGX nodes and edges."""
    nodes = _nodes(graph)
    left_out: Counter[str] = Counter()
    edges = [*_statements(graph, nodes, left_out), *_events(graph, nodes, left_out)]
    files = {"nodes.tsv": _tsv(_NODE_COLUMNS, nodes.values()), "edges.tsv": _tsv(_EDGE_COLUMNS, edges)}
    files |= {"nodes.jsonl": _json_lines(nodes.values()), "edges.jsonl": _json_lines(edges)}
    return Bundle(files, [*_missing_classes(graph), *_sorted_out(left_out), *_thinned(graph, edges)])


# ---- nodes


def _nodes(graph: Graph) -> dict[str, Record]:
    rank = list(CATEGORIES)
    best: dict[str, int] = {}
    nodes: dict[str, Record] = {}
    for row in graph.query(_NODES % " ".join(CATEGORIES)):
        node = nodes.setdefault(row["id"], _node(row))
        best[row["id"]] = min(best.get(row["id"], len(rank)), rank.index(row["class"]))
        for column, value in (("synonym", row["synonym"]), ("xref", _elsewhere(row["same"]))):
            if value and value not in node[column]:
                node[column].append(value)
    for name, place in best.items():
        nodes[name]["category"] = [CATEGORIES[rank[place]]]
    return nodes


def _node(row: Mapping[str, str]) -> Record:
    described = {"id": row["id"], "category": [], "name": row["name"], "description": row["description"]}
    return {**described, "synonym": [], "xref": [], "provided_by": [_SOURCE]}


def _elsewhere(iri: str) -> str:
    """Name a thing of another vocabulary as Biolink does; where it has no prefix, the IRI stays."""
    if obo := _OBO.fullmatch(iri):
        return f"{obo[1]}:{obo[2]}"
    for space, prefix in NODE_PREFIXES.items():
        if iri.startswith(space):
            return f"{prefix}:{iri[len(space) :]}"
    return iri


# ---- edges


def _statements(graph: Graph, nodes: Mapping[str, Record], left_out: Counter[str]) -> list[Record]:
    said = _mapped(graph)
    contexts, works = _contexts(graph), _works(graph)
    edges = []
    for row in graph.query(_STATEMENTS % LIMITS):
        edge = _edge(row, said, nodes, left_out, denied=row["polarity"] == "kg:Negated")
        if edge is not None:
            level = FACT if row["certainty"] == "asserted as fact" else AS_WORDED
            told = {"knowledge_level": level, "agent_type": AGENT[level], "has_confidence_level": row["certainty"]}
            edges.append({**edge, **told, **contexts.get(row["id"], {}), "publications": works.get(row["id"], [])})
    return edges


def _events(graph: Graph, nodes: Mapping[str, Record], left_out: Counter[str]) -> list[Record]:
    """Say what transport events do by definition."""
    plain = {"kind": "kg:TransportEvent", "barred": "false", "stimulus": "false", "limited": "false"}
    made = (_edge({**row, **plain}, {}, nodes, left_out, denied=False) for row in graph.query(_EVENTS))
    told = {"knowledge_level": RULE, "agent_type": AGENT[RULE], "publications": []}
    return [{**edge, **told} for edge in made if edge is not None]


def _edge(
    row: Mapping[str, str],
    said: Mapping[str, Said],
    nodes: Mapping[str, Record],
    left_out: Counter[str],
    *,
    denied: bool,
) -> Record | None:
    """Say one claim in Biolink's words, or count why that cannot be."""
    told = said.get(row["predicate"], _usual(row))
    reason = _unsayable(row, told, nodes, denied=denied)
    if reason or told is None:
        left_out[reason] += 1
        return None
    ends = (row["object"], row["subject"]) if told.turned else (row["subject"], row["object"])
    edge: Record = {"id": row["id"], "subject": ends[0], "predicate": told.predicate, "object": ends[1]}
    edge |= {"category": ["biolink:Association"], "negated": denied, "original_predicate": row["predicate"]}
    if row["sign"]:
        edge |= {"qualified_predicate": "biolink:causes"} if told == CAUSAL else {}
        edge |= {"object_direction_qualifier": "increased" if int(row["sign"]) > 0 else "decreased"}
    return {**edge, "primary_knowledge_source": _SOURCE}


def _usual(row: Mapping[str, str]) -> Said | None:
    return CAUSAL if row["sign"] else PREDICATES.get(row["predicate"])


def _unsayable(row: Mapping[str, str], told: Said | None, nodes: Mapping[str, Record], *, denied: bool) -> str:
    """Say why a claim is left out; nothing if it is not."""
    if row["kind"] == "kg:BridgeStatement":
        return "bridges: Biolink has no mark for a step that the source does not print"
    if row["barred"] == "true":
        return "disputed statements: Biolink has no mark for a dispute"
    if row["stimulus"] == "true":
        return "statements that hold under a stimulus: Biolink has no such context"
    if told is None:
        return "statements whose predicate has no counterpart in Biolink (comparisons, advice, designs and others)"
    ends = [nodes.get(row[end]) for end in ("subject", "object")]
    if not all(ends):
        return "statements about a thing that Biolink has no class for"
    shape = reversed(SHAPES[told.predicate]) if told.turned else SHAPES[told.predicate]
    if any(allowed.isdisjoint(end["category"]) for allowed, end in zip(shape, ends, strict=True) if end and allowed):
        return "statements between things that the Biolink predicate does not join"
    if denied and not (told.same and row["limited"] == "false"):
        return (
            "denied statements: only a wider predicate, or one without the limits of the denial, would stand for them"
        )
    return ""


def _mapped(graph: Graph) -> dict[str, Said]:
    """Read which predicates the links map to Biolink: same before close before wider.

    Where a match is that of the table, or of what is causal, the table knows more: with its direction, "affects" is no
    longer wider than "prevents".
    """
    order = ("skos:exactMatch", "skos:closeMatch", "skos:broadMatch")
    found: dict[str, Said] = {}
    for row in sorted(graph.query(_MAPPINGS % BIOLINK), key=lambda row: order.index(row["how"])):
        name, usual = "biolink:" + row["biolink"].removeprefix(BIOLINK), _usual(row)
        if name in SHAPES:
            told = usual if usual and usual.predicate == name else Said(name, same=row["how"] == order[0])
            found.setdefault(row["predicate"], told)
    return found


def _contexts(graph: Graph) -> dict[str, Record]:
    columns = {"cell": "anatomical_context_qualifier", "disease": "disease_context_qualifier", "label": "context"}
    found: dict[str, Record] = {}
    for row in graph.query(_CONTEXTS):
        record = found.setdefault(row["id"], {})
        for key, column in columns.items():
            if row[key] and row[key] not in record.get(column, ()):
                record[column] = [*record.get(column, ()), row[key]]
    return found


def _works(graph: Graph) -> dict[str, list[str]]:
    found: defaultdict[str, list[str]] = defaultdict(list)
    for row in graph.query(_WORKS):
        name = f"PMID:{row['pmid']}" if row["pmid"] else f"doi:{row['doi']}" if row["doi"] else ""
        if name and name not in found[row["id"]]:
            found[row["id"]].append(name)
    return found


# ---- what is left out


def _missing_classes(graph: Graph) -> list[Loss]:
    labels = {row["c"]: row["l"] for row in graph.query("SELECT ?c ?l { ?c a owl:Class ; rdfs:label ?l }")}
    return [
        Loss(int(graph.query(_COUNT % f"<{expand(name)}>").rows[0][0]), f"of class {labels.get(name, name)}", why)
        for name, why in NO_CATEGORY.items()
    ]


def _sorted_out(left_out: Counter[str]) -> list[Loss]:
    return [
        Loss(count, *reason.split(": ", 1)) if ": " in reason else Loss(count, reason, "left out")
        for reason, count in sorted(left_out.items())
    ]


def _thinned(graph: Graph, edges: list[Record]) -> list[Loss]:
    """Count what the edges that are written still lack."""
    named = {edge["id"] for edge in edges}
    limited = {row["id"] for row in graph.query(_STATEMENTS % LIMITS) if row["limited"] == "true"}
    placed = [edge for edge in edges if "context" in edge]
    bare = [edge for edge in placed if not {"anatomical_context_qualifier", "disease_context_qualifier"} & edge.keys()]
    weak = [edge for edge in edges if edge["knowledge_level"] == AS_WORDED]
    unnamed = "SELECT DISTINCT ?w { ?line kg:cites ?w FILTER NOT EXISTS { ?w kg:doi|kg:pmid ?any } }"
    return [
        Loss(
            len(named & limited), "edges without their limits", "degree, grade, level, population and such are dropped"
        ),
        Loss(len(bare), "edges whose context is only words", "see the column context, which Biolink does not know"),
        Loss(
            len(weak), "hedged edges", f"knowledge_level is {AS_WORDED}; has_confidence_level has our word for how sure"
        ),
        Loss(len(graph.query(unnamed)), "cited works", "without a verified DOI or PMID they cannot be named"),
        Loss(len(edges), "edges without their place", "Biolink has no place in a text, so that none can be re-read"),
        Loss(_other_matches(graph), "close, wider and narrower matches", "only exact ones stand in xref"),
    ]


def _other_matches(graph: Graph) -> int:
    kinds = "skos:closeMatch|skos:broadMatch|skos:narrowMatch|skos:relatedMatch"
    return len(
        graph.query(f"SELECT ?thing ?other {{ ?thing {kinds} ?other FILTER(STRSTARTS(STR(?thing), STR(kgd:))) }}")
    )


# ---- writing


def _tsv(columns: tuple[str, ...], records: Iterable[Record]) -> str:
    lines = ["\t".join(_cell(record.get(column)) for column in columns) for record in records]
    return "".join(f"{line}\n" for line in ["\t".join(columns), *lines])


def _cell(value: object) -> str:
    if isinstance(value, list):
        return "|".join(_cell(part).replace("|", "/") for part in value)
    if isinstance(value, bool):
        return str(value).lower()
    return " ".join(str(value or "").split())


def _json_lines(records: Iterable[Record]) -> str:
    kept = ({key: value for key, value in record.items() if value not in ("", [])} for record in records)
    return "".join(json.dumps(record, ensure_ascii=False) + "\n" for record in kept)
