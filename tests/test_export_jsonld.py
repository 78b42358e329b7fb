"""JSON-LD that another library reads as the same triples, with short names that a reader of plain JSON understands."""

import json
from pathlib import Path

import pyoxigraph as ox
import pytest

from export_reading import by_rdflib, canonical
from kg import Graph
from kg.export import export
from kg.export_jsonld import _nodes, context, jsonld
from kg.export_rdf import turtle
from kg.terms import PREFIXES, XSD


@pytest.fixture(scope="module")
def files(loaded: Graph, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    return {path.name: path for path in export(loaded, "jsonld", tmp_path_factory.mktemp("jsonld"))}


@pytest.mark.parametrize("part", ["ontology", "data"])
def test_rdflib_reads_the_same_triples(
    canonical_parts: dict[str, ox.Dataset], files: dict[str, Path], part: str
) -> None:
    """Every term, type and language comes back."""
    assert by_rdflib(files[f"{part}.jsonld"], "json-ld") == canonical_parts[part]


def test_context_stands_in_each_file_and_alone(files: dict[str, Path]) -> None:
    """A file needs no other; whoever writes JSON of their own takes the published context."""
    alone = json.loads(files["context.jsonld"].read_text(encoding="utf-8"))
    for part in ("ontology", "data", "derived"):
        assert json.loads(files[f"{part}.jsonld"].read_text(encoding="utf-8"))["@context"] == alone["@context"]
    assert set(PREFIXES) < set(alone["@context"])


def test_records_read_as_plain_json(files: dict[str, Path]) -> None:
    """Short keys, and a figure as the exact text, for a JSON number would be a binary fraction."""
    nodes = json.loads(files["data.jsonld"].read_text(encoding="utf-8"))["@graph"]
    (record,) = [node for node in nodes if node["@id"] == "kgd:Value_MARCH_ORR_text"]
    assert record == {
        "@id": "kgd:Value_MARCH_ORR_text",
        "locator": "kgd:Place_MARCH_ORR_text",
        "printed": "29.3",
        "reportOf": "kgd:Measurement_MARCH_ORR",
        "value": "29.3",
    }


def test_context_reads_documents_of_others(loaded: Graph, files: dict[str, Path]) -> None:
    """A document written by hand under the context means what it says."""
    shared = json.loads(files["context.jsonld"].read_text(encoding="utf-8"))
    written = json.dumps({**shared, "@id": "urn:v", "value": "1.50", "locator": "kgd:Place_x", "table": 2})
    said = {str(quad.triple) for quad in ox.parse(written, format=ox.RdfFormat.JSON_LD)}
    kg, kgd = PREFIXES["kg"], PREFIXES["kgd"]
    assert said == {
        f'<urn:v> <{kg}value> "1.50"^^<{XSD}decimal>',
        f"<urn:v> <{kg}locator> <{kgd}Place_x>",
        f'<urn:v> <{kg}table> "2"^^<{XSD}integer>',
    }


@pytest.mark.parametrize(
    "value",
    [
        ox.Literal("1", datatype=ox.NamedNode(XSD + "integer")),
        ox.Literal("01", datatype=ox.NamedNode(XSD + "integer")),
        ox.Literal("true", datatype=ox.NamedNode(XSD + "boolean")),
        ox.Literal("1", datatype=ox.NamedNode(XSD + "boolean")),
        ox.Literal("1.50", datatype=ox.NamedNode(XSD + "decimal")),
        ox.Literal("true"),
        ox.Literal("kgd:not_a_name"),
        ox.Literal("chat", language="fr"),
        ox.NamedNode("urn:x"),
        ox.NamedNode("https://w3id.org/xpo1-kg/data/a%20b?c"),
        ox.BlankNode("b"),
    ],
)
def test_values_come_back_alone_and_mixed(value: ox.Literal | ox.NamedNode | ox.BlankNode) -> None:
    """A value keeps its kind, whether the context names the type of the property or its values differ."""
    one, two = ox.NamedNode("urn:p"), ox.NamedNode("urn:q")
    triples = [ox.Triple(ox.NamedNode("urn:s"), predicate, value) for predicate in (one, two)]
    triples.append(ox.Triple(ox.NamedNode("urn:s"), two, ox.Literal("other", language="en")))
    shared = context(triples)
    document = json.dumps({"@context": shared, "@graph": _nodes(sorted(triples, key=str), shared)})
    assert canonical(ox.parse(document, format=ox.RdfFormat.JSON_LD)) == canonical(triples)


def test_losses_are_those_of_rdf(loaded: Graph) -> None:
    """JSON-LD itself loses nothing that Turtle keeps."""
    assert jsonld(loaded).losses == turtle(loaded).losses
