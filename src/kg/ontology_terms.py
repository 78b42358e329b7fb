"""The terms of the ontology as a reader looks them up: each with its definition, its ties, its matches and its use.

Both pages of the ontology are made of this: the one that `kg export docs` writes alone, and the one of the site.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from itertools import groupby
from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import quote

from kg.errors import DataError
from kg.terms import MODULES
from kg.view_claims import outward_address

if TYPE_CHECKING:
    import pyoxigraph as ox

    from kg.store import Graph

__all__ = ["Entry", "Fact", "Node", "Ontology", "Places", "read_ontology"]

# The sections of a page: heading, anchor, and the class whose members it lists.
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
MOST_EXAMPLES = 3

_TERMS = "SELECT DISTINCT ?term { %s FILTER(ISIRI(?term)) } ORDER BY ?term"
_FACTS = """
SELECT DISTINCT ?term ?what ?value (STR(?value) AS ?address) (ISIRI(?value) AS ?thing) {
  {
    VALUES (?property ?what) {
      (rdfs:label "label") (skos:definition "definition") (skos:example "example") (skos:altLabel "also called")
      (skos:editorialNote "note") (kg:name "name in tables") (rdf:type "kind") (rdfs:subClassOf "kind of")
      (rdfs:subPropertyOf "narrower than") (rdfs:domain "from (domain)") (rdfs:range "to (range)")
      (owl:inverseOf "the other way round")
      (owl:disjointWith "never also") (kg:sign "sign") (kg:rank "rank") (owl:deprecated "deprecated")
      (dcterms:isReplacedBy "replaced by") (kg:withinBand "within")
      (skos:exactMatch "same as") (skos:closeMatch "close to") (skos:broadMatch "narrower than the term")
      (skos:narrowMatch "wider than the term") (skos:relatedMatch "related to the term")
    }
    ?term ?property ?value
  } UNION {
    VALUES (?property ?what) {
      (rdfs:subClassOf "kinds of it") (rdfs:subPropertyOf "wider than") (owl:inverseOf "the other way round")
      (owl:disjointWith "never also")
    }
    ?value ?property ?term
  } UNION {
    ?all a owl:AllDisjointClasses ; owl:members/rdf:rest*/rdf:first ?term, ?value .
    FILTER(?term != ?value) BIND("never also" AS ?what)
  }
  FILTER(ISIRI(?term) && !ISBLANK(?value))
} ORDER BY ?term ?what ?value"""
_LABELS = "SELECT ?term ?label { ?term rdfs:label ?label FILTER(ISIRI(?term)) } ORDER BY ?term ?label"
_USES = "SELECT ?term (COUNT(?thing) AS ?n) { { ?thing a ?term } UNION { ?thing ?term ?value } } GROUP BY ?term"
_EXAMPLES = """
SELECT ?term ?thing ?label {
  { ?thing a ?term } UNION { ?thing kg:predicate ?term } FILTER(STRSTARTS(STR(?thing), STR(kgd:)))
  ?thing rdfs:label ?label
} ORDER BY ?term STRLEN(?label) ?label ?thing"""
_MATCHES = frozenset(
    ("same as", "close to", "narrower than the term", "wider than the term", "related to the term", "replaced by")
)
# What comes first in an article; all else follows by name.
_ORDER = (
    *("deprecated", "replaced by", "also called", "example", "note", "kind", "kind of", "kinds of it"),
    *("narrower than", "wider than", "from (domain)", "to (range)", "the other way round"),
    *("defined as what is", "always", "never also"),
)
_EXPRESSIONS = (("rdfs:subClassOf", "always"), ("owl:equivalentClass", "defined as what is"))


class Fact(NamedTuple):
    """One value of a term: its words, and where they lead, if a browser can safely follow."""

    words: str
    href: str


@dataclass
class Entry:
    """A term: its anchor, its CURIE, its label and definition, its use and examples of it, and all else by name.

    `all_at` is where everything of a class is listed, if it is.
    """

    anchor: str
    curie: str
    section: str
    label: str
    definition: str
    uses: int
    facts: dict[str, list[Fact]]
    examples: list[Fact] = field(default_factory=list)
    all_at: str = ""

    @property
    def href(self) -> str:
        """Write the link to the term on its page."""
        return _fragment(self.anchor)

    @property
    def found_by(self) -> str:
        """List the words by which a reader looks for the term."""
        names = [fact.words for fact in self.facts.get("also called", [])]
        return " ".join([self.label, self.curie, *names, self.definition])


class Node(NamedTuple):
    """A class in the tree of classes, with those below it."""

    entry: Entry
    below: list[Node]


class Places(NamedTuple):
    """Where the things of the data are shown, by their CURIE, and all of a class, by its CURIE; nowhere is empty."""

    thing: Callable[[str], str]
    members: Callable[[str], str]


class Ontology(NamedTuple):
    """The terms by section (heading, anchor, entries); the classes as a tree; all terms by the letter of their label.

    `unworded` counts the class expressions that could not be put into words.
    """

    sections: list[tuple[str, str, list[Entry]]]
    tree: list[Node]
    letters: list[tuple[str, list[Entry]]]
    unworded: int


def read_ontology(graph: Graph, places: Places | None = None) -> Ontology:
    """Read all terms of a graph's ontology.

    Args:
        graph: where the terms are.
        places: where the things of the data are shown; by default nowhere.

    >>> from kg.store import load
    >>> ontology = read_ontology(load(cache=False))
    >>> [entry.label for entry in ontology.sections[0][2] if entry.curie == "kg:Drug"]
    ['drug']
    """
    places = places or Places(lambda name: "", lambda name: "")
    members = [graph.query(_TERMS % pattern).column("term") for _, _, pattern in SECTIONS]
    home: dict[str, str] = {}  # a term of two kinds stands once, or its anchor is double
    for (heading, _, _), terms in zip(SECTIONS, members, strict=True):
        for term in terms:
            home.setdefault(term, heading)
    reader = _Reader(graph, home)
    entries = {term: reader.entry(term, places) for term in home}
    sections = [
        (heading, anchor, sorted(_of(entries, heading), key=lambda entry: entry.curie.casefold()))
        for heading, anchor, _ in SECTIONS
    ]
    by_label = sorted(entries.values(), key=lambda entry: (_letter(entry.label), entry.label.casefold(), entry.curie))
    letters = [(letter, list(group)) for letter, group in groupby(by_label, key=lambda entry: _letter(entry.label))]
    return Ontology(sections, _tree(reader.wider, entries), letters, reader.unworded)


def _of(entries: Mapping[str, Entry], heading: str) -> Iterable[Entry]:
    return (entry for entry in entries.values() if entry.section == heading)


def _letter(label: str) -> str:
    return label[0].upper() if label[:1].isalpha() else "#"


def _fragment(anchor: str) -> str:
    return f"#{quote(anchor, safe=':')}"


def _anchor(term: str) -> str:
    """Name the place of a term on the page: ours by their own names, as fragments of the page.

    >>> _anchor("kg:inhibits"), _anchor("oa:start")
    ('inhibits', 'oa:start')
    """
    return term.removeprefix("kg:")


def _rank(what: str) -> tuple[int, str]:
    return (_ORDER.index(what) if what in _ORDER else len(_ORDER)), what


class _Reader:
    """What the graph says of its terms, read once for all of them."""

    def __init__(self, graph: Graph, home: Mapping[str, str]) -> None:
        self._home = home
        self._labels: dict[str, str] = {}
        for row in graph.query(_LABELS):
            self._labels.setdefault(row["term"], row["label"])
        self._elsewhere = _labels_elsewhere(graph)
        self._uses = {row["term"]: int(row["n"]) for row in graph.query(_USES)}
        self._facts: dict[str, dict[str, list[Fact]]] = {term: {} for term in home}
        self.wider: defaultdict[str, list[str]] = defaultdict(list)
        for row in graph.query(_FACTS):
            self._take(row)
        self._examples: defaultdict[str, list[tuple[str, str]]] = defaultdict(list)
        for row in graph.query(_EXAMPLES):
            examples = self._examples[row["term"]]
            if len(examples) < MOST_EXAMPLES and row["label"] not in (label for _, label in examples):
                examples.append((row["thing"], row["label"]))
        self.unworded = self._put_into_words(graph)

    def _take(self, row: Mapping[str, str]) -> None:
        term, what, value = row["term"], row["what"], row["value"]
        # That a relation is an owl:ObjectProperty, its section says already.
        if term not in self._facts or (what == "kind" and value.startswith("owl:")):
            return
        if what == "kind of" and value in self._home:
            self.wider[term].append(value)
        self._facts[term].setdefault(what, []).append(self._fact(row))

    def _fact(self, row: Mapping[str, str]) -> Fact:
        value = row["value"]
        if row["thing"] != "true":
            return Fact(value, "")
        if value in self._home:
            return Fact(self._labels.get(value, value), _fragment(_anchor(value)))
        if row["what"] in _MATCHES:
            label = self._elsewhere.get((row["term"], value), "")
            return Fact(f"{value} {label}".strip(), outward_address(row["address"]))
        return Fact(self._labels.get(value, value), outward_address(row["address"]))

    def _put_into_words(self, graph: Graph) -> int:
        """Add the classes that have no name of their own in words; count those that there are no words for."""
        from kg.axioms import Index, read, words
        from kg.terms import curie, expand

        def label(iri: str) -> str:
            return self._labels.get(curie(iri), curie(iri))

        index = Index(_ontology_triples(graph))
        unworded = 0
        for short, what in _EXPRESSIONS:
            for term in self._home:
                for node in index.values(expand(term), short):
                    if node.startswith("_:"):
                        try:
                            self._facts[term].setdefault(what, []).append(Fact(words(read(index, node), label), ""))
                        except DataError:
                            unworded += 1
        return unworded

    def entry(self, term: str, places: Places) -> Entry:
        """Put together what is known of a term."""
        facts = dict(sorted(self._facts[term].items(), key=lambda named: _rank(named[0])))

        def taken(name: str) -> str:
            return "; ".join(fact.words for fact in facts.pop(name, []))

        anchor = _anchor(term)
        return Entry(
            anchor,
            term,
            self._home[term],
            taken("label") or anchor,
            taken("definition"),
            self._uses.get(term, 0),
            facts,
            [Fact(label, places.thing(thing)) for thing, label in self._examples.get(term, [])],
            places.members(term) if self._home[term] == "Classes" and self._uses.get(term) else "",
        )


def _labels_elsewhere(graph: Graph) -> dict[tuple[str, str], str]:
    """Read what the matched terms are called where they come from."""
    from kg.links import read_links

    table = graph.files.ontology / "links.sssom.tsv"
    if not table.is_file():
        return {}
    return {(link.subject_id, link.object_id): link.object_label for link in read_links(table)}


def _ontology_triples(graph: Graph) -> Iterable[ox.Triple]:
    for name in graph.store.named_graphs():
        if str(name.value).startswith(MODULES):
            yield from (quad.triple for quad in graph.store.quads_for_pattern(None, None, None, name))


def _tree(wider: Mapping[str, list[str]], entries: Mapping[str, Entry]) -> list[Node]:
    """Put the classes under those they are kinds of; one with several stands under each."""
    below: defaultdict[str, list[str]] = defaultdict(list)
    for term, parents in wider.items():
        for parent in parents:
            below[parent].append(term)

    def node(term: str, above: frozenset[str]) -> Node:
        # A class that is, by a mistake, below itself is not followed again.
        kinds = [kind for kind in below[term] if kind not in above]
        return Node(entries[term], _sorted(node(kind, above | {kind}) for kind in kinds))

    tops = [term for term, entry in entries.items() if entry.section == "Classes" and not wider.get(term)]
    return _sorted(node(term, frozenset({term})) for term in tops)


def _sorted(nodes: Iterable[Node]) -> list[Node]:
    return sorted(nodes, key=lambda node: (node.entry.label.casefold(), node.entry.curie))
