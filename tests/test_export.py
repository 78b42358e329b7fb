"""What is exported is what the graph holds, in each format."""

from pathlib import Path

import pyoxigraph as ox
import pytest
import rdflib

from kg import Graph, load
from kg.errors import KgError, UsageError
from kg.export import FORMATS, export

ONTOLOGY = ox.NamedNode("http://www.w3.org/2002/07/owl#Ontology")
RDF_TYPE = ox.NamedNode("http://www.w3.org/1999/02/22-rdf-syntax-ns#type")


@pytest.fixture(scope="module")
def graph() -> Graph:
    return load()


def _read(path: Path, form: str) -> ox.Dataset:
    parsed = ox.Dataset(ox.parse(path.read_bytes(), format=FORMATS[form][0]))
    parsed.canonicalize(ox.CanonicalizationAlgorithm.UNSTABLE)
    return parsed


def test_all_formats_say_the_same(graph: Graph, tmp_path: Path) -> None:
    """Ontology, data and derived triples read back alike from each format."""
    read = [[_read(path, form) for path in export(graph, form, tmp_path / form)] for form in FORMATS]
    assert len(read) == 3
    assert read[0] == read[1] == read[2]
    assert all(len(part) > 1000 for part in read[0])


def test_ontology_is_one_without_imports(graph: Graph, tmp_path: Path) -> None:
    """One header, no imports: other tools need nothing beside the file."""
    ontology, _, _ = export(graph, "rdfxml", tmp_path)
    quads = list(ox.parse(ontology.read_bytes(), format=ox.RdfFormat.RDF_XML))
    assert [quad.subject.value for quad in quads if quad.object == ONTOLOGY and quad.predicate == RDF_TYPE] == [
        "https://w3id.org/xpo1-kg/ontology/"
    ]
    assert not [quad for quad in quads if quad.predicate.value.endswith("#imports")]


def test_rdfxml_opens_in_rdflib(graph: Graph, tmp_path: Path) -> None:
    """A second reader takes the RDF/XML too, and finds as many triples."""
    ontology, _, _ = export(graph, "rdfxml", tmp_path)
    turtle, _, _ = export(graph, "turtle", tmp_path)
    assert len(rdflib.Graph().parse(ontology)) == len(rdflib.Graph().parse(turtle))


def test_unknown_format_and_folder_are_told(graph: Graph, tmp_path: Path) -> None:
    """Wrong use lists the formats; a file in the way of the folder is one line."""
    with pytest.raises(UsageError, match="turtle, ntriples, rdfxml"):
        export(graph, "hdt", tmp_path)
    (tmp_path / "file").write_text("")
    with pytest.raises(KgError, match="cannot make"):
        export(graph, "turtle", tmp_path / "file" / "folder")
