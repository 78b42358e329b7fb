"""A second source goes in as data files alone, and what it prints is never taken for what the review prints."""

import json
import shutil
from pathlib import Path

import jsonschema
import pytest

from kg import Graph, cli
from kg.cite import cite
from kg.export import make_bundle
from kg.files import Files
from kg.report import report
from kg.store import load as load_project
from kg.token_table import read_tokens
from kg.tour import read_tour
from kg.view import view

PAPER = Path(__file__).parent / "second_source"
NAME = "Doe 2025"
MARCH_ORR = {"kgd:Value_MARCH_ORR_text", "kgd:Value_MARCH_ORR_table2"}


@pytest.fixture(scope="module")
def before(loaded: Graph) -> Graph:
    return loaded


@pytest.fixture(scope="module")
def project(before: Graph, tmp_path_factory: pytest.TempPathFactory) -> Files:
    """Copy the project, and put the paper's data files among the others."""
    root = tmp_path_factory.mktemp("project")
    for name in ("ontology", "data", "queries"):
        shutil.copytree(before.files.root / name, root / name)
    (root / "tests").mkdir()
    shutil.copy(before.files.tokens, root / "tests")
    added = sorted(PAPER.glob("*.ttl"))
    assert [path.name for path in added] == ["mechanism_Doe_2025.ttl", "source_Doe_2025.ttl", "trial_OSPREY.ttl"]
    for path in added:
        shutil.copy(path, root / "data" / "triples")
    return Files(root)


@pytest.fixture(scope="module")
def graph(project: Files) -> Graph:
    return load_project(project, cache=False)


@pytest.fixture
def at_home(project: Files, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KG_HOME", str(project.root))
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))


def _rows(graph: Graph, question: str, **params: str) -> list[dict[str, str]]:
    return list(graph.query(question, **params))


def test_all_checks_pass(graph: Graph) -> None:
    """The paper's files are data like any other."""
    assert graph.check().faults == []


def test_its_numbers_are_answered_with_their_source(graph: Graph) -> None:
    """Each figure of the trial, with the name of the paper before the part that it stands in."""
    rows = _rows(graph, "reported_values", study="OSPREY")
    told = [(row["measure"], row["printed"], row["n"], row["source"], row["references"]) for row in rows]
    assert told == [
        ("patients", "40", "", "Doe 2025 text", "Doe 2025: 1"),
        ("ORR", "35.0", "40", "Doe 2025 text", "Doe 2025: 1"),
        ("thrombocytopenia", "45.0", "40", "Doe 2025 text", "Doe 2025: 1"),
        ("patients", "40", "", "Doe 2025 table 1", ""),
        ("ORR", "35.0", "40", "Doe 2025 table 1", ""),
    ]
    assert rows[1]["place"] == "Doe 2025 text 102-106"
    assert rows[4]["place"] == "Doe 2025 table 1 | OSPREY | Response rates | 468-472"


def test_the_review_still_says_what_it_said(before: Graph, graph: Graph) -> None:
    """Every row of the review stands as it did, but that the figure the paper disagrees with is disputed."""
    for question in ("reported_values", "statements", "regimen_components", "references"):
        known = {row[0]: row for row in before.query(question).rows}
        now = {row[0]: row for row in graph.query(question).rows}
        changed = {name for name, row in known.items() if now[name] != row}
        assert (
            changed
            == {
                "reported_values": MARCH_ORR,
                "statements": {"kgd:Statement_selinexor_inhibits_XPO1"},
                "regimen_components": set(),
                "references": set(),
            }[question]
        )
    values = {row["value_id"]: row for row in _rows(graph, "reported_values")}
    assert {values[name]["flags"] for name in MARCH_ORR} == {"disputed"}
    assert {values[name]["n"] for name in MARCH_ORR} == {"82"}


def test_two_sources_of_one_measurement_are_one_row(graph: Graph) -> None:
    """The review's figure stands for it, the paper's is beside; nobody's group size is lent to the other."""
    (row,) = [r for r in _rows(graph, "measured_values", study="MARCH") if r["measurement_id"].endswith("MARCH_ORR")]
    assert (row["value"], row["n"], row["alternatives"], row["n_reports"]) == ("29.3", "82", "30.5", "3")
    assert row["discrepancy"] == "kgd:Discrepancy_MARCH_ORR_Doe"
    (theirs,) = [r for r in _rows(graph, "reported_values", study="MARCH") if r["source"].startswith(NAME)]
    assert (theirs["printed"], theirs["n"], theirs["n_basis"]) == ("30.5", "", "not stated")


def test_the_disagreement_is_told(graph: Graph) -> None:
    """Who printed what, on either side."""
    (row,) = [row for row in _rows(graph, "discrepancies") if NAME in row["source_a"] + row["source_b"]]
    assert (row["type"], row["study"], row["measure"], row["status"]) == ("between sources", "MARCH", "ORR", "open")
    assert (row["value_a"], row["source_a"], row["value_b"], row["source_b"]) == (
        "29.3",
        "text",
        "30.5",
        "Doe 2025 text",
    )


def test_its_mechanism_is_walked_and_its_denial_is_not(graph: Graph) -> None:
    """The new step is a path; what it denies stays denied."""
    found = graph.explain("selinexor", "frobination")
    assert "refs Doe 2025: 1   Doe 2025 text 296-342" in found.text()
    assert [path.sign_word for path in found.paths] == ["decreases"]
    rows = _rows(graph, "statements", object="frobination")
    assert [(row["polarity"], row["evidence_kind"], row["source"], row["references"]) for row in rows] == [
        ("negated", "in vitro", "Doe 2025 text", ""),
        ("affirmed", "in vitro", "Doe 2025 text", "Doe 2025: 1"),
    ]


def test_one_claim_of_two_sources_is_one_statement(graph: Graph) -> None:
    """Both places and both lists of references stand on it, each under its own name."""
    (row,) = [r for r in _rows(graph, "statements") if r["statement_id"] == "kgd:Statement_selinexor_inhibits_XPO1"]
    assert row["source"] == "Doe 2025 text; text"
    assert row["references"] == "37; 38; 39; 40; Doe 2025: 3"
    bibtex = cite(graph, "Statement_selinexor_inhibits_XPO1")
    assert "note = {kgd:Statement_selinexor_inhibits_XPO1: Doe 2025 text 246-269}" in bibtex
    assert "note = {kgd:Statement_selinexor_inhibits_XPO1: text 49002-49041; text 6880-6920}" in bibtex
    assert cite(graph, "Value_OSPREY_ORR_Doe_text").startswith("@article{doe2025,")


def test_its_works_are_listed_under_its_name(graph: Graph) -> None:
    """Number 1 of the paper's list is not number 1 of the review's."""
    rows = [row for row in _rows(graph, "references") if row["number"].startswith(NAME)]
    assert [row["number"] for row in rows] == ["Doe 2025: 1", "Doe 2025: 2", "Doe 2025: 3"]
    assert rows[2]["cited_by"] == "kgd:Statement_selinexor_inhibits_XPO1"
    (first,) = [row for row in _rows(graph, "references") if row["number"] == "1"]
    assert first["first_author"] == "Chari A"


def test_mechanism_meets_its_outcome(graph: Graph) -> None:
    """The paper's thrombocytopenia stands beside the path that explains it."""
    rows = _rows(graph, "mechanism_to_outcome", study="OSPREY", adverse_event="thrombocytopenia")
    assert [(row["value"], row["n"], row["path_sign"]) for row in rows] == [("45", "40", "increases")]
    assert "Doe 2025: 1" in rows[0]["references"].split("; ")


def test_the_page_draws_it_and_names_both_sources(graph: Graph) -> None:
    """The new step with its place, and at the foot what each source is."""
    page = view(graph, "mechanism").html
    assert "kgd:Statement_selinexor_decreases_frobination" in page
    assert "Doe 2025 text 296-342" in page
    assert '"Doe 2025: 1"' in page
    assert "Source Doe 2025: Doe J et al. Xd in a made-up trial." in page
    assert "Source: Huang Q et al." in page


def test_the_tour_cites_both_lists(graph: Graph) -> None:
    """The card of a claim that both make has the works of both, the review's first."""
    cards = {card.key: card for step in read_tour(graph).steps for card in step.cards}
    assert cards["kgd:Statement_selinexor_inhibits_XPO1"].references == ("37", "38", "39", "40", "Doe 2025: 3")


def test_the_review_s_tables_stay_its_own(before: Graph, graph: Graph) -> None:
    """Table 1 of the paper is no part of Table 1 of the review."""
    tokens = read_tokens(before.files.tokens)
    for table in (1, 2):
        assert report(graph, table, tokens).render("csv") == report(before, table, tokens).render("csv")


def test_exports_have_it(graph: Graph) -> None:
    """Claims in KGX and GraphML, figures in CSV, all of it in RDF; every row keeps its schema."""
    edges = {edge["id"]: edge for edge in map(json.loads, make_bundle(graph, "kgx").files["edges.jsonl"].splitlines())}
    step = edges["kgd:Statement_selinexor_decreases_frobination"]
    assert (step["subject"], step["object"], step["negated"]) == (
        "kgd:Drug_selinexor",
        "kgd:Process_frobination",
        False,
    )
    assert edges["kgd:Statement_selinexor_affects_frobination_osteoblast"]["negated"] is True
    assert "Doe 2025 text 296-342" in make_bundle(graph, "graphml").files["graph.graphml"]
    assert "kgd:Value_MARCH_ORR_Doe_text" in make_bundle(graph, "turtle").files["data.ttl"]
    made = make_bundle(graph, "csv").files
    assert "Doe 2025 text 210-214" in made["reported_values.csv"]
    for name in ("reported_values", "statements", "discrepancies", "references"):
        validator = jsonschema.Draft202012Validator(json.loads(made[f"{name}.schema.json"]))
        assert [fault.message for row in graph.query(name) for fault in validator.iter_errors(row)] == []


@pytest.mark.usefixtures("at_home")
def test_places_are_read_in_their_own_text(capsys: pytest.CaptureFixture[str]) -> None:
    """The paper's text is read for its places; without it they are counted, not passed over in silence."""
    assert cli.main(["verify", "--text", str(PAPER / "paper.txt")]) == 0
    assert capsys.readouterr().out.splitlines()[-1] == "9 places read again, 0 faults"
    assert cli.main(["verify"]) == 0
    assert "9 places of other sources are not read: give their text with --text" in capsys.readouterr().out


@pytest.mark.usefixtures("at_home")
def test_a_wrong_place_of_the_paper_is_found(
    project: Files, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """A figure that the text does not have there is a fault, told by its value."""
    shutil.copytree(project.root, tmp_path / "wrong")
    path = tmp_path / "wrong" / "data" / "triples" / "trial_OSPREY.ttl"
    text = path.read_text(encoding="utf-8").replace(
        'kg:value 45.0 ; kg:printed "45.0"', 'kg:value 54.0 ; kg:printed "54.0"'
    )
    path.write_text(text, encoding="utf-8")
    monkeypatch.setenv("KG_HOME", str(tmp_path / "wrong"))
    assert cli.main(["verify", "--text", str(PAPER / "paper.txt")]) == 1
    assert (
        "kgd:Value_OSPREY_thrombocytopenia_Doe_text: printed '54.0', but 155-159 is '45.0'" in capsys.readouterr().out
    )


def test_located_places_are_those_of_the_files(capsys: pytest.CaptureFixture[str]) -> None:
    """`kg locate --rendition` prints what the data files have."""
    call = [
        "locate",
        "--text",
        str(PAPER / "paper.txt"),
        "--rendition",
        "kgd:Rendition_Doe_2025",
        "--section",
        "Results",
    ]
    assert cli.main([*call, "--find", "30.5", "--name", "kgd:Place_Doe_MARCH_ORR"]) == 0
    printed = " ".join(capsys.readouterr().out.split())
    assert printed in " ".join((PAPER / "trial_OSPREY.ttl").read_text(encoding="utf-8").split())
