"""GraphML that two other programs read, with the sign of each edge and what is denied marked."""

from pathlib import Path

import networkx
import pytest
import rustworkx

from kg import Graph
from kg.export import export
from kg.files import Files
from kg.store import load as load_project
from small_project import PREFIXES, make_project, write


@pytest.fixture(scope="module")
def path(loaded: Graph, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return export(loaded, "graphml", tmp_path_factory.mktemp("graphml"))[0]


@pytest.fixture(scope="module")
def drawn(path: Path) -> "networkx.MultiDiGraph[str]":
    read = networkx.read_graphml(path, force_multigraph=True)
    assert isinstance(read, networkx.MultiDiGraph)
    return read


def test_every_statement_is_an_edge(loaded: Graph, drawn: "networkx.MultiDiGraph[str]") -> None:
    """Ends, relation, sign and polarity are those of the graph."""
    rows = loaded.query(
        """SELECT ?id ?s ?r ?o (COALESCE(?known, 0) AS ?sign) ?polarity { ?id kg:subject ?s ; kg:predicate ?r ;
             kg:object ?o ; kg:polarity/rdfs:label ?polarity OPTIONAL { ?r kg:sign ?known } }"""
    ).rows
    said = {row[0]: (row[1], row[2], row[3], int(row[4]), row[5]) for row in rows}
    read = {
        key: (start, edge["relation"], end, edge["sign"], edge["polarity"])
        for start, end, key, edge in drawn.edges(keys=True, data=True)
    }
    assert {key: read[key] for key in said} == said
    assert len(said) > 800
    assert {edge["kind"] for *_, key, edge in drawn.edges(keys=True, data=True) if key not in said} == {
        "by definition of the transport event"
    }


def test_another_program_finds_the_same(path: Path, drawn: "networkx.MultiDiGraph[str]") -> None:
    """rustworkx, which is strict, reads as many boxes and lines, with the same signs between the same ends."""
    (read,) = rustworkx.read_graphml(str(path))
    assert isinstance(read, rustworkx.PyDiGraph)
    names = [node["id"] for node in read.nodes()]
    assert sorted(names) == sorted(drawn)
    theirs = sorted(
        (names[s], names[t], edge["sign"], edge["relation"], edge["disputed"])
        for s, t, edge in read.weighted_edge_list()
    )
    ours = sorted((s, t, e["sign"], e["relation"], e["disputed"]) for s, t, e in drawn.edges(data=True))
    assert theirs == ours


def test_known_step_is_whole(drawn: "networkx.MultiDiGraph[str]") -> None:
    """Selinexor inhibits XPO1, with how sure, where and on what works."""
    edge = drawn.edges["kgd:Drug_selinexor", "kgd:Protein_XPO1", "kgd:Statement_selinexor_inhibits_XPO1"]
    assert (edge["predicate"], edge["sign"], edge["polarity"], edge["disputed"]) == ("inhibits", -1, "affirmed", "no")
    assert edge["certainty"] == "asserted as fact"
    assert edge["references"]
    assert edge["place"].startswith("text ")
    assert drawn.nodes["kgd:Protein_XPO1"]["label"] == "XPO1"


def test_hostile_labels_are_text(tmp_path: Path) -> None:
    """Marks of XML come back as they were; what XML cannot write is replaced."""
    files = make_project(tmp_path)
    label = '</data><script>"&\\u0008'
    write(
        files.root,
        "data/triples/claim.ttl",
        PREFIXES
        + f"""kgd:Drug_a rdfs:label "{label.replace('"', chr(92) + '"')}" .
kg:Claim rdfs:subClassOf kg:Statement ; rdfs:label "claim" . kg:Drug rdfs:label "drug" .
kg:inhibits rdfs:label "inhibits" . kg:Affirmed rdfs:label "affirmed" . kg:Sure rdfs:label "sure" .
kgd:Statement_x a kg:Claim ; kg:subject kgd:Drug_a ; kg:predicate kg:inhibits ; kg:object kgd:Drug_b ;
  kg:polarity kg:Affirmed ; kg:certainty kg:Sure .
""",
    )
    made = load_project(Files(files.root), cache=False)
    read = networkx.read_graphml(export(made, "graphml", tmp_path / "out")[0], force_multigraph=True)
    assert '</data><script>"&\N{REPLACEMENT CHARACTER}' in read.nodes["kgd:Drug_a"]["label"]
    assert len(read.edges) == 1
