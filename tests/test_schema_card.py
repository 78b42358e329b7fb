"""The schema card and llms.txt: every name exists, every query answers, every link leads somewhere."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from kg.questions import run
from kg.store import Graph
from kg.terms import KG, ONTOLOGY, expand

ROOT = Path(__file__).parents[1]
CARD = (ROOT / "docs" / "schema_card.md").read_text(encoding="utf-8")
QUERIES = re.findall(r"^```sparql\n(.*?)^```$", CARD, re.MULTILINE | re.DOTALL)


def _rows(section: str) -> list[list[str]]:
    """Cut the lines of the tables of a section into cells, without the heads."""
    lines = re.findall(
        r"^\| (`kg:.*?) ?\|$", CARD.partition(f"\n## {section}\n")[2].partition("\n## ")[0], re.MULTILINE
    )
    return [[cell.strip() for cell in line.split(" |")] for line in lines]


CLASSES = _rows("Classes and their properties")
FIXED = _rows("Fixed values")


def _names(cell: str) -> list[str]:
    return re.findall(r"`(\w+:\w+)`", cell)


def test_the_tables_of_the_card_are_read() -> None:
    """The tests below run over them."""
    assert (len(CLASSES), len(FIXED), len(QUERIES)) == (19, 12, 7)


def test_every_term_of_the_card_is_in_the_ontology() -> None:
    """A name that the ontology lacks would give a query without rows."""
    names = set(re.findall(r"\bkg:(\w+)", CARD))
    assert len(names) > 120
    assert [name for name in sorted(names) if name not in dir(KG)] == []


def test_every_thing_of_the_card_is_in_the_data(loaded: Graph) -> None:
    """Each has a label."""
    names = set(re.findall(r"\bkgd:(\w+)", CARD))
    assert len(names) > 10
    labelled = {row["thing"] for row in loaded.query("SELECT DISTINCT ?thing { ?thing rdfs:label ?label }")}
    assert [name for name in sorted(names) if f"kgd:{name}" not in labelled] == []


@pytest.mark.parametrize(("name", "always", "some"), CLASSES)
def test_records_have_the_properties_that_the_card_names(loaded: Graph, name: str, always: str, some: str) -> None:
    """Those of one column on every record of the class, those of the other on some but not on all."""
    [kind] = _names(name)
    records = _count(loaded, kind, "")
    on = {prop: _count(loaded, kind, f"FILTER EXISTS {{ ?record {prop} ?any }}") for prop in _names(always + some)}
    assert [prop for prop in _names(always) if on[prop] != records] == []
    assert [prop for prop in _names(some) if not 0 < on[prop] < records] == []


def _count(graph: Graph, name: str, condition: str) -> int:
    query = f"SELECT (COUNT(DISTINCT ?record) AS ?n) {{ ?record a/rdfs:subClassOf* {name} {condition} }}"
    return int(graph.query(query).column("n")[0])


@pytest.mark.parametrize(("prop", "told"), FIXED)
def test_fixed_values_are_used(loaded: Graph, prop: str, told: str) -> None:
    """Each value that the card lists stands behind the property somewhere."""
    used = {row["value"] for row in loaded.query(f"SELECT DISTINCT ?value {{ ?record {prop.strip('`')} ?value }}")}
    assert len(_names(told)) > 1
    assert [value for value in _names(told) if value not in used] == []


@pytest.mark.parametrize("query", QUERIES)
def test_queries_of_the_card_have_rows(loaded: Graph, query: str) -> None:
    """No pattern is a dead end."""
    assert len(run(loaded.store, query)) > 0


def test_signs_are_those_of_the_ontology(loaded: Graph) -> None:
    """The sentence on causal relations agrees with `kg:sign`."""
    sentence = re.search(r"Causal relations: (.*?) has `kg:sign` 1, (.*?) has -1", CARD, re.DOTALL)
    assert sentence
    found = loaded.query("SELECT ?relation ?sign { ?relation kg:sign ?sign }")
    signs = {row["relation"]: row["sign"] for row in found}
    rising, falling = map(_names, sentence.groups())
    assert dict.fromkeys(rising, "1") | dict.fromkeys(falling, "-1") == signs


def test_llms_txt_leads_somewhere_and_names_no_host() -> None:
    """Its links are files of this project; there is no public server to point at."""
    text = (ROOT / "llms.txt").read_text(encoding="utf-8")
    links = re.findall(r"\]\(([^)]+)\)", text)
    assert len(links) >= 10
    assert [link for link in links if not (ROOT / link).exists()] == []
    assert "://" not in text


def test_names_are_written_out_as_the_prefix_table_does() -> None:
    """The two namespaces at the top of the card are those of the project."""
    assert f"`kg:` = `{ONTOLOGY}`" in CARD
    assert f"`kgd:` = `{expand('kgd:')}`" in CARD
