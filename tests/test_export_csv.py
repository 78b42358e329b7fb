"""The contract tables as CSV, each row held against the JSON Schema beside it."""

import csv
import json
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from kg import Graph
from kg.csv_columns import COLUMNS, CONTRACT
from kg.export import export

TABLES = list(CONTRACT)


@pytest.fixture(scope="module")
def folder(loaded: Graph, tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("csv")
    export(loaded, "csv", made)
    return made


def _rows(folder: Path, name: str) -> list[dict[str, str]]:
    with (folder / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def _schema(folder: Path, name: str) -> dict[str, Any]:
    schema: dict[str, Any] = json.loads((folder / f"{name}.schema.json").read_text(encoding="utf-8"))
    jsonschema.Draft202012Validator.check_schema(schema)
    return schema


def test_tables_are_those_of_the_contract() -> None:
    """Seven questions, no other."""
    assert TABLES == [
        "reported_values",
        "measured_values",
        "statements",
        "discrepancies",
        "regimen_components",
        "references",
        "mechanism_to_outcome",
    ]


@pytest.mark.parametrize("name", TABLES)
def test_rows_are_the_answer_and_keep_the_schema(loaded: Graph, folder: Path, name: str) -> None:
    """Python's own reader gives back every cell, and every row is valid."""
    rows = _rows(folder, name)
    assert rows == list(loaded.query(name))
    assert len(rows) > 60
    validator = jsonschema.Draft202012Validator(_schema(folder, name))
    assert [f"{row}: {fault.message}" for row in rows for fault in validator.iter_errors(row)] == []


@pytest.mark.parametrize("name", TABLES)
def test_schema_has_the_columns_and_refuses_others(folder: Path, name: str) -> None:
    """A missing, an added and a number for a word are faults; so the schema says something."""
    row, schema = _rows(folder, name)[0], _schema(folder, name)
    validator = jsonschema.Draft202012Validator(schema)
    assert list(schema["properties"]) == list(row)
    first = next(iter(row))
    wrong = [{**row, "extra": ""}, {key: row[key] for key in row if key != first}, {**row, first: 5}]
    assert [validator.is_valid(case) for case in wrong] == [False, False, False]


@pytest.mark.parametrize(
    ("table", "column", "cell"),
    [
        ("reported_values", "value", "76,4"),
        ("reported_values", "status", "open"),
        ("reported_values", "grade", "5"),
        ("measured_values", "n", "12.5"),
        ("statements", "sign", "2"),
        ("statements", "polarity", "no"),
        ("discrepancies", "status", "reported"),
        ("regimen_components", "dose_kind", "fixed dose!"),
        ("references", "doi", "doi:10.1/x"),
        ("mechanism_to_outcome", "path_sign", "up"),
    ],
)
def test_schema_knows_numbers_and_closed_words(folder: Path, table: str, column: str, cell: str) -> None:
    """A cell of the wrong form is found by its own column."""
    validator = jsonschema.Draft202012Validator(_schema(folder, table))
    faults = list(validator.iter_errors({**_rows(folder, table)[0], column: cell}))
    assert [list(fault.path) for fault in faults] == [[column]]


def test_every_column_is_described_once(loaded: Graph) -> None:
    """No description without a column, no column without a description."""
    columns = {(name, column) for name in TABLES for column in loaded.query(name).columns}
    named = {column for _, column in columns} | {f"{name}.{column}" for name, column in columns}
    assert set(COLUMNS) <= named
    assert {column for _, column in columns} <= set(COLUMNS)
