"""RDF 1.2: statements become reifiers under their own names, and come back as records."""

from pathlib import Path

import pyoxigraph as ox
import pytest

from export_reading import canonical
from kg import Graph
from kg.export import export
from kg.export_rdf12 import from_rdf12, to_rdf12
from kg.terms import PREFIXES

REIFIES = ox.NamedNode(PREFIXES["rdf"] + "reifies")
PARTS = ("ontology", "data", "derived")


def _node(short: str) -> ox.NamedNode:
    prefix, _, local = short.partition(":")
    return ox.NamedNode(PREFIXES[prefix] + local)


@pytest.fixture(scope="module")
def folder(loaded: Graph, tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("rdf12")
    export(loaded, "rdf12", made)
    return made


def _read(path: Path) -> list[ox.Triple]:
    form = {".ttl": ox.RdfFormat.TURTLE, ".nt": ox.RdfFormat.N_TRIPLES}[path.suffix]
    return [quad.triple for quad in ox.parse(path.read_bytes(), format=form)]


@pytest.mark.parametrize("ending", ["ttl", "nt"])
@pytest.mark.parametrize("part", PARTS)
def test_round_trip_gives_the_same_triples(
    canonical_parts: dict[str, ox.Dataset], folder: Path, part: str, ending: str
) -> None:
    """From records to reifiers in a file, and back to what RDF 1.1 holds."""
    assert canonical(from_rdf12(_read(folder / f"{part}.{ending}"))) == canonical_parts[part]


def test_statements_are_reifiers_by_their_names(loaded: Graph, folder: Path) -> None:
    """Each statement and each direct edge reifies exactly what it says."""
    triples = [triple for part in PARTS for triple in _read(folder / f"{part}.nt")]
    reified = {triple.subject: triple.object for triple in triples if triple.predicate == REIFIES}
    said = loaded.query("SELECT ?s { ?s kg:subject|kg:edgeSubject ?x }")
    assert len(reified) == len(said) > 900
    inhibits = ox.Triple(_node("kgd:Drug_selinexor"), _node("kg:inhibits"), _node("kgd:Protein_XPO1"))
    assert reified[_node("kgd:Statement_selinexor_inhibits_XPO1")] == inhibits
    roles = {_node(f"kg:{name}") for name in ("subject", "predicate", "object", "edgeSubject")}
    assert not [triple for triple in triples if triple.predicate in roles]


def test_what_is_denied_is_not_asserted(loaded: Graph, folder: Path) -> None:
    """A reifier asserts nothing: of a denied statement no plain triple is written."""
    triples = [triple for part in PARTS for triple in _read(folder / f"{part}.nt")]
    denied = {triple.subject for triple in triples if triple.object == _node("kg:Negated")}
    reified = [triple.object for triple in triples if triple.predicate == REIFIES and triple.subject in denied]
    assert len(reified) == len(denied) > 10
    assert set(reified).isdisjoint(triples)


def test_incomplete_records_stay_as_they_are() -> None:
    """A record without an object, or with two, is not reified by guess."""
    record, thing = ox.NamedNode("urn:record"), ox.NamedNode("urn:thing")
    lacking = [ox.Triple(record, _node(f"kg:{role}"), thing) for role in ("subject", "predicate")]
    assert to_rdf12(lacking) == sorted(lacking, key=str)
    double = [*lacking, *(ox.Triple(record, _node("kg:object"), ox.NamedNode(f"urn:{name}")) for name in "ab")]
    assert from_rdf12(to_rdf12(double)) == sorted(double, key=str)
