"""The ontology as one static page: every term with its definition, at an anchor of its name.

No text of the graph is ever read as HTML: the template escapes, there is no script, and a content security policy
allows the page's own style and nothing else.
"""

from __future__ import annotations

import base64
import hashlib
from importlib.resources import files as package_files
from typing import TYPE_CHECKING, NamedTuple

from kg.export_bundle import Bundle, Loss

if TYPE_CHECKING:
    from kg.store import Graph

__all__ = ["Entry", "Fact", "docs"]

# The sections of the page: heading, anchor, and the class whose members it lists.
SECTIONS = (
    ("Classes", "section-classes", "?term a owl:Class"),
    ("Relations", "section-relations", "?term a owl:ObjectProperty"),
    ("Properties", "section-properties", "?term a owl:DatatypeProperty"),
    ("Annotations", "section-annotations", "?term a owl:AnnotationProperty"),
    (
        "Controlled terms",
        "section-terms",
        "?term a/rdfs:subClassOf+ kg:ControlledTerm FILTER(STRSTARTS(STR(?term), STR(kg:)))",
    ),
)

_TERMS = "SELECT DISTINCT ?term { %s FILTER(ISIRI(?term)) } ORDER BY ?term"
_FACTS = """
SELECT ?term ?what ?value (STR(?value) AS ?address) (ISIRI(?value) AS ?thing) {
  VALUES (?property ?what) {
    (rdfs:label "label") (skos:definition "definition") (skos:example "example") (skos:altLabel "also called")
    (skos:editorialNote "note") (kg:name "name in tables") (rdf:type "kind") (rdfs:subClassOf "kind of")
    (rdfs:subPropertyOf "narrower than") (rdfs:domain "of") (rdfs:range "to") (owl:inverseOf "the other way round")
    (owl:disjointWith "never also") (kg:sign "sign") (kg:rank "rank") (owl:deprecated "deprecated")
    (dcterms:isReplacedBy "replaced by") (kg:withinBand "within")
    (skos:exactMatch "same as") (skos:closeMatch "close to") (skos:broadMatch "narrower than the term")
    (skos:narrowMatch "wider than the term") (skos:relatedMatch "related to the term")
  }
  ?term ?property ?value FILTER(ISIRI(?term) && !ISBLANK(?value))
} ORDER BY ?term ?what ?value"""
_USES = "SELECT ?term (COUNT(?thing) AS ?n) { { ?thing a ?term } UNION { ?thing ?term ?value } } GROUP BY ?term"
_HEADER = """
SELECT ?title ?description ?version ?license (STR(?license) AS ?address) {
  ?ontology a owl:Ontology ; owl:versionInfo ?version ; dcterms:title ?title ; dcterms:license ?license
  OPTIONAL { ?ontology dcterms:description ?description }
} ORDER BY ?title LIMIT 1"""
_BLANK = """
SELECT ?node { { ?term rdfs:subClassOf|owl:equivalentClass ?node } UNION { ?node a owl:AllDisjointClasses }
  FILTER(ISBLANK(?node)) }"""


class Fact(NamedTuple):
    """One value of a term: its words, and where they lead, if a browser can safely follow."""

    words: str
    href: str


class Entry(NamedTuple):
    """A term: its anchor, its CURIE, its label and definition, how often it is used, and all else by name."""

    anchor: str
    curie: str
    label: str
    definition: str
    uses: int
    facts: dict[str, list[Fact]]


def docs(graph: Graph) -> Bundle:
    """Write the ontology as `index.html`, which needs no other file and asks for none."""
    from jinja2 import Environment, PackageLoader, StrictUndefined

    style = (package_files("kg") / "export_docs.css").read_text(encoding="utf-8")
    environment = Environment(loader=PackageLoader("kg", "."), autoescape=True, undefined=StrictUndefined)
    environment.trim_blocks = environment.lstrip_blocks = True
    page = environment.get_template("export_docs.html.j2").render(
        header=next(({**row, "address": _followed(row["address"])} for row in graph.query(_HEADER)), None),
        sections=_sections(graph),
        style=_style(style),
        policy=f"default-src 'none'; style-src '{_digest(style)}'; base-uri 'none'; form-action 'none'",
        version=graph.version,
    )
    return Bundle({"index.html": page + "\n"}, _losses(graph))


def _style(style: str) -> str:
    from markupsafe import Markup

    return Markup(style)  # our own file, not the graph's; a style element has no escapes


def _digest(text: str) -> str:
    return "sha256-" + base64.b64encode(hashlib.sha256(text.encode("utf-8")).digest()).decode("ascii")


def _sections(graph: Graph) -> list[tuple[str, str, list[Entry]]]:
    members = [graph.query(_TERMS % pattern).column("term") for _, _, pattern in SECTIONS]
    anchors = {term: _anchor(term) for terms in members for term in terms}
    entries = _entries(graph, anchors)
    listed: set[str] = set()
    made = []
    for (heading, anchor, _), terms in zip(SECTIONS, members, strict=True):
        new = [term for term in terms if term not in listed]  # a term of two kinds stands once, or its anchor is double
        listed.update(new)
        made.append((heading, anchor, [entries[term] for term in sorted(new, key=str.casefold)]))
    return made


def _anchor(term: str) -> str:
    """Name the place of a term on the page: ours by their own names, as fragments of the page.

    >>> _anchor("kg:inhibits"), _anchor("oa:start")
    ('inhibits', 'oa:start')
    """
    return term.removeprefix("kg:")


def _entries(graph: Graph, anchors: dict[str, str]) -> dict[str, Entry]:
    uses = {row["term"]: int(row["n"]) for row in graph.query(_USES)}
    labels: dict[str, str] = {}
    facts: dict[str, dict[str, list[Fact]]] = {term: {} for term in anchors}
    rows = list(graph.query(_FACTS))
    for row in rows:
        if row["what"] == "label":
            labels.setdefault(row["term"], row["value"])
    for row in rows:
        # That a relation is an owl:ObjectProperty, its section says already.
        if row["term"] in facts and not (row["what"] == "kind" and row["value"].startswith("owl:")):
            facts[row["term"]].setdefault(row["what"], []).append(_fact(row, anchors, labels))
    return {term: _entry(term, anchors[term], facts[term], uses.get(term, 0)) for term in anchors}


def _entry(term: str, anchor: str, facts: dict[str, list[Fact]], uses: int) -> Entry:
    def taken(name: str) -> str:
        return "; ".join(fact.words for fact in facts.pop(name, []))

    return Entry(anchor, term, taken("label") or anchor, taken("definition"), uses, facts)


def _fact(row: dict[str, str], anchors: dict[str, str], labels: dict[str, str]) -> Fact:
    if row["thing"] != "true":
        return Fact(row["value"], "")
    words = labels.get(row["value"], row["value"])
    if row["value"] in anchors:
        return Fact(words, f"#{anchors[row['value']]}")
    return Fact(words, _followed(row["address"]))


def _followed(address: str) -> str:
    """Keep an address only where a browser can follow it safely."""
    return address if address.startswith(("https://", "http://")) else ""


def _losses(graph: Graph) -> list[Loss]:
    things = "SELECT DISTINCT ?thing { ?thing a ?class FILTER(STRSTARTS(STR(?thing), STR(kgd:))) }"
    return [
        Loss(
            len(graph.query(things)),
            "things of the data",
            "the page is of the ontology; kg build makes pages of the data",
        ),
        Loss(len(graph.query(_BLANK)), "axioms without a name", "only what relates one named term to another is shown"),
    ]
