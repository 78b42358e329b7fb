"""The rules that stand in for the reasoner where there is no Java, against HermiT, over all of the data."""

import re
import shutil
from itertools import count

import pyoxigraph as ox
import pytest

from kg import load
from kg.axioms import Index, key
from kg.files import default_files
from kg.ledger import Ledger
from kg.reason import ask_hermit, gather, wider_classes
from kg.rules import derive
from kg.terms import PREFIXES, curie, expand

RULES = ("types", "inverses", "broader_relations")
TYPE = ox.NamedNode(expand("rdf:type"))

Pairs = set[tuple[str, str, str]]


@pytest.fixture(scope="module")
def asserted() -> ox.Store:
    """Take what the files assert, with the edges that statements and transport events earn, blank nodes named."""
    graph, store, names = load(), ox.Store(), count(1)
    named: dict[object, ox.NamedNode] = {}

    def name(term: object) -> object:
        if isinstance(term, ox.BlankNode):
            return named.setdefault(term, ox.NamedNode(f"urn:x:{next(names)}"))
        return term

    for quad in graph.store:
        graph_name = curie(quad.graph_name.value)
        if graph_name not in ("kgg:derived", "kgg:links"):
            store.add(ox.Quad(name(quad.subject), quad.predicate, name(quad.object), quad.graph_name))
    earned = """SELECT ?s ?p ?o { { [] kg:edgeSubject ?s ; kg:edgePredicate ?p ; kg:edgeObject ?o }
        UNION { ?event kg:carrier ?s ; kg:cargo ?o BIND(kg:exports AS ?p) } }"""
    for subject, predicate, value in graph.query(earned).rows:
        triple = (ox.NamedNode(expand(str(part))) for part in (subject, predicate, value))
        store.add(ox.Quad(*triple, ox.NamedNode("urn:x:earned")))
    return store


@pytest.fixture(scope="module")
def by_rules(asserted: ox.Store, tmp_path_factory: pytest.TempPathFactory) -> ox.Store:
    folder = tmp_path_factory.mktemp("rules")
    for rule in RULES:
        shutil.copy(default_files().queries / "rules" / f"{rule}.rq", folder)
    store = ox.Store()
    store.extend(asserted)
    assert derive(Ledger(store), sorted(folder.iterdir())) > 5000
    return store


@pytest.fixture(scope="module")
def by_reasoner(asserted: ox.Store) -> tuple[Pairs, Pairs]:
    """Let HermiT say the relations and the types of everything."""
    terms = gather(load()).terms
    kinds = {
        quad.subject.value: quad.object.value
        for quad in asserted.quads_for_pattern(None, TYPE, None)
        if curie(quad.object.value) in ("owl:ObjectProperty", "owl:DatatypeProperty")
    }
    facts = {
        quad.triple
        for quad in asserted
        if not curie(quad.graph_name.value).startswith("kgg:ontology_")
        and (quad.predicate == TYPE or quad.predicate.value in kinds)
    }
    kept = [term for term in terms if term.predicate.value != expand("owl:equivalentClass")]
    output = ask_hermit("".join(f"{triple} .\n" for triple in {*kept, *facts}), "-Y")
    assert output is not None
    return _relations(output, Index(kept)), _types(output, Index(kept))


def _relations(output: str, terms: Index) -> Pairs:
    """Read what HermiT prints of relations; of each pair it prints the narrowest ones only."""
    wider = _above(terms, "rdfs:subPropertyOf")
    lines = re.findall(r"^<([^>]+)> \(known instances: (.*?) \| possible instances: (.*?)\)", output, re.MULTILINE)
    assert not any(possible.strip() for _, _, possible in lines)
    return {
        (subject, relation, value)
        for name, known, _ in lines
        for subject, value in re.findall(r"\(<(.+?)>, <(.+?)>\)", known)
        for relation in wider_classes([name], wider)
    }


def _types(output: str, terms: Index) -> Pairs:
    wider = _above(terms, "rdfs:subClassOf")
    said = re.findall(r"^Type\( <([^>]+)> <([^>]+)> \)$", output, re.MULTILINE)
    return {(one, TYPE.value, kind) for one, own in said for kind in wider_classes([own], wider)}


def _above(terms: Index, short: str) -> dict[str, set[str]]:
    wider: dict[str, set[str]] = {}
    for triple in terms.all(short):
        wider.setdefault(key(triple.subject), set()).add(key(triple.object))
    return wider


def test_relations_agree(asserted: ox.Store, by_rules: ox.Store, by_reasoner: tuple[Pairs, Pairs]) -> None:
    """Inverses, symmetric and wider relations: the whole sets are equal.

    The one relation that the rule leaves out is the top of those without a sign, which says only that two things have
    to do with one another.
    """
    relations = {
        quad.subject.value
        for quad in asserted.quads_for_pattern(None, TYPE, ox.NamedNode(expand("owl:ObjectProperty")))
    } - {expand("kg:claimPredicate")}
    ruled = {
        (quad.subject.value, quad.predicate.value, quad.object.value)
        for quad in by_rules
        if quad.predicate.value in relations
    }
    # No rule follows a transitive relation to its end: queries ask for it as a path.
    path = "SELECT ?one ?other { ?one kg:withinBand+ ?other }"
    steps = by_rules.query(path, prefixes=PREFIXES, use_default_graph_as_union=True)
    ruled |= {(one.value, expand("kg:withinBand"), other.value) for one, other in steps}
    reasoned = {triple for triple in by_reasoner[0] if triple[1] in relations}
    assert len(ruled) > 15000
    assert (sorted(ruled - reasoned), sorted(reasoned - ruled)) == ([], [])


def test_types_agree(by_rules: ox.Store, by_reasoner: tuple[Pairs, Pairs]) -> None:
    """For each class that the rule gives out: what has it by rule or file has it by HermiT, and nothing else does."""
    text = (default_files().queries / "rules" / "types.rq").read_text(encoding="utf-8")
    kinds = {expand(short) for short in re.findall(r"BIND\((\w+:\w+) AS \?class\)", text)}
    assert len(kinds) == 7
    ruled = {
        (quad.subject.value, TYPE.value, quad.object.value)
        for quad in by_rules
        if quad.predicate == TYPE and quad.object.value in kinds
    }
    reasoned = {triple for triple in by_reasoner[1] if triple[2] in kinds}
    assert len(ruled) > 3000
    assert (sorted(ruled - reasoned), sorted(reasoned - ruled)) == ([], [])
