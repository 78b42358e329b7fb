"""Questions in plain words, each with a reference query and its answer: a test set for whatever writes SPARQL."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from kg.files import default_files
from kg.questions import list_questions, run
from kg.store import Graph
from kg.terms import PREFIXES

ANSWERS = Path(__file__).parent / "answers_in_words"
QUERIES = {path.stem: path for path in sorted((default_files().root / "queries" / "in_words").glob("*.rq"))}
HEAD = re.compile(r"# in words: (.+\?)\n")


def test_there_are_thirty_and_each_is_a_question() -> None:
    """Each has its words in the first line and its answer beside the others; no two are alike."""
    words = [HEAD.match(path.read_text(encoding="utf-8")) for path in QUERIES.values()]
    assert len(QUERIES) == 30
    assert len({found[1] for found in words if found}) == 30
    assert {path.stem for path in ANSWERS.glob("*.tsv")} == set(QUERIES)


@pytest.mark.parametrize("name", QUERIES)
def test_reference_query_gives_the_stored_answer(loaded: Graph, name: str) -> None:
    """Every row and cell, in order, and never an empty answer."""
    table = run(loaded.store, QUERIES[name].read_text(encoding="utf-8"))
    assert table.rows
    assert table.render("tsv") == (ANSWERS / f"{name}.tsv").read_text(encoding="utf-8")


@pytest.mark.parametrize("name", QUERIES)
def test_reference_query_stands_alone(name: str) -> None:
    """It declares the prefixes it uses, as the project has them, and no saved question is repeated."""
    text = QUERIES[name].read_text(encoding="utf-8")
    declared = dict(re.findall(r"^PREFIX (\w+): <([^>]+)>$", text, re.MULTILINE))
    body = text[text.index("SELECT") :]
    assert set(re.findall(r"(?<![\w:])(\w+):\w", body)) == set(declared)
    assert declared.items() <= PREFIXES.items()
    assert all(body not in question.text for question in list_questions())
