"""What ontologists look for: items of the OBO report (ROBOT) and of the OOPS! catalogue of pitfalls that apply here.

Each item is a query whose rows are faults, and a little Turtle that it must find fault with. Left out are what concerns
obsolete terms, scoped synonyms and cross-references (there are none), what needs the network (P37), and what
`tests/test_ontology.py` sees already: one label and one definition each, parents, kinds of properties, punning.
"""

from __future__ import annotations

from typing import NamedTuple

import pyoxigraph as ox
import pytest
from rdflib.namespace import OWL, RDF, RDFS

from kg import Graph, load
from kg.questions import run
from kg.terms import PREFIXES


class Item(NamedTuple):
    """A query for faults, and Turtle in which it must name one term."""

    query: str
    broken: str
    named: str


OURS = "FILTER(STRSTARTS(STR(?term), STR(kg:)) && STR(?term) != STR(kg:))"
IS_PROPERTY = "VALUES ?kind { owl:ObjectProperty owl:DatatypeProperty owl:AnnotationProperty } ?term a ?kind ."
IS_LOGICAL = "VALUES ?kind { owl:ObjectProperty owl:DatatypeProperty } ?term a ?kind ."
IS_LISTED = "?term a ?class . ?class rdfs:subClassOf kg:ControlledTerm ."
IS_WORD = "FILTER(REGEX(?label, '^[A-Za-z][A-Za-z -]+$'))"
# Relations that people state in words: their ends are as wide as the source's language.
IS_NO_CLAIM = "FILTER NOT EXISTS { ?term rdfs:subPropertyOf* kg:claimPredicate }"
IS_NO_INVERSE = "FILTER NOT EXISTS { ?direct owl:inverseOf ?term }"


# Used on several kinds of record that have no class in common.
OF_MANY = (
    "kg:disputedIn, kg:drug, kg:flag, kg:givesRegimen, kg:gradeBand, kg:inCell, "
    "kg:inCompartment, kg:inStudy, kg:population, kg:stimulus"
)
# What may lead to a thing or to a record; the number of a reference, which another source may write as a text.
TO_MANY = (
    "kg:aspect, kg:citedBy, kg:concerns, kg:derivedFrom, kg:edgeObject, kg:edgeSubject, kg:explains, "
    "kg:number, kg:object, kg:pathEnd, kg:pathStart, kg:requires, kg:shows, kg:subject, kg:walks"
)
BUILT_IN = ", ".join(f"<{term}>" for space in (RDF, RDFS, OWL) for term in dir(space))
# What an axiom without a name speaks of (a restriction, a list of operands) has a use too.
IS_IN_NO_AXIOM = "FILTER NOT EXISTS { ?axiom ?part ?term FILTER(ISBLANK(?axiom) && ?part != rdf:type) }"


def has_end(end: str) -> str:
    """Ask for a domain or range of a property, its own or one that it takes from above."""
    return f"FILTER NOT EXISTS {{ ?term rdfs:subPropertyOf* ?above . ?above rdfs:{end} ?given }}"


REPORT = {
    "annotation_whitespace, label_formatting": Item(
        f"SELECT ?term {{ ?term ?property ?text {OURS} FILTER(ISLITERAL(?text) && REGEX(STR(?text), "
        f"'^\\\\s|\\\\s$|\\\\s\\\\s')) }}",
        "kg:Drug skos:example 'one  two' .",
        "kg:Drug",
    ),
    "lowercase_definition, and a full stop": Item(
        f"SELECT ?term {{ ?term skos:definition ?text {OURS} FILTER(!REGEX(?text, '^[A-Z].*[.]$')) }}",
        "kg:New skos:definition 'A drug that is new' .",
        "kg:New",
    ),
    "duplicate_definition": Item(
        f"SELECT DISTINCT ?term {{ ?term skos:definition ?text . ?other skos:definition ?text {OURS} "
        f"FILTER(?other != ?term) }}",
        "kg:New skos:definition ?DRUG .",
        "kg:New",
    ),
    "duplicate_label of properties (P32 for classes)": Item(
        f"SELECT DISTINCT ?term {{ {IS_PROPERTY} ?term rdfs:label ?label . ?other rdfs:label ?label ; a ?any {OURS} "
        "FILTER(?other != ?term && ?any IN (owl:ObjectProperty, owl:DatatypeProperty, owl:AnnotationProperty)) }",
        "kg:new a owl:ObjectProperty ; rdfs:label 'dose basis' . kg:basis rdfs:label 'dose basis' .",
        "kg:new",
    ),
    "duplicate_label within a list": Item(
        f"SELECT DISTINCT ?term {{ {IS_LISTED} ?term rdfs:label ?label . ?other a ?class ; rdfs:label ?label "
        f"{OURS} FILTER(?other != ?term) }}",
        "kg:New a kg:Polarity ; rdfs:label 'negated' .",
        "kg:New",
    ),
    "duplicate_label_synonym, duplicate_exact_synonym": Item(
        "SELECT DISTINCT ?term { ?term skos:altLabel ?text . ?other rdfs:label|skos:altLabel ?text ; a ?kind . "
        f"?term a ?kind {OURS} FILTER(?other != ?term || EXISTS {{ ?term rdfs:label ?text }}) }}",
        "kg:Drug skos:altLabel 'drug' .",
        "kg:Drug",
    ),
    "P24 definitions that use their own label": Item(
        # The parent's name, and a property named as the class it leads to, are no circle.
        f"""SELECT ?term {{ ?term skos:definition ?text ; rdfs:label ?label {OURS} {IS_WORD}
            OPTIONAL {{ ?term rdfs:subClassOf|rdf:type ?parent . ?parent rdfs:label ?above }}
            FILTER NOT EXISTS {{ ?term rdfs:range/rdfs:label ?label }}
            BIND(REPLACE(?text, COALESCE(?above, "no parent"), "", "i") AS ?rest)
            FILTER(REGEX(?rest, CONCAT("(^|[^A-Za-z-])", ?label, "($|[^A-Za-z-])"), "i")) }}""",
        "kg:title skos:definition 'The title of a work.' . kg:New rdfs:label 'new' .",
        "kg:title",
    ),
    "missing_ontology_title, missing_ontology_license (P41), a version": Item(
        "SELECT ?term { ?term a owl:Ontology . FILTER NOT EXISTS { ?term dcterms:title ?title ; "
        "dcterms:license ?licence ; "
        "owl:versionIRI ?version } }",
        "kg:new a owl:Ontology ; dcterms:title 'new' .",
        "kg:new",
    ),
    "version IRIs of modules other than the root's": Item(
        "SELECT ?term { ?term a owl:Ontology ; owl:versionIRI ?version . ?root owl:imports ?any ; "
        "owl:versionInfo ?number "
        "FILTER(STR(?version) != CONCAT(STR(kg:), ?number, '/', STRAFTER(STR(?term), STR(kg:)))) }",
        "kg:new a owl:Ontology ; owl:versionIRI <https://w3id.org/xpo1-kg/ontology/0.0.1/new> .",
        "kg:new",
    ),
    "P04 classes without a parent, a child, an instance": Item(
        f"SELECT ?term {{ ?term a owl:Class {OURS} FILTER NOT EXISTS {{ ?thing a ?term }} "
        "FILTER NOT EXISTS { ?child rdfs:subClassOf ?term } FILTER NOT EXISTS { ?term owl:equivalentClass ?axiom } "
        f"{IS_IN_NO_AXIOM} FILTER(?term != kg:DerivedValue) }}",
        "kg:New a owl:Class ; rdfs:subClassOf kg:DomainThing .",
        "kg:New",
    ),
    "P04 properties without a use": Item(
        f"SELECT ?term {{ {IS_PROPERTY} {OURS} FILTER NOT EXISTS {{ ?thing ?term ?value }} "
        f"FILTER NOT EXISTS {{ ?child rdfs:subPropertyOf ?term }} {IS_IN_NO_AXIOM} "
        "FILTER NOT EXISTS { ?thing kg:predicate|kg:edgePredicate ?term } FILTER(?term NOT IN "
        "(kg:computedFrom, kg:method)) }",
        "kg:new a owl:ObjectProperty .",
        "kg:new",
    ),
    "P05, P25 inverses that do not fit": Item(
        "SELECT ?term { ?term owl:inverseOf ?back . OPTIONAL { ?term rdfs:domain ?from } OPTIONAL { ?term "
        "rdfs:range ?to } "
        "OPTIONAL { ?back rdfs:domain ?wrong FILTER(?wrong != ?to) } OPTIONAL { ?back rdfs:range ?off "
        "FILTER(?off != ?from) } "
        "FILTER(BOUND(?wrong) || BOUND(?off) || ?term = ?back) }",
        "kg:includedInRegimen rdfs:range kg:Drug .",
        "kg:includesDrug",
    ),
    "P13 inverses of several properties, or of none": Item(
        "SELECT DISTINCT ?term { ?term owl:inverseOf ?one . FILTER EXISTS { { ?term owl:inverseOf ?other "
        "FILTER(?other != ?one) } "
        "UNION { ?other owl:inverseOf ?one FILTER(?other != ?term) } UNION { FILTER NOT EXISTS { ?one a "
        "owl:ObjectProperty } } } }",
        "kg:new owl:inverseOf kg:nowhere .",
        "kg:new",
    ),
    "P13 inverses whose parents are no inverses": Item(
        "SELECT DISTINCT ?term { ?term owl:inverseOf ?back ; rdfs:subPropertyOf ?up . ?up owl:inverseOf ?down . "
        "FILTER NOT EXISTS { ?back rdfs:subPropertyOf ?down } }",
        "kg:new rdfs:subPropertyOf kg:increases ; owl:inverseOf kg:newBy .",
        "kg:new",
    ),
    "P26, P28, P29 symmetric or transitive with unlike ends": Item(
        "SELECT ?term { VALUES ?kind { owl:SymmetricProperty owl:TransitiveProperty } ?term a ?kind . "
        "OPTIONAL { ?term rdfs:domain ?from } OPTIONAL { ?term rdfs:range ?to } OPTIONAL { ?term owl:inverseOf ?back } "
        "FILTER(BOUND(?back) || COALESCE(?from, owl:Thing) != COALESCE(?to, owl:Thing)) }",
        "kg:ofArm a owl:SymmetricProperty .",
        "kg:ofArm",
    ),
    "P06 circles in the hierarchy": Item(
        "SELECT ?term { { ?term rdfs:subClassOf+ ?term } UNION { ?term rdfs:subPropertyOf+ ?term } }",
        "kg:DomainThing rdfs:subClassOf kg:Regimen . kg:x rdfs:subPropertyOf kg:y .",
        "kg:Regimen",
    ),
    "P07, P21 classes of two things, or of the rest": Item(
        # What a class with a definition in OWL joins, its axiom says.
        f"SELECT ?term {{ ?term a owl:Class ; rdfs:label ?label {OURS} "
        "FILTER NOT EXISTS { ?term owl:equivalentClass ?axiom } "
        "FILTER(REGEX(?label, '(^| )(and|or|other|misc|miscellaneous|unknown)( |$)|,')) }",
        "kg:New a owl:Class ; rdfs:label 'drugs and other agents' .",
        "kg:New",
    ),
    "P11 properties without a domain": Item(
        f"SELECT ?term {{ {IS_LOGICAL} {OURS} {IS_NO_CLAIM} {IS_NO_INVERSE} {has_end('domain')} "
        f"FILTER(?term NOT IN ({OF_MANY})) }}",
        "kg:new a owl:ObjectProperty ; rdfs:range kg:Drug .",
        "kg:new",
    ),
    "P11 properties without a range": Item(
        f"SELECT ?term {{ {IS_LOGICAL} {OURS} {IS_NO_CLAIM} {IS_NO_INVERSE} {has_end('range')} "
        f"FILTER(?term NOT IN ({TO_MANY})) }}",
        "kg:new a owl:DatatypeProperty ; rdfs:domain kg:Drug .",
        "kg:new",
    ),
    "P19 several domains or ranges": Item(
        "SELECT DISTINCT ?term { { ?term rdfs:domain ?one, ?two } UNION { ?term rdfs:range ?one, ?two } "
        "FILTER(?one != ?two) }",
        "kg:ofArm rdfs:domain kg:Drug .",
        "kg:ofArm",
    ),
    "datatypes outside OWL 2": Item(
        "SELECT ?term { ?term a owl:DatatypeProperty ; rdfs:range ?type FILTER(?type NOT IN (xsd:string, "
        "xsd:integer, xsd:decimal, "
        "xsd:boolean)) }",
        "kg:asOf rdfs:range xsd:date .",
        "kg:asOf",
    ),
    "P22 names in another style": Item(
        f"""SELECT DISTINCT ?term {{ ?term a ?kind {OURS} BIND(STRAFTER(STR(?term), STR(kg:)) AS ?name)
            VALUES (?kind ?style) {{ (owl:Class "^[A-Z][A-Za-z0-9]*$") (owl:ObjectProperty "^[a-z]+[A-Za-z0-9]*$")
                (owl:DatatypeProperty "^[a-z]+[A-Za-z0-9]*$") (owl:AnnotationProperty "^[a-z]+[A-Za-z0-9]*$") }}
            FILTER(!REGEX(?name, ?style)) }}""",
        "kg:new_thing a owl:Class .",
        "kg:new_thing",
    ),
    "illegal_use_of_built_in_vocabulary": Item(
        "SELECT DISTINCT ?term { ?term ?property ?value "
        f"FILTER(REGEX(STR(?property), '(rdf-syntax-ns|rdf-schema|owl)#') && ?property NOT IN ({BUILT_IN})) }}",
        "kg:New rdfs:subclassOf kg:Drug .",
        "kg:New",
    ),
    "P40 terms of others taken over": Item(
        # Web Annotation is declared so that the ontology is closed; annotation properties are only named as such.
        """SELECT DISTINCT ?term { ?term a ?kind ; ?property ?value FILTER(?kind IN (owl:Class, owl:ObjectProperty,
            owl:DatatypeProperty) && !STRSTARTS(STR(?term), STR(kg:)) && !STRSTARTS(STR(?term), STR(oa:))) }""",
        "prov:Entity a owl:Class .",
        "prov:Entity",
    ),
    "P10 things of two classes that exclude each other": Item(
        """SELECT DISTINCT ?term { { ?a owl:disjointWith ?b } UNION { ?all owl:members/rdf:rest*/rdf:first ?a ;
            owl:members/rdf:rest*/rdf:first ?b FILTER(?a != ?b) } ?term a/rdfs:subClassOf* ?a . ?term
            a/rdfs:subClassOf* ?b }""",
        "kgd:Drug_selinexor a kg:StudyUnit .",
        "kgd:Drug_selinexor",
    ),
    "P10 kinds of things that nothing keeps apart": Item(
        # Of the classes right below the root, each excludes every other one but for the pair that shares adverse
        # events; those that a definition fills are no kinds of their own.
        """SELECT DISTINCT ?term { ?term rdfs:subClassOf kg:DomainThing . ?b rdfs:subClassOf kg:DomainThing
            FILTER(?term != ?b && ?term NOT IN (kg:Measure, kg:Condition))
            FILTER NOT EXISTS { ?term owl:equivalentClass ?axiom } FILTER NOT EXISTS { ?b owl:equivalentClass ?axiom }
            FILTER NOT EXISTS { ?term owl:disjointWith|^owl:disjointWith ?b }
            MINUS { ?all owl:members ?first . ?first rdf:rest*/rdf:first ?term . ?first rdf:rest*/rdf:first ?b } }""",
        "kg:New rdfs:subClassOf kg:DomainThing .",
        "kg:New",
    ),
    "domains that the data leave": Item(
        "SELECT DISTINCT ?term { ?property rdfs:domain ?class . ?term ?property ?value "
        "FILTER NOT EXISTS { ?term a/rdfs:subClassOf* ?class } }",
        "kgd:Drug_selinexor kg:cargo kgd:Protein_XPO1 .",
        "kgd:Drug_selinexor",
    ),
    "ranges that the data leave": Item(
        "SELECT DISTINCT ?term { ?property a owl:ObjectProperty ; rdfs:range ?class . ?thing ?property ?term "
        "FILTER NOT EXISTS { ?term a/rdfs:subClassOf* ?class } }",
        "kgd:Export_STAT3 kg:cargo kgd:Disease_AML .",
        "kgd:Disease_AML",
    ),
    "literals of another datatype": Item(
        "SELECT DISTINCT ?term { ?property a owl:DatatypeProperty ; rdfs:range ?type . ?term ?property ?value "
        "FILTER(DATATYPE(?value) != ?type && !(?type = xsd:decimal && DATATYPE(?value) = xsd:integer)) }",
        "kgd:Arm_BOSTON_XVd kg:armOrder '1' .",
        "kgd:Arm_BOSTON_XVd",
    ),
}


@pytest.fixture(scope="module")
def graph() -> Graph:
    return load()


@pytest.fixture(scope="module")
def copy(graph: Graph) -> ox.Store:
    """The same quads once more, to be spoilt for a moment."""
    store = ox.Store()
    store.extend(graph.store)
    return store


def faults(store: ox.Store, item: Item) -> list[str]:
    """Run one query over the union of all graphs."""
    return sorted(row[0] for row in run(store, item.query).rows)


@pytest.mark.parametrize("name", REPORT)
def test_ontology_has_no_such_fault(graph: Graph, name: str) -> None:
    """No term of ours, and no triple of the data, is at fault."""
    assert faults(graph.store, REPORT[name]) == []


@pytest.mark.parametrize("name", REPORT)
def test_such_a_fault_is_found(graph: Graph, copy: ox.Store, name: str) -> None:
    """The same query names the term that a few triples spoil."""
    item, spoilt = REPORT[name], ox.NamedNode("urn:spoilt")
    [definition] = graph.query("SELECT ?text { kg:Drug skos:definition ?text }").column("text")
    prefixes = "".join(f"@prefix {prefix}: <{space}> .\n" for prefix, space in PREFIXES.items())
    text = prefixes + item.broken.replace("?DRUG", f'"{definition}"')
    copy.load(text.encode(), format=ox.RdfFormat.TURTLE, to_graph=spoilt)
    found = faults(copy, item)
    copy.remove_graph(spoilt)
    assert item.named in found
