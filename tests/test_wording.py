"""The words of a clause decide how sure it is and whether it denies, by the guide in docs/certainty.md."""

from __future__ import annotations

import csv
import re
from pathlib import Path

import pytest

from kg import load
from kg.source import parse_rendition
from kg.store import Graph
from kg.wording import CUES, NEGATIONS, Wording, read_wording, wording_faults
from small_project import PREFIXES, make_project, write

HERE = Path(__file__).parent
with (HERE / "certainty_phrases.tsv").open(encoding="utf-8", newline="") as lines:
    PHRASES = [tuple(row.values()) for row in csv.DictReader(lines, delimiter="\t")]


@pytest.fixture(scope="module")
def graph() -> Graph:
    return load()


def test_phrases_are_many_and_short() -> None:
    """At least 40, each a few words, of every certainty and both polarities."""
    assert len({phrase for phrase, *_ in PHRASES}) == len(PHRASES) >= 40
    assert max(len(phrase.split()) for phrase, *_ in PHRASES) <= 7
    certainties = {label for label, _ in CUES} | {"asserted as fact"}
    assert {certainty for _, certainty, _, _ in PHRASES} == certainties
    assert {polarity for _, _, polarity, _ in PHRASES} == {"affirmed", "negated"}


@pytest.mark.parametrize(("phrase", "certainty", "polarity", "statement"), PHRASES)
def test_phrase_reads_by_the_guide(graph: Graph, phrase: str, certainty: str, polarity: str, statement: str) -> None:
    """The table of cues gives the certainty and polarity, and the statement printed in those words has them."""
    found = read_wording(phrase)
    assert (found.certainty, found.polarity) == (certainty, polarity)
    recorded = graph.query(
        "SELECT ?certainty ?polarity { ?s kg:certainty/rdfs:label ?certainty ; kg:polarity/rdfs:label ?polarity }",
        s=statement,
    )
    assert recorded.rows == [(certainty, polarity)]


@pytest.mark.parametrize(
    ("clause", "expected"),
    [
        ("It does NOT\nappear to work", Wording("suggested", "appear", "negated", "not")),
        ("effects of <i>no</i> drug", Wording("asserted as fact", "", "negated", "no")),
        ("notable findings in May", Wording("possible", "may", "affirmed", "")),
        ("the mayor knows nothing", Wording("asserted as fact", "", "affirmed", "")),
        ("strongly suggesting what may be", Wording("strongly suggested", "strongly suggesting", "affirmed", "")),
    ],
)
def test_cues_are_whole_words(clause: str, expected: Wording) -> None:
    """Case, line ends and markup do not count; a cue inside a longer word does not either."""
    assert read_wording(clause) == expected


def test_guide_lists_every_cue() -> None:
    """The guide for people and the table of the program name the same words under the same certainty."""
    guide = (HERE.parent / "docs" / "certainty.md").read_text(encoding="utf-8")
    rows = dict(re.findall(r"^\| ([a-z ]+) \| (.*?) \|", guide, re.MULTILINE))
    for label, cues in CUES:
        assert all(cue.rstrip("*") in rows[label] for cue in cues), label
    assert all(cue.rstrip("*") in rows["negated"] for cue in NEGATIONS)


def test_recorded_otherwise_than_worded_is_a_fault(tmp_path: Path) -> None:
    """A lost hedge and a lost denial are named with the words; a note or a second clause that agrees settles it."""
    text = "#### Results\n\nAknib may stop cells. Aknib does not stop pain. Aknib might do good.\n"
    files = make_project(tmp_path)
    clauses = {"hedge": "Aknib may stop cells", "denial": "Aknib does not stop pain", "noted": "Aknib might do good"}
    said = "kg:certainty kg:AssertedAsFact ; kg:polarity kg:Affirmed"
    lines = [
        f"kgd:S_{name} kg:subject kgd:Drug_a ; {said} ; kg:evidenceLine [ kg:locator [ oa:hasSelector "
        f"[ oa:start {text.index(clause)} ; oa:end {text.index(clause) + len(clause)} ] ] ]"
        + (' ; skos:editorialNote "Read twice." .' if name == "noted" else " .")
        for name, clause in clauses.items()
    ]
    words = (
        'kg:AssertedAsFact rdfs:label "asserted as fact" . kg:Affirmed rdfs:label "affirmed" .\n'
        "@prefix skos: <http://www.w3.org/2004/02/skos/core#> .\n@prefix oa: <http://www.w3.org/ns/oa#> .\n"
    )
    write(files.root, "data/triples/claims.ttl", PREFIXES + words + "\n".join(lines))
    faults = wording_faults(load(files, cache=False), parse_rendition(text.encode()))
    assert {fault.subject: fault.message.partition(":")[0] for fault in faults} == {
        "kgd:S_hedge": "worded as possible and affirmed (may), recorded as asserted as fact and affirmed",
        "kgd:S_denial": "worded as asserted as fact and negated (not), recorded as asserted as fact and affirmed",
    }
