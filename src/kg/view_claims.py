"""What a drawing tells: the things and claims of the graph, each with all that the page says about it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

from kg.terms import curie
from kg.view_style import KIND_LOOKS

if TYPE_CHECKING:
    from kg.store import Graph

__all__ = ["OTHER_NAMES", "SOURCES", "Claim", "Thing", "doi_address", "evidence_lines", "fill_labels", "local_name"]
__all__ += ["Outward", "outward_address", "read_claims", "read_outward", "read_references", "read_things"]

# What a thing is called besides its label: a trial also by its number in a registry.
OTHER_NAMES = "skos:altLabel|kg:registryId"

_CLAIMS = """
SELECT ?id ?kind ?kind_label ?subject ?predicate ?object ?label ?sign ?polarity ?certainty
  ?context ?context_label ?cell ?dispute
WHERE {
  VALUES ?wanted { %s }
  ?kind rdfs:subClassOf* ?wanted .
  ?id a ?kind ; kg:subject ?subject ; kg:predicate ?relation ; kg:object ?object ; kg:context ?context ;
    kg:polarity/rdfs:label ?polarity ; kg:certainty/rdfs:label ?certainty .
  ?kind rdfs:label ?kind_label . ?relation rdfs:label ?predicate .
  %s
  OPTIONAL { ?id rdfs:label ?label } OPTIONAL { ?relation kg:sign ?sign }
  OPTIONAL { ?context rdfs:label ?context_label } OPTIONAL { ?context kg:inCell ?cell }
  OPTIONAL { ?id kg:disputedIn ?discrepancy . OPTIONAL { ?discrepancy kg:resolution ?resolution } }
  BIND(IF(BOUND(?discrepancy), COALESCE(?resolution, "yes"), "") AS ?dispute)
} ORDER BY ?id ?context ?cell ?dispute"""

# What is claimed of another disease belongs on another page.
_OF_MYELOMA = """FILTER NOT EXISTS { ?context kg:inDisease ?disease
    FILTER NOT EXISTS { ?disease kg:partOf* kgd:Disease_multiple_myeloma } }"""

_EVENTS = """
SELECT ?id ?event ?event_label ?subject ?predicate ?object ?sign ?cell ?cell_label
WHERE {
  ?id a kg:DirectEdge ; kg:derivedFrom ?event ;
    kg:edgeSubject ?subject ; kg:edgePredicate ?relation ; kg:edgeObject ?object .
  ?event a kg:TransportEvent . ?relation rdfs:label ?predicate ; kg:sign ?sign .
  OPTIONAL { ?event rdfs:label ?event_label } OPTIONAL { ?event kg:inCell ?cell . ?cell rdfs:label ?cell_label }
} ORDER BY ?id ?cell"""

_THINGS = """
SELECT DISTINCT ?id ?label ?definition ?class ?class_label ?wider ?cell
WHERE {
  { ?statement kg:subject|kg:object ?id } UNION { ?edge a kg:DirectEdge ; kg:edgeSubject|kg:edgeObject ?id }
  UNION { ?event kg:cargo ?id }
  OPTIONAL { ?id rdfs:label ?label } OPTIONAL { ?id skos:definition ?definition } OPTIONAL { ?id kg:inCell ?cell }
  OPTIONAL { ?id a ?class . ?class rdfs:label ?class_label ; rdfs:subClassOf* ?wider }
} ORDER BY ?id ?label ?definition ?class ?wider"""

_SYNONYMS = """
SELECT DISTINCT ?id ?synonym
WHERE { [] kg:subject|kg:object ?id . ?id %s ?synonym } ORDER BY ?id LCASE(?synonym) ?synonym"""

_OUTWARD = """
SELECT DISTINCT ?id ?relation ?target (STR(?target) AS ?iri)
WHERE {
  VALUES (?property ?relation) {
    (skos:exactMatch "same as") (skos:closeMatch "close to") (skos:relatedMatch "related to")
    (skos:broadMatch "narrower than") (skos:narrowMatch "wider than")
  }
  ?id ?property ?target . FILTER(ISIRI(?target))
} ORDER BY ?id ?relation ?target"""

_NOTES = """
SELECT ?id ?name ?value
WHERE {
  VALUES (?property ?name) {
    (kg:degree "degree") (kg:requires "requires") (skos:editorialNote "editor's note")
    (kg:ground "ground of the bridge") (kg:groundNote "reason for the bridge")
    (kg:aspect "aspect") (kg:subjectLevel "level of the subject") (kg:effect "effect") (kg:gradeBand "grade")
    (kg:trigger "trigger") (kg:strength "strength as worded") (kg:forPopulation "for population")
    (kg:asOf "as of") (kg:authority "authority") (kg:basedOn "based on") (kg:reportedIn "reported in")
  }
  ?id kg:subject ?any ; ?property ?target . OPTIONAL { ?target rdfs:label ?target_label }
  BIND(COALESCE(?target_label, STR(?target)) AS ?value)
} ORDER BY ?id ?name ?value"""

_EVIDENCE = """
SELECT ?id ?line ?direction ?evidence_kind ?section ?place ?number
WHERE {
  ?id kg:evidenceLine ?line .
  OPTIONAL { ?line kg:direction/rdfs:label ?direction } OPTIONAL { ?line kg:evidenceKind/rdfs:label ?evidence_kind }
  OPTIONAL { ?line kg:locator ?where . OPTIONAL { ?where kg:section ?section } OPTIONAL { ?where kg:placeName ?place } }
  OPTIONAL { ?line kg:cites/kg:number ?number }
} ORDER BY ?id ?line ?evidence_kind ?place ?number"""

_REFERENCES = """
SELECT ?number ?author ?year ?title ?doi
WHERE {
  ?work kg:number ?number .
  OPTIONAL { ?work kg:firstAuthor ?author } OPTIONAL { ?work kg:year ?year }
  OPTIONAL { ?work kg:title ?title } OPTIONAL { ?work kg:doi ?doi }
} ORDER BY ?number"""

# The review first; a source beside it has a name for tables.
SOURCES = """
SELECT DISTINCT ?name ?author ?year ?title ?venue ?doi
WHERE {
  ?rendition kg:renditionOf ?work . ?work kg:firstAuthor ?author ; kg:year ?year ; kg:title ?title .
  OPTIONAL { ?rendition kg:name ?name } OPTIONAL { ?work kg:venue ?venue } OPTIONAL { ?work kg:doi ?doi }
} ORDER BY ?name ?title"""


@dataclass
class Thing:
    """A box to be: what the panel tells about it."""

    label: str
    definition: str = ""
    classes: list[str] = field(default_factory=list)
    wider: set[str] = field(default_factory=set)
    cells: list[str] = field(default_factory=list)
    synonyms: list[str] = field(default_factory=list)
    links: list[dict[str, str]] = field(default_factory=list)


@dataclass
class Claim:
    """A line to be: a statement, or what a transport event does by its definition."""

    kind: str
    subject: str
    predicate: str
    object: str
    label: str
    sign: int
    facts: dict[str, list[str]]
    places: list[str]
    look: str


def read_things(graph: Graph, wanted: set[str]) -> dict[str, Thing]:
    """Read what the panel tells about some things, by CURIE."""
    things = {name: Thing(name.partition(":")[2] or name) for name in sorted(wanted)}
    for row in graph.query(_THINGS):
        if row["id"] in things:
            _describe(things[row["id"]], row)
    for row in graph.query(_SYNONYMS % OTHER_NAMES):
        if row["id"] in things:
            things[row["id"]].synonyms.append(row["synonym"])
    for name, link in read_outward(graph):
        if name in things:
            things[name].links.append(link._asdict())
    return things


def _describe(thing: Thing, row: Mapping[str, str]) -> None:
    thing.label = row["label"] or thing.label
    thing.definition = row["definition"] or thing.definition
    thing.wider.add(row["wider"])
    for value, known in ((row["class_label"], thing.classes), (row["cell"], thing.cells)):
        if value and value not in known:
            known.append(value)


class Outward(NamedTuple):
    """A link to another ontology; `address` is empty where a browser had better not follow it."""

    relation: str
    name: str
    address: str


def read_outward(graph: Graph) -> Iterator[tuple[str, Outward]]:
    """Read the links to other ontologies, each with the CURIE of the thing that has it."""
    for row in graph.query(_OUTWARD):
        yield row["id"], Outward(row["relation"], row["target"], outward_address(row["iri"]))


def outward_address(iri: str) -> str:
    """Say where a browser can read about a term of another vocabulary; empty where it had better not go.

    An IRI that is no encrypted address is looked up by its CURIE at Bioregistry, which knows where its vocabulary is.

    >>> outward_address("http://purl.obolibrary.org/obo/CHEBI_229764")
    'https://bioregistry.io/chebi:229764'
    >>> outward_address("javascript:alert(1)")
    ''
    """
    if iri.startswith("https://"):
        return iri
    name = curie(iri)
    return f"https://bioregistry.io/{name}" if name != iri and iri.startswith("http://") else ""


def read_claims(graph: Graph, kinds: Iterable[str], *, events: bool, other_diseases: bool = False) -> dict[str, Claim]:
    """Read the statements of some kinds, by CURIE, and what transport events do by definition if asked for.

    Args:
        graph: what to read.
        kinds: classes of statements, as IRIs; each with those under it, so `kg:Statement` is all there are.
        events: read the transport events too, as far as a statement names them.
        other_diseases: read what is claimed in the context of a disease other than myeloma too.
    """
    claims: dict[str, Claim] = {}
    wanted = " ".join(f"<{kind}>" for kind in kinds)
    for row in graph.query(_CLAIMS % (wanted, "" if other_diseases else _OF_MYELOMA)):
        claim = claims.setdefault(row["id"], _claim(row))
        for name, value in (("context", row["context_label"]), ("disputed", row["dispute"])):
            _say(claim, name, value)
        claim.places += [local_name(place) for place in (row["context"], row["cell"]) if place]
    for row in graph.query(_NOTES):
        if row["id"] in claims:
            _say(claims[row["id"]], row["name"], row["value"])
    return claims | (_events(graph, claims) if events else {})


def _claim(row: Mapping[str, str]) -> Claim:
    label = row["label"] or f"{local_name(row['subject'])} {row['predicate']} {local_name(row['object'])}"
    facts = {"kind": [row["kind_label"]], "polarity": [row["polarity"]], "certainty": [row["certainty"]]}
    sign = int(row["sign"] or 0)
    return Claim(row["kind"], row["subject"], row["predicate"], row["object"], label, sign, facts, [], _look(row))


def _look(row: Mapping[str, str]) -> str:
    if row["polarity"] == "negated":
        return "negated"
    if row["dispute"]:
        return "disputed"
    strong = "fact" if row["certainty"] == "asserted as fact" else "weaker"
    return KIND_LOOKS.get(row["kind"], strong) if strong == "fact" or row["kind"] == "kg:BridgeStatement" else strong


def _say(claim: Claim, name: str, value: str) -> None:
    said = claim.facts.setdefault(name, []) if value else []
    if value and value not in said:
        said.append(value)


def _events(graph: Graph, claims: Mapping[str, Claim]) -> dict[str, Claim]:
    """Read what transport events do by definition; a statement that says the same stands for both."""
    said = {(claim.subject, claim.object, claim.sign) for claim in claims.values()}
    told = {name for claim in claims.values() for name in (claim.subject, claim.object)}
    events: dict[str, Claim] = {}
    for row in graph.query(_EVENTS):
        sign = int(row["sign"])
        if row["event"] not in told or (row["subject"], row["object"], sign) in said:
            continue
        facts = {"kind": ["by definition of the transport event"]}
        ends = (row["subject"], row["predicate"], row["object"])
        claim = events.setdefault(row["id"], Claim("kg:TransportEvent", *ends, "", sign, facts, [], "event"))
        _say(claim, "context", row["cell_label"])
        claim.places += [local_name(row["cell"])] if row["cell"] else []
    return events


def fill_labels(claims: Mapping[str, Claim], things: Mapping[str, Thing]) -> None:
    """Read the claims aloud that have no label of their own."""
    for claim in claims.values():
        claim.label = claim.label or f"{things[claim.subject].label} {claim.predicate} {things[claim.object].label}"


def evidence_lines(graph: Graph, claims: Mapping[str, Claim]) -> dict[str, list[dict[str, list[str]]]]:
    """Gather the evidence lines of each claim, every fact of a line once."""
    found: dict[str, dict[str, dict[str, list[str]]]] = {}
    for row in graph.query(_EVIDENCE):
        if row["id"] not in claims:
            continue
        names = ("direction", "evidence_kind", "place", "number")
        line = found.setdefault(row["id"], {}).setdefault(row["line"], {name: [] for name in names})
        place = ", ".join(part for part in (row["section"], row["place"]) if part)
        for name, value in zip(names, (row["direction"], row["evidence_kind"], place, row["number"]), strict=True):
            if value and value not in line[name]:
                line[name].append(value)
    return {name: list(lines.values()) for name, lines in found.items()}


def local_name(name: str) -> str:
    """Take the last part of an IRI or CURIE.

    >>> local_name("kgd:Cell_normal")
    'Cell_normal'
    """
    return name.rpartition("/")[2].rpartition(":")[2]


def read_references(graph: Graph, cited: set[str]) -> dict[str, dict[str, str]]:
    """Read the cited works by their numbers."""
    return {row["number"]: _reference(row) for row in graph.query(_REFERENCES) if row["number"] in cited}


def _reference(row: Mapping[str, str]) -> dict[str, str]:
    named = {key: row[key] for key in ("author", "year", "title")}
    return {**named, "doi": row["doi"], "address": doi_address(row["doi"])}


def doi_address(doi: str) -> str:
    """Write the address of a DOI, or nothing for none."""
    from urllib.parse import quote

    return f"https://doi.org/{quote(doi, safe='/')}" if doi else ""
