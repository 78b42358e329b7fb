"""VoID and DCAT: counts, checksums and questions that another library finds to hold."""

import hashlib
from pathlib import Path

import pyoxigraph as ox
import pytest
import rdflib
from rdflib.namespace import DCAT, DCTERMS, RDF, RDFS, SH, VOID

from kg import Graph
from kg.csv_columns import CONTRACT
from kg.export import export
from kg.questions import list_questions, run
from kg.terms import PREFIXES

DATASET = rdflib.URIRef("https://w3id.org/xpo1-kg/dataset")
VERSION = rdflib.URIRef("http://www.w3.org/ns/dcat#version")
SPDX = rdflib.Namespace("http://spdx.org/rdf/terms#")


@pytest.fixture(scope="module")
def folder(loaded: Graph, tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("void")
    export(loaded, "void", made)
    return made


@pytest.fixture(scope="module")
def said(folder: Path) -> rdflib.Graph:
    return rdflib.Graph().parse(folder / "void.ttl")


@pytest.fixture(scope="module")
def dump(folder: Path) -> list[ox.Quad]:
    return list(ox.parse((folder / "xpo1-kg.nq").read_bytes(), format=ox.RdfFormat.N_QUADS))


def _number(said: rdflib.Graph, subject: rdflib.term.Node, predicate: rdflib.URIRef) -> int:
    (value,) = said.objects(subject, predicate)
    assert isinstance(value, rdflib.Literal)
    return int(value.toPython())


def test_counts_are_those_of_the_dump(said: rdflib.Graph, dump: list[ox.Quad]) -> None:
    """What the description counts, the file beside it holds."""
    types = [quad.object for quad in dump if quad.predicate.value == str(RDF.type)]
    counted = {
        VOID.triples: len({quad.triple for quad in dump}),
        VOID.classes: len(set(types)),
        VOID.properties: len({quad.predicate for quad in dump}),
        VOID.distinctSubjects: len({quad.subject for quad in dump}),
        VOID.distinctObjects: len({quad.object for quad in dump}),
    }
    assert {name: _number(said, DATASET, name) for name in counted} == counted


def test_partitions_add_up(said: rdflib.Graph, dump: list[ox.Quad]) -> None:
    """The triples of all properties are all triples; a class has as many things as the dump says are of it."""
    parts = list(said.objects(DATASET, VOID.propertyPartition))
    assert sum(_number(said, part, VOID.triples) for part in parts) == _number(said, DATASET, VOID.triples)
    kg = PREFIXES["kg"]
    (drugs,) = said.subjects(VOID["class"], rdflib.URIRef(kg + "Drug"))
    assert _number(said, drugs, VOID.entities) == sum(
        quad.object == ox.NamedNode(kg + "Drug") and quad.predicate.value == str(RDF.type) for quad in dump
    )


def test_named_graphs_are_kept_and_counted(loaded: Graph, said: rdflib.Graph, dump: list[ox.Quad]) -> None:
    """Each file is a subset with as many triples as stand in its graph of the dump."""
    files = [*loaded.files.modules(), *loaded.files.topics()]
    subsets = [subset for subset in said.subjects(RDF.type, VOID.Dataset) if subset != DATASET]
    assert len(subsets) == len(files) > 40
    for subset in subsets:
        assert _number(said, subset, VOID.triples) == sum(quad.graph_name == ox.NamedNode(str(subset)) for quad in dump)


def test_checksums_are_those_of_the_files(loaded: Graph, folder: Path, said: rdflib.Graph) -> None:
    """Each file of the project, and the dump, has the size and digest that it is described with."""
    checked = 0
    for distribution in said.objects(DATASET, DCAT.distribution):
        name = str(said.value(distribution, DCTERMS.title))
        path = folder / name if name.endswith(".nq") else loaded.files.root / name
        content = path.read_bytes()
        checksum = said.value(distribution, SPDX.checksum)
        assert str(said.value(checksum, SPDX.checksumValue)) == hashlib.sha256(content).hexdigest()
        assert _number(said, distribution, DCAT.byteSize) == len(content)
        checked += 1
    assert checked == len(loaded.files.modules()) + len(loaded.files.topics()) + 1


def test_licence_version_and_source_are_named(loaded: Graph, said: rdflib.Graph) -> None:
    """Whoever finds the file knows what may be done with it and where the facts are from."""
    assert said.value(DATASET, DCTERMS.license) == rdflib.URIRef("https://creativecommons.org/licenses/by/4.0/")
    assert str(said.value(DATASET, VERSION)) == loaded.version
    assert rdflib.URIRef("https://doi.org/10.1177/20406207231219442") in said.objects(DATASET, DCTERMS.source)


def test_linksets_count_the_matches(loaded: Graph, said: rdflib.Graph) -> None:
    """All matches to other vocabularies are in one linkset each."""
    linksets = list(said.subjects(RDF.type, VOID.Linkset))
    matches = "skos:exactMatch|skos:closeMatch|skos:broadMatch|skos:narrowMatch|skos:relatedMatch"
    assert sum(_number(said, linkset, VOID.triples) for linkset in linksets) == len(
        loaded.query(f"SELECT ?a ?b {{ ?a {matches} ?b }}")
    )


def test_prefixes_are_declared(said: rdflib.Graph) -> None:
    """Editors that read sh:declare know our whole prefix table."""
    declared = {
        str(said.value(node, SH.prefix)): str(said.value(node, SH.namespace))
        for ontology in said.subjects(SH.declare)
        for node in said.objects(ontology, SH.declare)
    }
    assert declared == PREFIXES


def test_questions_are_executable_as_they_stand(loaded: Graph, said: rdflib.Graph, dump: list[ox.Quad]) -> None:
    """Every saved question is there word for word; those of the contract answer from the dump as they do here."""
    store = ox.Store()
    store.extend(dump)
    questions = list_questions(loaded.files)
    assert len(set(said.subjects(RDF.type, SH.SPARQLExecutable))) == len(questions) > 60
    for question in questions:
        (node,) = said.subjects(RDFS.label, rdflib.Literal(question.name))
        text = str(said.value(node, SH.select))
        assert text == question.text
        assert question.name not in CONTRACT or run(store, text) == run(loaded.store, text), question.name
