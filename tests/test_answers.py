"""Whole answers of every saved question, as stored under `tests/answers` after reading them against the review."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from pathlib import Path

import pytest
import rdflib

from kg.files import default_files
from kg.questions import GROUPS, get_question, list_questions
from kg.results import Table
from kg.store import Graph

ANSWERS = Path(__file__).parent / "answers"
QUESTIONS = [question.name for question in list_questions()]

# The column contract: names and order are relied on from outside.
CONTRACT = {
    "reported_values": "value_id, study, registry_id, arm, regimen, population, n, n_basis, category, measure, "
    "statistic, grade, timepoint, comparator_arm, qualifier, value, value_high, unit, status, flags, printed, source, "
    "place, references",
    "measured_values": "measurement_id, study, arm, regimen, population, n, n_basis, category, measure, statistic, "
    "grade, timepoint, value, value_high, unit, status, alternatives, n_reports, same_patients_as, discrepancy",
    "statements": "statement_id, kind, subject, predicate, object, qualifiers, polarity, certainty, evidence_kind, "
    "context, sign, source, place, references",
    "discrepancies": "discrepancy_id, type, study, measure, value_a, source_a, value_b, source_b, status, resolution",
    "regimen_components": "study, arm, cohort, regimen, drug, dose_kind, dose_low, dose_high, unit, basis, route, "
    "schedule, step, from_cycle, condition, weekly_low, weekly_high, weekly_unit, flags, source, place, references",
    "references": "number, first_author, year, title, venue, doi, pmid, cited_by",
}


@pytest.fixture(scope="module")
def answered(loaded: Graph) -> Callable[[str], Table]:
    """Answer questions, each once."""
    return cache(loaded.query)


def test_every_question_has_an_answer() -> None:
    """No question is without a stored answer, and no answer without its question."""
    assert len(QUESTIONS) >= len(CONTRACT)
    assert sorted(QUESTIONS) == sorted(path.stem for path in ANSWERS.glob("*.tsv"))


@pytest.mark.parametrize("name", QUESTIONS)
def test_answer_is_the_stored_one(answered: Callable[[str], Table], name: str) -> None:
    """Every row and cell, in order."""
    stored = (ANSWERS / f"{name}.tsv").read_text(encoding="utf-8")
    assert answered(name).render("tsv").splitlines() == stored.splitlines()


@pytest.fixture(scope="module")
def rdflib_data(loaded: Graph) -> rdflib.Dataset:
    return loaded.to_rdflib()


# rdflib 7.6 calls its own deprecated property while it answers.
@pytest.mark.filterwarnings("ignore:Dataset.default_context is deprecated")
@pytest.mark.parametrize("name", QUESTIONS)
def test_rdflib_gives_the_same_answer(loaded: Graph, rdflib_data: rdflib.Dataset, name: str) -> None:
    """The same rows in the same order from a second engine."""
    text = (default_files().queries / "questions" / f"{name}.rq").read_text(encoding="utf-8")
    answer = loaded.store.query(text, use_default_graph_as_union=True)
    second = rdflib_data.query(text)
    assert [tuple("" if term is None else str(term) for term in row) for row in second] == [
        tuple("" if term is None else term.value for term in row) for row in answer
    ]


@pytest.mark.parametrize("name", QUESTIONS)
def test_question_says_what_it_is(answered: Callable[[str], Table], name: str) -> None:
    """One sentence, an audience, a known group, and the columns that the answer has."""
    question = get_question(name)
    assert question.asks.endswith("?")
    assert question.who
    assert question.group in GROUPS
    assert question.columns == answered(name).columns


@pytest.mark.parametrize("name", CONTRACT)
def test_columns_keep_the_contract(answered: Callable[[str], Table], name: str) -> None:
    """Names and order of the columns, in the answer and in the header of the query."""
    columns = tuple(CONTRACT[name].split(", "))
    assert answered(name).columns == columns
    assert next(question for question in list_questions() if question.name == name).columns == columns


@pytest.mark.parametrize("name", QUESTIONS)
def test_parameters_narrow_the_answer(loaded: Graph, answered: Callable[[str], Table], name: str) -> None:
    """Each parameter keeps exactly the rows that have its value in the column of its name."""
    question = next(question for question in list_questions() if question.name == name)
    whole = answered(name)
    for parameter in question.parameters:
        for wanted in {cell for cell in whole.column(parameter.name) if cell}:
            kept = [row for row in whole if row[parameter.name] == wanted]
            # Quotes keep words that look like numbers words, as the grade "3"; only a reference number is a number.
            given = wanted if parameter.name == "number" else f'"{wanted}"'
            assert list(loaded.query(name, **{parameter.name: given})) == kept


def test_every_reported_value_has_its_row(loaded: Graph, answered: Callable[[str], Table]) -> None:
    """No value drops out of the answers because something about it is missing."""
    values = loaded.query("SELECT (COUNT(?value) AS ?n) { ?value kg:reportOf ?measurement }").column("n")
    measurements = loaded.query(
        "SELECT (COUNT(DISTINCT ?measurement) AS ?n) { ?value kg:reportOf ?measurement }"
    ).column("n")
    assert values == [str(len(answered("reported_values")))]
    assert measurements == [str(len(answered("measured_values")))]


@pytest.mark.parametrize("name", ["reported_values", "measured_values", "statements", "discrepancies", "references"])
def test_each_row_has_its_own_name(answered: Callable[[str], Table], name: str) -> None:
    """No join makes two rows of one thing."""
    names = [row[0] for row in answered(name).rows]
    assert len(names) == len(set(names)) > 0


def test_closed_words_of_the_row_rules(answered: Callable[[str], Table]) -> None:
    """Words that the row rules close off are used and no others."""
    rows = list(answered("reported_values"))
    allowed = {
        "status": {"reported", "not reached", "not given", "none observed", "qualitative"},
        "n_basis": {"printed for value", "arithmetically compatible", "arm size assumed", "not stated"},
        "source": {"text", "table 1", "table 2", "reference list"},
        "category": {
            "outcome",
            "adverse event",
            "dose",
            "enrolment",
            "prior therapy",
            "follow-up",
            "timing",
            "dose modification",
            "approval",
            "guideline",
            "design",
            "biology",
        },
        "grade": {"", "any", "1-2", "3", "4", "3-4", ">=2", ">=3", "not stated"},
        "qualifier": {"", "=", "<", ">", "≤", "≥", "≈"},
    }
    for column, words in allowed.items():
        assert {row[column] for row in rows} <= words, column
    assert all(bool(row["value"]) == (row["status"] == "reported") for row in rows)
    assert all(bool(row["value"]) == bool(row["qualifier"]) for row in rows)
    assert all(not row["n"] for row in rows if row["n_basis"] == "not stated")
    assert all(row["n"] for row in rows if row["n_basis"] != "not stated")
    assert all(row["references"] == "" for row in rows if row["source"].startswith("table"))
