"""Two releases are told apart by fact, whatever their files look like."""

import json
from pathlib import Path

import pytest

from kg import cli
from kg.diff import Change, diff
from kg.errors import DataError, KgError, UsageError
from kg.export import export
from kg.files import Files
from kg.store import load
from small_project import DRUGS, PREFIXES, make_project, write

# One figure, one span and one label differ; a record is new and one is gone.
LATER = (
    DRUGS.replace('kg:value 50.0 ; kg:printed "50.0"', 'kg:value 51.5 ; kg:printed "51.5"')
    .replace("oa:start 7", "oa:start 8")
    .replace('"aknib"', '"aknib", "akinib"')
    + 'kgd:Drug_c a kg:Drug ; rdfs:label "ceknib" .\n'
)
SELECTOR = "[ oa:end 9 ; oa:start %d ]"
CHANGES = [
    Change("added", "kgd:Drug_a", "rdfs:label", "", '"akinib"'),
    Change("changed", "kgd:Drug_b", "kg:printed", '"50.0"', '"51.5"'),
    Change("changed", "kgd:Drug_b", "kg:value", "50", "51.5"),
    Change("added", "kgd:Drug_c", "rdf:type", "", "kg:Drug"),
    Change("added", "kgd:Drug_c", "rdfs:label", "", '"ceknib"'),
    Change("changed", "kgd:Place_y", "oa:hasSelector", SELECTOR % 7, SELECTOR % 8),
]


@pytest.fixture
def old(tmp_path: Path) -> Files:
    return make_project(tmp_path / "old")


@pytest.fixture
def new(tmp_path: Path) -> Files:
    files = make_project(tmp_path / "new")
    write(files.root, "data/triples/drugs.ttl", PREFIXES + LATER)
    return files


def test_projects_differ_by_fact(old: Files, new: Files) -> None:
    """Each change once, with the values on either side; a span without a name is told by what it is."""
    found = diff(old.root, new.root)
    assert sorted(found.changes) == sorted(CHANGES)
    assert (found.new_records, found.gone_records) == ({"kgd:Drug_c"}, set())
    back = diff(new.root, old.root)
    assert (back.new_records, back.gone_records) == (set(), {"kgd:Drug_c"})
    assert len(back.changes) == len(CHANGES)


@pytest.mark.parametrize("form", ["turtle", "ntriples", "rdfxml", "jsonld", "rdf12", "void"])
def test_exports_of_any_rdf_format_compare(old: Files, new: Files, tmp_path: Path, form: str) -> None:
    """A project and its own export say the same; two exports differ as their projects do."""
    for files in (old, new):
        export(load(files, cache=False), form, tmp_path / form / files.root.name)
    assert diff(old.root, tmp_path / form / "old").changes == []
    assert sorted(diff(tmp_path / form / "old", tmp_path / form / "new").changes) == sorted(CHANGES)


def test_a_file_of_its_own_compares(old: Files, tmp_path: Path) -> None:
    """The same facts in another order, under other names for what has none, are no change."""
    first, second = write(tmp_path, "a.ttl", PREFIXES + DRUGS), tmp_path / "b.nt"
    lines = export(load(old, cache=False), "ntriples", tmp_path / "nt")[1].read_text(encoding="utf-8").splitlines()
    second.write_text("\n".join(reversed([line for line in lines if "#type" not in line])) + "\n", encoding="utf-8")
    changes = diff(first, second).changes
    assert [(change.record, change.property) for change in changes] == [
        ("kgd:Drug_a", "rdf:type"),
        ("kgd:Drug_b", "rdf:type"),
    ]


def test_derived_facts_only_if_asked(old: Files, new: Files) -> None:
    """What follows from a change is told by --derived."""
    write(new.root, "data/triples/drugs.ttl", PREFIXES + DRUGS + "kgd:Drug_a kg:inhibits kgd:Protein_q .\n")
    assert [change.record for change in diff(old.root, new.root).changes] == ["kgd:Drug_a"]
    derived = diff(old.root, new.root, derived=True).changes
    assert [(change.record, change.property) for change in derived] == [
        ("kgd:Drug_a", "kg:inhibits"),
        ("kgd:Protein_q", "kg:inhibitedBy"),
    ]


def test_nameless_records_are_compared(old: Files, new: Files) -> None:
    """An axiom without a name is told whole; one that points at itself ends."""
    write(new.root, "data/triples/drugs.ttl", PREFIXES + DRUGS + "[] a owl:AllDisjointClasses ; kg:value 1 .\n")
    (change,) = diff(old.root, new.root).changes
    assert change == Change("added", "(nameless)", "is", "", "[ kg:value 1 ; rdf:type owl:AllDisjointClasses ]")
    write(new.root, "data/triples/drugs.ttl", PREFIXES + DRUGS + "kgd:Drug_a kg:loop _:x . _:x kg:loop _:x .\n")
    (change,) = diff(old.root, new.root).changes
    assert change.new == "[ kg:loop [ the same ] ]"


def test_command_prints_plain_lines(old: Files, new: Files, capsys: pytest.CaptureFixture[str]) -> None:
    """Records with their labels, one line a property, and the counts; the exit code says that it was answered."""
    assert cli.main(["diff", str(old.root), str(new.root)]) == 0
    assert capsys.readouterr().out.splitlines() == [
        'kgd:Drug_a "akinib"',
        '  + rdfs:label: "akinib"',
        'kgd:Drug_b "beknib"',
        '  ~ kg:printed: "50.0" -> "51.5"',
        "  ~ kg:value: 50 -> 51.5",
        'kgd:Drug_c "ceknib" (new)',
        "  + rdf:type: kg:Drug",
        '  + rdfs:label: "ceknib"',
        "kgd:Place_y",
        f"  ~ oa:hasSelector: {SELECTOR % 7} -> {SELECTOR % 8}",
        "1 records new, 0 gone, 3 changed; properties: 3 added, 0 removed, 3 changed",
    ]
    assert cli.main(["diff", str(old.root), str(old.root)]) == 0
    assert capsys.readouterr().out == "both say the same\n"
    assert cli.main(["diff", str(old.root), str(new.root), "--format", "json"]) == 0
    assert [Change(*row.values()) for row in json.loads(capsys.readouterr().out)] == sorted(
        CHANGES, key=lambda change: change[1:]
    )


def test_labels_cannot_steer_a_terminal(old: Files, new: Files) -> None:
    """Control characters of a stranger's file are written out."""
    write(new.root, "data/triples/drugs.ttl", PREFIXES + DRUGS.replace('"aknib"', '"a\\u001b[31m\\nb"'))
    assert diff(old.root, new.root).render().splitlines()[0] == 'kgd:Drug_a "a\\u001B[31m\\nb"'


def test_what_cannot_be_read_is_told(old: Files, tmp_path: Path) -> None:
    """Neither a missing folder nor one without RDF reads as a release that says nothing."""
    with pytest.raises(KgError, match="there is no"):
        diff(old.root, tmp_path / "nowhere")
    (tmp_path / "empty").mkdir()
    with pytest.raises(DataError, match="neither a project folder"):
        diff(old.root, tmp_path / "empty")
    broken = write(tmp_path, "broken.ttl", "kgd:Drug_a a .\n")
    with pytest.raises(DataError, match=r"broken\.ttl:1"):
        diff(old.root, broken)
    with pytest.raises(DataError, match="no RDF file"):
        diff(old.root, write(tmp_path, "notes.txt", ""))
    with pytest.raises(UsageError, match="no format"):
        diff(old.root, old.root).render("xml")
    assert ("text", *cli.TABLE_FORMATS) == cli.DIFF_FORMATS
