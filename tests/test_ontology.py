"""What holds for the terms themselves, read from the files as they are written."""

from __future__ import annotations

import pytest

from kg import Graph, load
from kg.files import default_files


@pytest.fixture(scope="module")
def graph() -> Graph:
    return load(derive=False)


def _column(graph: Graph, query: str) -> list[str]:
    return [row[0] for row in graph.query(query).rows]


TERMS = "FILTER(STRSTARTS(STR(?term), STR(kg:)) && STR(?term) != STR(kg:))"


def test_every_term_has_label_and_definition(graph: Graph) -> None:
    """One label and one definition each, the definition longer than the label."""
    terms = f"{{ SELECT DISTINCT ?term {{ ?term a ?kind . FILTER(?kind != owl:Ontology) {TERMS} }} }}"
    assert len(_column(graph, f"SELECT ?term {{ {terms} }}")) > 300
    for wanted in ("rdfs:label", "skos:definition"):
        query = (
            f"SELECT ?term {{ {terms} OPTIONAL {{ ?term {wanted} ?text }} }} GROUP BY ?term HAVING(COUNT(?text) != 1)"
        )
        assert _column(graph, query) == []
    texts = "?term rdfs:label ?label ; skos:definition ?text"
    short = f"SELECT ?term {{ {terms} {texts} FILTER(STRLEN(?text) <= STRLEN(?label)) }}"
    assert _column(graph, short) == []


def test_classes_have_unique_labels_and_parents(graph: Graph) -> None:
    """No two classes share a label; only the three roots have no parent."""
    shared = "SELECT ?label { ?class a owl:Class ; rdfs:label ?label } GROUP BY ?label HAVING(COUNT(?class) > 1)"
    assert _column(graph, shared) == []
    roots = f"""SELECT ?term {{ ?term a owl:Class {TERMS} FILTER NOT EXISTS {{ ?term rdfs:subClassOf ?parent }} }}
        ORDER BY ?term"""
    assert _column(graph, roots) == ["kg:ControlledTerm", "kg:DomainThing", "kg:InformationRecord"]


def test_definitions_of_classes_name_their_parent(graph: Graph) -> None:
    """A definition reads "A <parent> that …": it holds the label of a parent."""
    off = f"""SELECT ?term {{ ?term a owl:Class ; skos:definition ?text {TERMS}
        FILTER EXISTS {{ ?term rdfs:subClassOf ?parent }}
        FILTER NOT EXISTS {{ ?term rdfs:subClassOf/rdfs:label ?label
            FILTER(CONTAINS(LCASE(?text), LCASE(?label))) }} }}"""
    assert _column(graph, off) == []


def test_property_is_of_one_kind(graph: Graph) -> None:
    """No property is an object, data and annotation property at once, which OWL 2 DL forbids."""
    twice = """SELECT ?property { VALUES ?kind { owl:ObjectProperty owl:DatatypeProperty owl:AnnotationProperty }
        ?property a ?kind } GROUP BY ?property HAVING(COUNT(?kind) != 1)"""
    assert _column(graph, twice) == []


def test_no_term_is_class_and_individual(graph: Graph) -> None:
    """No punning: what is a class or property is nothing else."""
    punned = f"""SELECT ?term {{ ?term a owl:Class ; a ?other {TERMS} FILTER(?other != owl:Class) }}"""
    assert _column(graph, punned) == []


def test_root_imports_every_module(graph: Graph) -> None:
    """Each module file is imported by the root under the IRI it declares; the links are data and are not."""
    declared = set(_column(graph, "SELECT ?module { ?module a owl:Ontology }")) - {"https://w3id.org/xpo1-kg/ontology/"}
    imported = set(_column(graph, "SELECT ?module { ?root owl:imports ?module }"))
    files = {path.stem for path in default_files().modules()} - {"kg", "links"}
    assert imported == declared == {f"kg:{name}" for name in files}


def test_signs_agree_along_the_hierarchy(graph: Graph) -> None:
    """A causal predicate has the sign of what it is a kind of, and only causal predicates have one."""
    signed = graph.query("SELECT ?p ?sign { ?p kg:sign ?sign } ORDER BY ?p").rows
    assert {sign for _, sign in signed} == {"1", "-1"}
    assert len(signed) == 7
    against = "SELECT ?p { ?p kg:sign ?a ; rdfs:subPropertyOf ?parent . ?parent kg:sign ?b FILTER(?a != ?b) }"
    assert _column(graph, against) == []
    loose = "SELECT ?p { ?p kg:sign ?sign FILTER NOT EXISTS { ?p rdfs:subPropertyOf+ kg:causallyAffects } }"
    assert _column(graph, loose) == []


def test_contract_words_are_labels(graph: Graph) -> None:
    """The closed words of the answers are the labels of the controlled terms, no more and no fewer."""
    words = {
        "kg:Status": {"reported", "not reached", "not given", "none observed", "qualitative"},
        "kg:GradeBand": {"any", "1-2", "3", "4", "3-4", ">=2", ">=3", "not stated"},
        "kg:DenominatorBasis": {"printed for value", "arithmetically compatible", "arm size assumed", "not stated"},
        "kg:Flag": {
            "planned",
            "planned printed as actual",
            "alternative",
            "disputed",
            "likely misprint",
            "title only",
            "below column threshold",
            "inherited",
        },
        "kg:Certainty": {"asserted as fact", "strongly suggested", "suggested", "possible", "hypothesis"},
        "kg:EvidenceKind": {
            "in vitro",
            "in vivo",
            "preclinical unspecified",
            "clinical",
            "real-world",
            "case observation",
            "guideline/regulatory",
            "review synthesis",
            "title only",
        },
    }
    for kind, labels in words.items():
        assert set(_column(graph, f"SELECT ?label {{ ?term a {kind} ; rdfs:label ?label }}")) == labels, kind
    categories = set(_column(graph, "SELECT ?name { ?class rdfs:subClassOf kg:Measurement ; kg:name ?name }"))
    assert categories == {
        "outcome",
        "adverse event",
        "dose",
        "enrolment",
        "prior therapy",
        "follow-up",
        "timing",
        "dose modification",
        "approval",
        "guideline",
        "design",
        "biology",
    }


def test_outward_links_are_mappings_only(graph: Graph) -> None:
    """Our things are matched, never declared the same or equivalent; every link starts at a thing of ours."""
    used = _column(graph, "SELECT DISTINCT ?p { GRAPH kgg:links { ?s ?p ?o } } ORDER BY ?p")
    assert used == ["skos:broadMatch", "skos:closeMatch", "skos:exactMatch", "skos:narrowMatch"]
    # A class of ours may be defined, by an expression without a name; it is equivalent to nothing that has one.
    assert _column(graph, "SELECT ?s { ?s owl:sameAs|owl:equivalentClass ?o FILTER(ISIRI(?o)) }") == []
    astray = "SELECT ?s { GRAPH kgg:links { ?s ?p ?o } FILTER NOT EXISTS { ?s rdfs:label|kg:title ?name } }"
    assert _column(graph, astray) == []


def test_things_that_definitions_name_are_there(graph: Graph) -> None:
    """A definition that names a drug or a compartment means one of the data: a misspelt name would fill no class."""
    named = "GRAPH kgg:ontology_classification { ?any ?property ?thing } FILTER(STRSTARTS(STR(?thing), STR(kgd:)))"
    assert len(_column(graph, f"SELECT DISTINCT ?thing {{ {named} }}")) == 17
    nowhere = "FILTER NOT EXISTS { ?thing a ?kind }"
    assert _column(graph, f"SELECT DISTINCT ?thing {{ {named} {nowhere} }}") == []
