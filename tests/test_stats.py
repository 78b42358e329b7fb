"""The counts of what the graph holds."""

from pathlib import Path

from kg.stats import stats
from kg.store import load
from small_project import PREFIXES, make_project, write

ONTOLOGY = "kg:CausalStatement rdfs:subClassOf kg:Statement . kg:BridgeStatement rdfs:subClassOf kg:CausalStatement .\n"
TRIAL = """
kgd:S1 a kg:CausalStatement, kg:Statement . kgd:S2 a kg:BridgeStatement, kg:CausalStatement, kg:Statement .
kgd:Study_t rdfs:label "T" . kgd:Arm_t kg:inStudy kgd:Study_t .
kgd:Set_whole kg:inStudy kgd:Study_t . kgd:Set_arm kg:ofArm kgd:Arm_t ; kg:inStudy kgd:Study_t .
kgd:M1 kg:analysisSet kgd:Set_whole . kgd:M2 kg:analysisSet kgd:Set_arm .
kgd:V1 kg:reportOf kgd:M1 . kgd:V2 kg:reportOf kgd:M1 . kgd:V3 kg:reportOf kgd:M2 .
"""


def test_everything_is_counted_once(tmp_path: Path) -> None:
    """A statement under its own kind only, a value once for its study however the study is reached."""
    files = make_project(tmp_path)
    write(tmp_path, "ontology/claims.ttl", PREFIXES + ONTOLOGY)
    write(tmp_path, "data/triples/trial.ttl", PREFIXES + TRIAL)
    graph = load(files, cache=False)
    assert stats(graph).rows == [
        ("triples", "asserted", str(len(graph.store) - 3)),
        ("triples", "derived", "3"),
        ("class", "kg:BridgeStatement", "1"),
        ("class", "kg:CausalStatement", "2"),
        ("class", "kg:Drug", "2"),
        ("class", "kg:Statement", "2"),
        ("statement", "kg:BridgeStatement", "1"),
        ("statement", "kg:CausalStatement", "1"),
        ("values of study", "T", "3"),
    ]
