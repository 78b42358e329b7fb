"""The links to other vocabularies: the table, the Turtle made from it, and whether others still have what it names."""

from __future__ import annotations

import re
import subprocess
import sys
from collections import Counter
from functools import cache
from importlib.util import find_spec
from pathlib import Path

import pytest
import yaml

from kg import Graph, load
from kg.errors import DataError
from kg.files import default_files
from kg.links import NO_TERM, PREDICATES, Link, links_turtle, main, read_links
from kg.terms import PREFIXES, expand
from small_project import make_project

TABLE = default_files().ontology / "links.sssom.tsv"
SSSOM = Path(sys.executable).with_name("sssom")
LINKS = read_links(TABLE)

# Our own names, and the vocabularies that RDF itself is written in; everything else is looked up in the Bioregistry.
OWN = {"kg", "kgd", "kgg"}
# Vocabularies without a licence that plainly allows the copying of labels: identifiers only.
UNLABELLED = {"drugbank", "rxnorm", "atc", "pubchem.compound", "clinicaltrials", "euclinicaltrials", "anzctr"}
UNLABELLED |= {"doi", "pubmed", "pmc"}  # titles stand in the data
# What the issue of linking outward is about: every such thing is linked, or its row says where a term was sought.
COVERED = [
    "kg:Protein",
    "kg:ProteinGroup",
    "kg:Drug",
    "kg:DrugClass",
    "kg:Disease",
    "kg:AdverseEvent",
    "kg:BiologicalProcess",
    "kg:Compartment",
    "kg:CellType",
    "kg:EvidenceKind",
    "kg:Statistic",
    "kg:Study",
    "kg:StudyProgramme",
    "kg:Reference",
]


@pytest.fixture(scope="module")
def graph() -> Graph:
    return load()


def _prefix(link: Link) -> str:
    return link.object_id.partition(":")[0]


# ---- the table


def test_turtle_is_made_from_the_table() -> None:
    """Nobody edits the Turtle, and nobody forgets to write it anew."""
    written = (default_files().ontology / "links.ttl").read_text(encoding="utf-8")
    assert links_turtle(LINKS) == written


def test_command_writes_the_turtle(tmp_path: Path) -> None:
    """The module run as a program writes the file beside the table of its project."""
    files = make_project(tmp_path)
    header = "# a line about the table\n" + "\t".join(Link._fields) + "\n"
    row = Link("kgd:Drug_a", "a", "skos:exactMatch", "doi:10.1/x", "", "", "", "", "")
    (files.ontology / "links.sssom.tsv").write_text(header + "\t".join(row) + "\n", encoding="utf-8")
    main(files)
    written = (files.ontology / "links.ttl").read_text(encoding="utf-8")
    assert written.endswith("kgd:Drug_a skos:exactMatch <https://doi.org/10.1/x> .\n")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("# nothing\n", "the columns are subject_id, .*, not none"),
        ("subject_id\tobject_id\n", "the columns are subject_id, subject_label, "),
        ("\t".join(Link._fields) + "\nkgd:Drug_a\ta\n", r"\['kgd:Drug_a', 'a'\] has 2 cells of 9"),
    ],
)
def test_broken_table_is_named(tmp_path: Path, text: str, message: str) -> None:
    """Columns and lengths of rows are read strictly."""
    path = tmp_path / "links.sssom.tsv"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(DataError, match=message):
        read_links(path)


def _validated(path: Path) -> tuple[int, str]:
    # A process of its own: the package sets options at import that pandas warns of.
    done = subprocess.run([str(SSSOM), "validate", str(path)], capture_output=True, text=True, check=False)
    return done.returncode, done.stdout + done.stderr


def test_sssom_accepts_the_table() -> None:
    """The validator of the standard finds nothing."""
    assert _validated(TABLE)[0] == 0


def test_sssom_rejects_a_made_up_justification(tmp_path: Path) -> None:
    """The same validator sees one wrong cell of the same table."""
    broken = tmp_path / "links.sssom.tsv"
    text = TABLE.read_text(encoding="utf-8")
    broken.write_text(text.replace("semapv:ManualMappingCuration", "semapv:Guess", 1), encoding="utf-8")
    code, said = _validated(broken)
    assert code != 0
    assert "semapv:Guess" in said


def test_head_of_the_table_agrees_with_the_project() -> None:
    """Its prefixes are those of the one table, its version is that of the ontology."""
    lines = [line[1:] for line in TABLE.read_text(encoding="utf-8").splitlines() if line.startswith("#")]
    head = yaml.safe_load("\n".join(lines))
    ours = {name: space for name, space in head["curie_map"].items() if name in PREFIXES}
    assert ours == {name: PREFIXES[name] for name in ours}
    assert head["curie_map"].keys() - ours.keys() == {"bioregistry", "semapv", "sssom"}
    used = {_prefix(link) for link in LINKS if link.found} | {link.subject_id.partition(":")[0] for link in LINKS}
    assert head["curie_map"].keys() == used | {"bioregistry", "semapv", "skos", "sssom"}
    [version] = load(derive=False).query("SELECT ?v { ?ontology owl:versionInfo ?v }").column("v")
    assert head["mapping_set_version"] == version


def test_rows_say_where_they_were_seen() -> None:
    """Each names its vocabulary and the file; one read from a cross-reference says that it is weaker."""
    assert len(LINKS) == 930
    assert [link for link in LINKS if not link.object_source_version] == []
    found = [link for link in LINKS if link.found]
    assert [link for link in found if link.object_source != f"bioregistry:{_prefix(link)}"] == []
    assert {link.predicate_id for link in found} == set(PREDICATES)
    chained = [link for link in LINKS if link.mapping_justification == "semapv:MappingChaining"]
    assert chained == [link for link in LINKS if "one hop weaker" in link.comment]
    assert len(chained) == 17
    rest = {link.mapping_justification for link in LINKS} - {"semapv:MappingChaining"}
    assert rest == {"semapv:ManualMappingCuration"}


def test_rows_keep_to_the_licences() -> None:
    """Labels are copied only where the vocabulary's licence allows; nothing comes from MedDRA."""
    bare = {_prefix(link) for link in LINKS if link.found and not link.object_label}
    assert bare == UNLABELLED
    assert {_prefix(link) for link in LINKS if link.object_label}.isdisjoint(UNLABELLED)
    assert "meddra" not in {_prefix(link).casefold() for link in LINKS}


def test_subjects_bear_their_labels(graph: Graph) -> None:
    """The label in the table is the one of the graph; references have a number for a name."""
    labels = dict(graph.query("SELECT ?thing ?label { ?thing rdfs:label ?label }").rows)
    told = {link.subject_id: link.subject_label for link in LINKS}
    works = {name for name in told if name.startswith(("kgd:Reference_", "kgd:Work_"))}
    assert {name: labels.get(name) for name in told.keys() - works} == {
        name: told[name] for name in told.keys() - works
    }
    assert all(told[name] == f"reference {name.partition('_')[2]}" for name in works - {"kgd:Work_review"})


def test_nothing_is_linked_twice() -> None:
    """A thing has one relation to a term; a term is the exact match of one thing; what was found is not sought."""
    pairs = Counter((link.subject_id, link.object_id) for link in LINKS)
    assert [pair for pair, count in pairs.items() if count > 1] == []
    exact = Counter(link.object_id for link in LINKS if link.found and link.predicate_id == "skos:exactMatch")
    assert [term for term, count in exact.items() if count > 1] == []
    found = {link.subject_id for link in LINKS if link.found}
    assert found & {link.subject_id for link in LINKS if not link.found} == set()


def test_everything_named_is_linked_or_was_sought(graph: Graph) -> None:
    """Proteins to references: each has a term, or a row that says where one was looked for."""
    rows = {link.subject_id for link in LINKS}
    for kind in COVERED:
        things = graph.query(f"SELECT DISTINCT ?thing {{ ?thing a {kind} }}").column("thing")
        assert things
        assert set(things) - rows == set(), kind


def test_every_relation_is_linked_or_was_sought(graph: Graph) -> None:
    """So does each predicate of statements; the inverse of one needs no row of its own."""
    relations = graph.query("""SELECT DISTINCT ?p {
        { ?p rdfs:subPropertyOf+ kg:claimPredicate } UNION { ?p rdfs:subPropertyOf* kg:causallyAffects }
        FILTER NOT EXISTS { ?other owl:inverseOf ?p } }""").column("p")
    assert len(relations) > 80
    assert set(relations) - {link.subject_id for link in LINKS} == set()


def test_sought_rows_say_how() -> None:
    """No term found means: looked for there, in this way."""
    sought = [link for link in LINKS if link.object_id == NO_TERM]
    assert len(sought) == 216
    assert [link for link in sought if not (link.object_source.startswith("bioregistry:") and link.comment)] == []


def test_identifiers_in_the_data_are_linked(graph: Graph) -> None:
    """DOI, PMID and registry number stand in the data for tables and in the links for machines: they agree."""
    linked = {(link.subject_id, link.object_id) for link in LINKS if link.found}
    for pattern, prefix in (("kg:doi", "doi"), ("kg:pmid", "pubmed")):
        said = set(graph.query(f"SELECT ?work ?id {{ ?work {pattern} ?id }}").rows)
        assert {(work, f"{prefix}:{name}") for work, name in said} == {
            (work, term) for work, term in linked if term.startswith(f"{prefix}:")
        }
    numbers = set(graph.query("SELECT ?study ?id { ?study kg:registryId ?id }").rows)
    registers = {f"clinicaltrials:{number}" for _, number in numbers if number.startswith("NCT")}
    assert registers == {term for _, term in linked if term.startswith("clinicaltrials:")}
    assert {name for name, term in linked if term.startswith("clinicaltrials:")} <= {study for study, _ in numbers}


# ---- what others say today


@cache
def _biolink_slots() -> dict[str, dict[str, object]]:
    """Read the relations of the installed Biolink model, by the names they have in IRIs."""
    spec = find_spec("biolink_model")
    assert spec is not None
    assert spec.submodule_search_locations is not None
    model = Path(spec.submodule_search_locations[0]) / "schema" / "biolink_model.yaml"
    slots = yaml.load(model.read_text(encoding="utf-8"), Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))["slots"]
    return {name.replace(" ", "_"): slot or {} for name, slot in slots.items()}


def drifted(links: list[Link], slots: dict[str, dict[str, object]]) -> list[str]:
    """Name the Biolink relations in links that the model has no more, has under another label, or advises against."""
    linked = {(link.object_id.partition(":")[2], link.object_label) for link in links if _prefix(link) == "biolink"}
    return [
        name
        for name, label in sorted(linked)
        if name not in slots or label.replace(" ", "_") != name or slots[name].get("deprecated")
    ]


def test_biolink_still_has_our_relations() -> None:
    """Every Biolink relation that the table names is in the pinned model, and not deprecated."""
    assert len({link.object_id for link in LINKS if _prefix(link) == "biolink"}) > 15
    assert drifted(LINKS, _biolink_slots()) == []


def test_drift_of_biolink_is_seen() -> None:
    """A relation that goes, or is deprecated, is named."""
    slots = {name: slot for name, slot in _biolink_slots().items() if name != "affects"}
    assert drifted(LINKS, slots) == ["affects"]
    assert drifted(LINKS, {**_biolink_slots(), "causes": {"deprecated": "true"}}) == ["causes"]


def test_prefixes_are_those_of_the_bioregistry() -> None:
    """Each name of the prefix table is one that the Bioregistry prefers, with a namespace it knows for it."""
    import bioregistry

    outside = {name: space for name, space in PREFIXES.items() if name not in OWN}
    assert len(outside) > 40
    assert {name: bioregistry.normalize_prefix(name) for name in outside} == {name: name for name in outside}
    known = {name: bioregistry.get_resource(name, strict=True).get_uri_prefixes() for name in outside}
    assert [name for name, space in outside.items() if space not in known[name]] == []


def test_identifiers_have_the_form_of_their_vocabulary() -> None:
    """Each local identifier fits the pattern that the Bioregistry gives; so a wrong digit count is seen."""
    import bioregistry

    found = {link.object_id: bioregistry.get_pattern(_prefix(link)) for link in LINKS if link.found}
    wrong = [name for name, form in found.items() if form and not re.fullmatch(form, name.partition(":")[2])]
    assert wrong == ["anzctr:ACTRN12620000291987p"]  # the p of a provisional registration
    assert expand("sio:001000") == "http://semanticscience.org/resource/SIO_001000"  # the form of SIO's own file
