"""Paths from treatments to effects as records, and the answer that joins them to measured events."""

from __future__ import annotations

from pathlib import Path as FilePath

import pytest

from kg import load
from kg.errors import DataError
from kg.explain import explain
from kg.store import Graph
from small_project import PREFIXES, make_project, write


@pytest.fixture(scope="module")
def graph() -> Graph:
    return load()


def _paths(graph: Graph) -> list[tuple[str, ...]]:
    return graph.query(
        "SELECT ?start ?end ?sign ?rank ?text ?certainty { ?path a kg:MechanismPath ; kg:pathStart ?start ;"
        " kg:pathEnd ?end ; kg:pathSign ?sign ; kg:pathRank ?rank ; kg:pathText ?text ;"
        " kg:weakestCertainty ?certainty } ORDER BY ?path"
    ).rows


@pytest.fixture
def made(tmp_path: FilePath) -> Graph:
    """A drug that stops growth, which feeds pain; one step is possible only, and one claim is a bridge alone."""
    files = make_project(tmp_path)
    facts = "kg:polarity kg:Affirmed ; kg:certainty kg:AssertedAsFact ; kg:context kgd:Context_any_cell"
    hedged = "kg:polarity kg:Affirmed ; kg:certainty kg:Possible ; kg:context kgd:Context_any_cell"
    write(
        files.root,
        "data/triples/steps.ttl",
        PREFIXES
        + f"""
kg:AdverseEvent rdfs:subClassOf kg:Condition . kg:BiologicalProcess rdfs:subClassOf kg:DomainThing .
kg:AssertedAsFact a kg:Certainty ; rdfs:label "asserted as fact" ; kg:rank 5 .
kg:Possible a kg:Certainty ; rdfs:label "possible" ; kg:rank 2 .
kg:inhibits rdfs:label "inhibits" ; kg:sign -1 . kg:increases rdfs:label "increases" ; kg:sign 1 .
kgd:Context_any_cell rdfs:label "any cell" .
kgd:Drug_x a kg:Drug ; rdfs:label "xnib" .
kgd:Process_growth a kg:BiologicalProcess ; rdfs:label "growth" .
kgd:Process_last a kg:BiologicalProcess ; rdfs:label "last" .
kgd:AdverseEvent_pain a kg:AdverseEvent ; rdfs:label "pain" .
kgd:AdverseEvent_itch a kg:AdverseEvent ; rdfs:label "itch" .
kgd:S1 a kg:MechanismStatement ; kg:subject kgd:Drug_x ; kg:predicate kg:inhibits ; kg:object kgd:Process_growth ;
  {facts} .
kgd:S2 a kg:MechanismStatement ; kg:subject kgd:Process_growth ; kg:predicate kg:inhibits ;
  kg:object kgd:AdverseEvent_pain ; {hedged} .
kgd:S3 a kg:BridgeStatement ; kg:subject kgd:Drug_x ; kg:predicate kg:increases ; kg:object kgd:AdverseEvent_itch ;
  kg:ground kg:CuratorJudgement ; kg:groundNote "A guess." ; {facts} .
kgd:S4 a kg:NetEffectStatement ; kg:subject kgd:Drug_x ; kg:predicate kg:increases ; kg:object kgd:AdverseEvent_itch ;
  {facts} .
kgd:S5 a kg:MechanismStatement ; kg:subject kgd:Process_growth ; kg:predicate kg:increases ;
  kg:object kgd:Process_last ;
  {facts} .
""",
    )
    return load(files, cache=False)


def test_paths_end_at_events_and_last_processes(made: Graph) -> None:
    """With the sign multiplied and the certainty of the weakest step; neither a lone bridge nor a net effect is one."""
    assert _paths(made) == [
        ("kgd:Drug_x", "kgd:Process_last", "decreases", "1", "xnib --| growth --> last", "kg:AssertedAsFact"),
        ("kgd:Drug_x", "kgd:AdverseEvent_pain", "increases", "1", "xnib --| growth ..| pain", "kg:Possible"),
    ]


def test_two_paths_of_one_name_are_refused(made: Graph) -> None:
    """A drug and a regimen of one name would share a record."""
    more = """
kgd:Regimen_x a kg:Regimen ; rdfs:label "xnib alone" .
kgd:S6 a kg:MechanismStatement ; kg:subject kgd:Regimen_x ; kg:predicate kg:inhibits ; kg:object kgd:Process_growth ;
  kg:polarity kg:Affirmed ; kg:certainty kg:AssertedAsFact ; kg:context kgd:Context_any_cell .
"""
    write(made.files.root, "data/triples/more.ttl", PREFIXES + more)
    with pytest.raises(DataError, match=r"kgd:Path_x_\w+ would be two paths, kgd:Drug_x to .* and kgd:Regimen_x to "):
        load(made.files, cache=False)


def test_paths_walk_what_explain_walks(graph: Graph) -> None:
    """Each recorded path is one of those that `kg explain` prints, sign and certainty included."""
    paths = _paths(graph)
    assert len(paths) >= 20
    for start, end, sign, _, _, certainty in paths:
        found = {(path.sign_word, path.certainty) for path in explain(graph, start, end).paths}
        label = graph.query("SELECT ?l { ?c rdfs:label ?l }", c=certainty).rows[0][0]
        assert (sign, label) in found


def test_outcome_rows_give_the_drug(graph: Graph) -> None:
    """No row of Vd or of lenalidomide alone: every row's regimen gives an XPO1 inhibitor."""
    rows = list(graph.query("mechanism_to_outcome"))
    given = set(
        graph.query(
            "SELECT ?l { ?r a kg:Regimen ; rdfs:label ?l ; kg:includesDrug ?drug ."
            " ?drug kg:inDrugClass kgd:DrugClass_XPO1_inhibitor }"
        ).column("l")
    )
    assert {row["regimen"] for row in rows} <= given
    assert not {"Vd", "lenalidomide monotherapy"} & {row["regimen"] for row in rows}
    assert {row["path_sign"] for row in rows} == {"increases", ""}
    assert all(bool(row["mechanism_path"]) == bool(row["path_sign"]) == bool(row["certainty"]) for row in rows)


def test_outcome_rows_are_all_measured_events(graph: Graph) -> None:
    """Each event of an arm with the drug stands once, with or without a mechanism."""
    rows = [
        (row["adverse_event"], row["study"], row["arm"], row["grade"], row["value"])
        for row in graph.query("mechanism_to_outcome")
    ]
    regimens = {row["regimen"] for row in graph.query("mechanism_to_outcome")}
    measured = [
        (row["measure"], row["study"], row["arm"], row["grade"], row["value"])
        for row in graph.query("measured_values", category="adverse event")
        if row["regimen"] in regimens and row["value"] and row["arm"] != "not stated"
    ]
    assert sorted(rows) == sorted(measured)


def test_control_value_is_of_the_other_arm(graph: Graph) -> None:
    """BOSTON's thrombocytopenia of grades 3 and 4 stands beside that of Vd."""
    [row] = [
        row
        for row in graph.query("mechanism_to_outcome", adverse_event="thrombocytopenia", study="BOSTON")
        if row["grade"] == "3-4"
    ]
    assert (row["arm"], row["value"], row["control_value"], row["path_sign"]) == ("BOSTON XVd", "39", "17", "increases")
